/// What an attribution explains: which number of the network an image's pixels are held responsible for.
public enum AttributionTarget: Sendable, Hashable, CustomStringConvertible {
    /// The class with the largest logit, which may be another one for each image.
    case predictedClass
    case classIndex(Int)
    case unit(layer: String, channel: Int, Position)

    /// Where in the map of a channel.
    public enum Position: Sendable, Hashable {
        /// The mean over the map.
        case everywhere
        /// Row ⌊height/2⌋ and column ⌊width/2⌋.
        case center
        /// Where the channel answers most to the image; the first of equals.
        case strongest
        case at(row: Int, column: Int)
    }

    /// Reads `predicted`, `207`, `features.14:220` and `features.14:220@…`, where … is `center`, `strongest` or
    /// `row,column`.
    public init?(_ text: String) {
        if text == "predicted" {
            self = .predictedClass
        } else if let index = Int(text) {
            self = .classIndex(index)
        } else {
            let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard let colon = parts[0].lastIndex(of: ":"), colon > text.startIndex,
                let channel = Int(parts[0][parts[0].index(after: colon)...]), channel >= 0,
                let position = parts.count == 1 ? .everywhere : Position(parts[1])
            else { return nil }
            self = .unit(layer: String(parts[0][..<colon]), channel: channel, position)
        }
    }

    public var description: String {
        switch self {
        case .predictedClass: "predicted"
        case .classIndex(let index): "\(index)"
        case .unit(let layer, let channel, let position): "\(layer):\(channel)\(position.suffix)"
        }
    }
}

extension AttributionTarget.Position {
    fileprivate init?(_ text: Substring) {
        switch text {
        case "center": self = .center
        case "strongest": self = .strongest
        default:
            let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let row = numbers[0], let column = numbers[1], row >= 0, column >= 0 else {
                return nil
            }
            self = .at(row: row, column: column)
        }
    }

    fileprivate var suffix: String {
        switch self {
        case .everywhere: ""
        case .center: "@center"
        case .strongest: "@strongest"
        case .at(let row, let column): "@\(row),\(column)"
        }
    }
}
