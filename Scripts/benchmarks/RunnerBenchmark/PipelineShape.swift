import ArgumentParser
import JSONValues

/// How the stages of a generated pipeline hang together.
enum PipelineShape: String, ExpressibleByArgument, CaseIterable {
    /// Each takes from the one before.
    case chain
    /// All take from the first.
    case fanOut = "fan-out"
    /// One takes, two take from it, one takes from both, and so on.
    case diamond
    /// One stage with a matrix, and one that gathers it.
    case sweep
    /// Twenty cheap stages of every kind: a matrix, a gathering, checkpoints, a diamond.
    case mixed
    /// Layers of ten stages of a few milliseconds; each takes from two of the layer before.
    case layers

    /// - Parameters:
    ///   - root: what the first stage writes; its case does not change its output.
    ///   - leaf: what the last stage adds.
    func pipeline(count: Int, root: String, leaf: String) -> JSONValue {
        ["name": .string("\(rawValue)-\(count)"), "stages": .object(JSONObject(stages(count, root, leaf)))]
    }

    private func stages(_ count: Int, _ root: String, _ leaf: String) -> [(String, JSONValue)] {
        let first = ("s0", ["stage": "text.write", "parameters": ["content": .string(root)]] as JSONValue)
        switch self {
        case .sweep:
            let numbers = JSONValue.array((0..<count - 1).map { .integer($0) })
            return [
                ("point", ["stage": "text.write", "matrix": ["number": numbers]]),
                (
                    "all",
                    ["stage": "text.join", "inputs": ["texts": "point[*]"], "parameters": ["line": .string(leaf)]]
                ),
            ]
        case .mixed: return mixed(root, leaf)
        case .layers: return layers(count, root, leaf)
        case .chain, .fanOut, .diamond:
            return [first]
                + (1..<max(count, 1)).map { position in
                    let sources = sources(of: position).map { JSONValue.string("s\($0)") }
                    let line = position == count - 1 ? leaf : "\(position)"
                    return (
                        "s\(position)",
                        [
                            "stage": "text.join", "inputs": ["texts": .array(sources)],
                            "parameters": ["line": .string(line)],
                        ]
                    )
                }
        }
    }

    private func sources(of position: Int) -> [Int] {
        switch self {
        case .chain: [position - 1]
        case .fanOut: [0]
        default:
            switch position % 3 {
            case 1: [position - 1]
            case 2: [position - 2]
            default: [position - 2, position - 1]
            }
        }
    }

    /// Every stage writes something of its own, and something else for another `root`.
    private func layers(_ count: Int, _ root: String, _ leaf: String) -> [(String, JSONValue)] {
        let width = 10
        return (0..<count).map { position in
            let above = position - position % width - width
            let sources = above < 0 ? [] : [above + position % width, above + (position + 1) % width]
            let line = "\(root) \(position == count - 1 ? leaf : "\(position)")"
            return (
                "s\(position)",
                [
                    "stage": "text.join", "inputs": ["texts": .strings(sources.map { "s\($0)" })],
                    "parameters": ["line": .string(line), "milliseconds": 8],
                ]
            )
        }
    }

    private func mixed(_ root: String, _ leaf: String) -> [(String, JSONValue)] {
        [
            ("root", ["stage": "text.write", "parameters": ["content": .string(root)]]),
            ("points", ["stage": "text.write", "matrix": ["number": [0, 1, 2], "content": ["a", "b"]]]),
            ("each", ["stage": "text.join", "inputs": ["texts": ["points", "root"]], "parameters": ["line": "each"]]),
            ("all", ["stage": "text.join", "inputs": ["texts": "each[*]"], "parameters": ["line": "all"]]),
            ("work", ["stage": "text.work", "inputs": ["texts": "root"], "parameters": ["steps": 4]]),
            ("left", ["stage": "text.join", "inputs": ["texts": ["work", "all"]], "parameters": ["line": "left"]]),
            ("right", ["stage": "text.join", "inputs": ["texts": "work"], "parameters": ["line": "right"]]),
            (
                "end",
                ["stage": "text.join", "inputs": ["texts": ["left", "right"]], "parameters": ["line": .string(leaf)]]
            ),
        ]
    }
}
