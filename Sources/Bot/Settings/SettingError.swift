/// A variable that an operator set to something that the bot does not work with: nothing is
/// assumed in its place.
public struct SettingError: Error, Equatable, CustomStringConvertible {
    /// The variable.
    public var name: String
    /// What it was set to.
    public var value: String
    /// What it must be.
    public var limit: String

    public init(name: String, value: String, limit: String) {
        self.name = name
        self.value = value
        self.limit = limit
    }

    public var description: String { "\(name) must be \(limit) (got \(value))." }
}
