import EVM
import Ethereum
import JSON

/// State tests: a state, a block, a transaction, and for each fork the state's root and the logs'
/// hash after it (ethereum/tests GeneralStateTests, execution-spec-tests state_tests).
enum StateTests: ConformanceKind {
    static let name = "state test"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("pre", "env", "transaction", "post")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        var machine: VirtualMachine?
        for test in cases {
            do throws(FieldError) {
                try judge(test, &machine, into: &report)
            } catch {
                report.record(.failed(Difference(error)), kind: name, case: test.name)
            }
        }
    }

    private static func judge(
        _ test: VectorCase, _ machine: inout VirtualMachine?, into report: inout FileReport
    ) throws(FieldError) {
        let posts = try test.object.object("post").members
        var scene: StateTestScene?
        for post in posts {
            guard case .array(let cases) = post.value else {
                throw FieldError(
                    field: "post.\(post.key)", expected: "an array", found: post.value.excerpt)
            }
            guard let fork = ForkNames.forks[post.key], ForkNames.stateForks.contains(fork) else {
                report.ignore("state test of fork \(post.key)", count: cases.count)
                continue
            }
            if scene == nil { scene = try StateTestScene(test.object) }
            guard let made = scene else { continue }
            let block = try made.environment.block(fork: fork, forkName: post.key)
            for (index, expected) in cases.enumerated() {
                let verdict = made.verdict(expected, block: block, machine: &machine)
                report.record(verdict, kind: name, case: "\(test.name) \(post.key) #\(index)")
            }
        }
    }
}
