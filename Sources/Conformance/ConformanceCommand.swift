import Foundation

/// `conformance PATH...`: judges all test vectors below the paths.
package struct ConformanceCommand {
    package static let usage = """
        usage: conformance PATH...

        Judges the test vectors in the files below each path, also within .tar, .tar.gz and .gz
        files, such as a checkout of ethereum/tests. Kinds are known by content: state tests,
        transaction, RLP, trie, ABI, keystore, EIP-712 and basic vectors, precompile vectors (of
        the contract that the file is named for), tables of signed transactions, recorded blocks
        and transactions, histories and quotes of Uniswap V3 pools, decoded calls of swap routers,
        labels of just-in-time liquidity. Prints each failed case with its first difference, what
        was ignored, the sums of each kind, and last `N passed, N failed`, with `, N skipped`
        where cases were skipped.
        Exit code: 0 if nothing failed, 1 if a case failed, 2 on wrong use or if nothing was judged.

        """

    private let arguments: [String]
    private let output: (String) -> Void
    private let errorOutput: (String) -> Void

    /// - Parameters:
    ///   - arguments: Without the program's name.
    ///   - output: Receives the lines of the result.
    ///   - errorOutput: Receives messages and the usage.
    package init(
        arguments: [String], output: @escaping (String) -> Void,
        errorOutput: @escaping (String) -> Void
    ) {
        self.arguments = arguments
        self.output = output
        self.errorOutput = errorOutput
    }

    /// Runs and returns the exit code.
    package func run() -> Int32 {
        if arguments == ["--help"] || arguments == ["-h"] {
            output(Self.usage)
            return 0
        }
        if let option = arguments.first(where: { $0.hasPrefix("-") }) {
            errorOutput("conformance: unknown option \(option)\n" + Self.usage)
            return 2
        }
        guard !arguments.isEmpty else {
            errorOutput(Self.usage)
            return 2
        }
        for path in arguments where !FileManager.default.isReadableFile(atPath: path) {
            errorOutput("conformance: cannot read \(path): no such file, or no permission")
            return 2
        }
        return judge()
    }

    private func judge() -> Int32 {
        var summary = RunSummary()
        var progress = ProgressLine()
        var batch = FileBatch()
        func finishBatch() {
            for report in batch.judge(whileWaiting: { progress.show(summary) }) {
                for line in report.failures { output(line) }
                summary.add(report)
            }
            progress.show(summary)
        }
        let tree = FileTree { file in
            batch.append(file)
            if batch.isFull { finishBatch() }
        }
        for path in arguments { tree.walk(path) }
        finishBatch()
        for line in summary.lines { output(line) }
        if summary.exitCode == 2 { errorOutput("conformance: nothing was judged") }
        return summary.exitCode
    }
}
