/// Which positions a plan may consist of, where dust of ours stands in some ranges.
public enum PositionChoice: Equatable, Sendable {
    /// Whatever leaves most.
    case any
    /// New positions alone: none in a range that holds dust.
    case new
    /// At least one on dust.
    case kept

    func admits(keptPositions: Int) -> Bool {
        switch self {
        case .any: true
        case .new: keptPositions == 0
        case .kept: keptPositions > 0
        }
    }
}
