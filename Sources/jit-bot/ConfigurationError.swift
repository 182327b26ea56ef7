/// Something is wrong with a file or folder that the program was told to use; exit code 3.
struct ConfigurationError: Error, CustomStringConvertible {
    /// Which, what is wrong with it, and what to do.
    let description: String

    /// Reads or writes by `body`; whatever it throws is an error of configuration, named after the
    /// file where its own text does not name it.
    static func of<Value>(_ path: String? = nil, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            let text = "\(error)"
            guard let path, !text.contains(path) else {
                throw ConfigurationError(description: text)
            }
            throw ConfigurationError(description: "\(path): \(text)")
        }
    }
}
