import Backtest
import Ethereum
import Foundation

/// A backtest with all that it needs from this machine: files, threads, a folder.
struct BacktestRun {
    let settings: BacktestSettings
    let span: BlockSpan?
    let jobs: Int
    let folder: ShardFolder

    /// What a run did.
    struct Outcome {
        var report: BacktestReport
        var written: Int
        var skipped: Int
    }

    /// A part of an input that has no finished shard yet.
    private struct Piece {
        var chunk: HistoryChunk
        var name: String
    }

    /// Works all inputs off, those parts left out that finished shards of the same input and
    /// settings are there for, and reports what these inputs' shards say.
    func run(_ paths: [String]) throws -> Outcome {
        let inputs = Self.once(try read(paths))
        try folder.prepare()
        var findings = Findings()
        var skipped = 0
        var work: [(source: BacktestSource, pieces: [Piece])] = []
        var names: [(name: String, header: Shard)] = []
        for input in inputs {
            let (path, source) = (input.path, input.source)
            var pieces: [Piece] = []
            for chunk in try chunks(of: source, path) {
                let name = Shard.fileName(source.input, firstRow: chunk.firstRow, span: span)
                let header = Shard(
                    input: source.input, settings: settings, span: span,
                    firstRow: chunk.firstRow, rows: chunk.rows)
                guard isWanted(chunk) else { continue }
                names.append((name, header))
                if finished(name, header) != nil {
                    skipped += 1
                } else {
                    pieces.append(Piece(chunk: chunk, name: name))
                }
            }
            work.append((source, pieces))
        }
        if let span, names.isEmpty {
            Output.note("No input has a block in \(span.first)..\(span.last).")
        }
        let written = work.reduce(0) { $0 + $1.pieces.count }
        if skipped > 0 {
            Output.note("\(skipped) of \(skipped + written) shards are there already.")
        }
        try perform(work, inputs.map(\.path))
        for (name, header) in names {
            // Read back, so that the report stands on what is on the disk.
            guard let shard = finished(name, header) else {
                throw ProgramFailure(
                    .configuration, "\(folder.path)/shards/\(name): gone or changed meanwhile.")
            }
            try ProgramFailure.configuration(name) { try findings.add(shard) }
        }
        return Outcome(
            report: BacktestReport(findings, settings: settings), written: written,
            skipped: skipped)
    }

    // MARK: Inputs

    private struct Input {
        var path: String
        var source: BacktestSource
        /// Of the file's bytes.
        var digest: Hash32
    }

    /// The inputs without those whose file was given before, under this name or another: what it
    /// holds would count twice.
    private static func once(_ inputs: [Input]) -> [Input] {
        var first: [Hash32: String] = [:]
        return inputs.filter { input in
            if let earlier = first[input.digest] {
                Output.note("\(input.path) is left out: it holds what \(earlier) holds.")
                return false
            }
            first[input.digest] = input.path
            return true
        }
    }

    /// The inputs in order; of a folder every file that is one, by name.
    private func read(_ given: [String]) throws -> [Input] {
        var inputs: [Input] = []
        for path in given {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
                isFolder.boolValue
            else {
                inputs.append(try read(path))
                continue
            }
            let before = inputs.count
            for file in try Self.files(in: path) {
                do {
                    inputs.append(try readFile(file))
                } catch let error as BacktestSource.ReadError {
                    Output.note("\(file) is left out: \(error)")
                } catch {
                    throw ProgramFailure(.configuration, "\(file): \(error)")
                }
            }
            guard inputs.count > before else {
                throw ProgramFailure(
                    .configuration, "\(path): no file in this folder is an input of a backtest.")
            }
        }
        return inputs
    }

    /// The tables and JSON texts that lie in a folder, by name.
    private static func files(in folder: String) throws -> [String] {
        let names = try ProgramFailure.configuration(folder) {
            try FileManager.default.contentsOfDirectory(atPath: folder)
        }
        return names.filter { name in
            [".csv", ".csv.gz", ".json", ".json.gz"].contains { name.hasSuffix($0) }
        }.sorted().map { folder + "/" + $0 }
    }

    private func read(_ path: String) throws -> Input {
        try ProgramFailure.configuration(path) { try readFile(path) }
    }

