import Foundation
import Synchronization

/// Files that are judged at the same time, by a few threads; the reports keep the files' order.
struct FileBatch: ~Copyable {
    /// Files or bytes after which a batch is judged: enough to keep the threads busy, and a bound
    /// on memory.
    private static let maximumFiles = 256
    private static let maximumBytes = 1 << 24
    /// Deep calls of a test may need more than a thread's usual stack.
    private static let stackBytes = 1 << 26

    private var files: [VectorFile] = []
    private var bytes = 0

    var isFull: Bool { files.count >= Self.maximumFiles || bytes >= Self.maximumBytes }

    mutating func append(_ file: VectorFile) {
        files.append(file)
        if case .bytes(let content) = file.content { bytes += content.count }
    }

    /// Judges the files and forgets them.
    ///
    /// - Parameter whileWaiting: Called every ten seconds until the last file is done.
    mutating func judge(whileWaiting: () -> Void) -> [FileReport] {
        let work = BatchWork(files)
        files = []
        bytes = 0
        return work.run(
            threads: ProcessInfo.processInfo.activeProcessorCount, stackBytes: Self.stackBytes,
            whileWaiting: whileWaiting)
    }
}

/// A batch's files and reports, shared by the threads.
private final class BatchWork: Sendable {
    private struct Progress {
        var next = 0
        var reports: [FileReport?]
    }

    private let files: [VectorFile]
    private let progress: Mutex<Progress>
    private let finished = DispatchGroup()

    init(_ files: [VectorFile]) {
        self.files = files
        progress = Mutex(Progress(reports: Array(repeating: nil, count: files.count)))
    }

    func run(threads: Int, stackBytes: Int, whileWaiting: () -> Void) -> [FileReport] {
        for _ in 0..<min(threads, files.count) {
            finished.enter()
            let thread = Thread { self.work() }
            thread.stackSize = stackBytes
            thread.start()
        }
        while finished.wait(timeout: .now() + .seconds(10)) == .timedOut { whileWaiting() }
        return progress.withLock { $0.reports.compactMap { $0 } }
    }

    private func work() {
        while let index = takeNext() {
            let report = FileJudge.judge(files[index])
            progress.withLock { $0.reports[index] = report }
        }
        finished.leave()
    }

    private func takeNext() -> Int? {
        progress.withLock { progress in
            guard progress.next < files.count else { return nil }
            progress.next += 1
            return progress.next - 1
        }
    }
}
