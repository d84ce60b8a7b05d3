import FeatureVisualization
import JSONValues
import Pipeline

/// What of a layer is excited: a channel everywhere, in the middle or at one place, the whole layer, or a class's score.
enum MaximizationTarget: ParameterValue, Hashable {
    case unit(ObjectiveTerm.Position)
    case layer
    case score

    static var expectation: String { "\"channel\", \"center\", \"row,column\", \"layer\" or \"class\"" }
    static var schema: JSONValue {
        [
            "anyOf": [
                ["enum": ["channel", "center", "layer", "class"]], ["type": "string", "pattern": "^[0-9]+,[0-9]+$"],
            ]
        ]
    }

    init(json: JSONValue) throws(ParameterError) {
        switch json.string {
        case "channel": self = .unit(.everywhere)
        case "layer": self = .layer
        case "class": self = .score
        case let text?:
            guard let position = ObjectiveTerm.Position(text), position != .everywhere else {
                let nearest = nearestName(to: text, in: ["channel", "center", "layer", "class"])
                throw ParameterError(
                    "\(json.inWords) is no target" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
                    fix: "write \(Self.expectation)")
            }
            self = .unit(position)
        case nil: throw Self.mismatch(json)
        }
    }

    var json: JSONValue {
        switch self {
        case .unit(.everywhere): "channel"
        case .unit(let position): .string(position.text)
        case .layer: "layer"
        case .score: "class"
        }
    }
}

extension ObjectiveTerm.Position {
    static let expectation = "\"everywhere\", \"center\" or \"row,column\""

    /// Reads `everywhere`, `center` and `row,column`.
    init?(_ text: String) {
        switch text {
        case "everywhere": self = .everywhere
        case "center": self = .center
        default:
            let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let row = numbers[0], let column = numbers[1], row >= 0, column >= 0 else {
                return nil
            }
            self = .at(row: row, column: column)
        }
    }

    var text: String {
        switch self {
        case .everywhere: "everywhere"
        case .center: "center"
        case .at(let row, let column): "\(row),\(column)"
        }
    }
}