    private func readFile(_ path: String) throws -> Input {
        let url = URL(fileURLWithPath: path)
        let bytes = try InputFile.read(path)
        let source = try BacktestSource(
            name: url.lastPathComponent, bytes: bytes,
            neighbour: { name in
                let beside = url.deletingLastPathComponent().appendingPathComponent(name).path
                guard FileManager.default.fileExists(atPath: beside) else { return nil }
                return try InputFile.read(beside)
            })
        return Input(path: path, source: source, digest: Keccak256.hash(bytes))
    }

    private func chunks(of source: BacktestSource, _ path: String) throws -> [HistoryChunk] {
        guard case .history(let history) = source else {
            // The whole input is one part; how many rows it has is known when it is done.
            return [HistoryChunk(firstRow: 0, rows: 0, firstBlock: 0, lastBlock: .max)]
        }
        let rows = Int(clamping: settings[.shardEvents].asUInt64 ?? .max)
        return try ProgramFailure.configuration(path) { try history.chunks(rows: rows) }
    }

    private func isWanted(_ chunk: HistoryChunk) -> Bool {
        guard let span else { return true }
        return chunk.firstBlock <= span.last && span.first <= chunk.lastBlock
    }

    /// The shard of this name, where it is what this run would write. How many rows an input has
    /// that is one part is known when it is done.
    private func finished(_ name: String, _ header: Shard) -> Shard? {
        guard let shard = folder.finished(name) else { return nil }
        var header = header
        if header.input.kind != .poolHistory { header.rows = shard.rows }
        return shard.isFor(header) ? shard : nil
    }

    // MARK: Work

    private func perform(
        _ work: [(source: BacktestSource, pieces: [Piece])], _ paths: [String]
    ) throws {
        let total = work.reduce(0) { $0 + $1.pieces.reduce(0) { $0 + max($1.chunk.rows, 1) } }
        guard total > 0 else { return }
        let progress = BacktestProgress()
        progress.begin(total: total)
        defer { progress.finish() }
        let queue = WorkQueue(threads: jobs)
        var failure: (any Error)?
        for (path, item) in zip(paths, work) where !item.pieces.isEmpty {
            do {
                try hand(item.source, item.pieces, path, to: queue, progress)
            } catch {
                failure = error
                break
            }
        }
        try queue.finish()
        if let failure { throw failure }
    }

    /// Hands an input's pieces over, a history's each with the pool where it begins.
    private func hand(
        _ source: BacktestSource, _ pieces: [Piece], _ path: String, to queue: WorkQueue,
        _ progress: BacktestProgress
    ) throws {
        let (settings, span, folder) = (settings, span, folder)
        guard case .history(let history) = source else {
            for piece in pieces {
                queue.add {
                    let shard = try Self.naming(path) {
                        try source.work(settings: settings, span: span)
                    }
                    try folder.write(shard, as: piece.name)
                    progress.add(1)
                }
            }
            return
        }
        var walk = history.walk()
        for piece in pieces where !queue.hasFailed {
            try Self.naming(path) { _ = try walk.advance(to: piece.chunk.firstRow) }
            let checkpoint = walk.checkpoint()
            queue.add {
                var worker = HistoryWorker(
                    history, piece.chunk, from: checkpoint, settings: settings, span: span)
                var told = 0
                let shard = try Self.naming(path) {
                    try worker.run { done in
                        progress.add(done - told)
                        told = done
                    }
                }
                try folder.write(shard, as: piece.name)
                progress.add(piece.chunk.rows - told)
            }
        }
    }

    /// A failure with the input's path: a check that failed, or a file that is not right.
    private static func naming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as HistoryFault {
            guard case .differs = fault else {
                throw ProgramFailure(.configuration, "\(path): \(fault)")
            }
            throw FailedCheck(text: "\(path): \(fault)")
        } catch let fault as BlockInput.Fault {
            throw FailedCheck(text: "\(path): \(fault)")
        } catch let failure as ProgramFailure {
            throw failure
        } catch {
            throw ProgramFailure(.configuration, "\(path): \(error)")
        }
    }
}

/// Something that should have come out and did not: exit code 1.
struct FailedCheck: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}
