import EVM
import Store
import Wire

/// Why a command ends without its result: what an operator reads, and the exit code.
struct ProgramFailure: Error, CustomStringConvertible {
    /// What kind of failure it is; the raw value is the exit code.
    enum Kind: Int32 {
        /// A file, folder or setting that the program was told to use.
        case configuration = 3
        /// It could be done, but not safely.
        case refusedForSafety = 4
        /// A node or relay that does not answer.
        case upstreamUnreachable = 5
    }

    let kind: Kind
    /// Which, what is wrong with it, and what to do.
    let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// What a running part failed with, by its kind.
    init(_ error: any Error, doing what: String) {
        switch error {
        case let failure as ProgramFailure: self = failure
        case let error as ForkRefusal: self.init(.refusedForSafety, "\(what): \(error)")
        case let error as ConnectionError:
            self.init(
                .upstreamUnreachable,
                "\(what): \(error). Check the address and that the node is up.")
        case let error as LedgerError:
            if case .boundElsewhere = error {
                self.init(.refusedForSafety, "\(what): \(error)")
            } else {
                self.init(.configuration, "\(what): \(error)")
            }
        default: self.init(.configuration, "\(what): \(error)")
        }
    }

    /// Reads or writes by `body`; whatever it throws is an error of configuration, named after the
    /// file where its own text does not name it.
    static func configuration<Value>(
        _ path: String? = nil, _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch {
            let text = "\(error)"
            guard let path, !text.contains(path) else {
                throw ProgramFailure(.configuration, text)
            }
            throw ProgramFailure(.configuration, "\(path): \(text)")
        }
    }
}
