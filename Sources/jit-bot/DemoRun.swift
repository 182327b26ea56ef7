import Foundation
import NIOPosix
import Strategy
import Synchronization
import World

/// A demo with all that it needs from this machine: a folder, an event loop, the program's own
/// file.
enum DemoRun {
    /// Plays a demo by `body`; its events are printed as they come, unless it is to be quiet.
    static func play<Result>(
        seed: UInt64, blocks: Int, fault: DemoFault? = nil, artifacts: ArtifactOptions,
        secondsPerBlock: Double? = nil, keepsGrid: Bool = false,
        orderModes: Set<BundleMode> = [.atomic], isQuiet: Bool,
        body: (Demo) throws -> Result
    ) throws -> Result {
        _ = try artifacts.load()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jit-bot-demo-\(UUID().uuidString)")
        try ProgramFailure.configuration(folder.path) {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        var progress = ProgressLine(of: blocks, unit: "blocks")
        if !isQuiet {
            Output.note("Setting up: deploying the contracts, providing liquidity ...")
        }
        do {
            let plan = DemoPlan(
                seed: seed, blocks: blocks, fault: fault, program: try ThisProgram.path(),
                artifacts: artifacts.path, folder: folder.path,
                realSecondsPerBlock: secondsPerBlock, keepsGrid: keepsGrid,
                orderModes: orderModes)
            var introduced: Demo?
            let demo = try Demo(plan, on: group.next()) { event in
                switch event {
                case .opportunity(let opportunity):
                    guard !isQuiet, let contracts = introduced?.contracts else { return }
                    progress.clear()
                    Output.result(opportunity.line(contracts))
                case .order(let order):
                    guard !isQuiet else { return }
                    progress.clear()
                    Output.result(order.line)
                case .note(let text):
                    guard !isQuiet else { return }
                    progress.clear()
                    Output.note(text)
                case .block(let done, _): progress.show(done)
                }
            }
            introduced = demo
            defer { demo.stop() }
            if !isQuiet {
                for line in demo.introduction { Output.result(line) }
                let numbers = demo.processes
                Output.note("Process \(numbers.devnet) is the devnet, \(numbers.bot) the bot.")
            }
            let result = try body(demo)
            progress.clear()
            introduced = nil
            return result
        } catch let failure as ChildProgram.Failure {
            progress.clear()
            throw ProgramFailure(.upstreamUnreachable, "\(failure)")
        }
    }

    /// Whether the process was asked to end since this call.
    static func interruption() -> () -> Bool {
        let flag = InterruptionFlag()
        Thread.detachNewThread {
            ProcessEnd.wait(withParent: false)
            flag.set()
        }
        return { flag.isSet }
    }
}

/// Set once.
private final class InterruptionFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
