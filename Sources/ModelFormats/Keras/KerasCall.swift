import JSONValues

/// How a layer is called in a Functional model: with what other layers give and, where it stands for an operator of
/// Python as in `x / 127.5`, with a constant.
struct KerasCall {
    /// Names of the layers that it reads.
    private(set) var sources: [String] = []
    /// A number, or lists of numbers within lists; an index.
    private(set) var constant: JSONValue?
    /// Whether the constant comes before what the first layer gives, as in `1 - x`.
    private(set) var isConstantFirst = false

    /// - Parameter call: `[["conv2d", 0, 0, {}], …]` or, of an operator, `["conv2d", 0, 0, { "y": 127.5 }]`; since Keras 3
    ///   an object in whose `args` tensors have a history.
    init(_ call: JSONValue) {
        if let list = call.array {
            for entry in list.first?.string == nil ? list.compactMap(\.array) : [list] {
                if let name = entry.first?.string { sources.append(name) }
                guard entry.count > 3 else { continue }
                for key in ["y", "bias", "slice_spec"] {
                    guard let value = entry[3][key], !value.isNull else { continue }
                    if let name = value.array?.first?.string { sources.append(name) } else { constant = value }
                }
            }
        } else {
            for argument in call["args"]?.array ?? [] {
                let found = (argument.array ?? [argument]).compactMap {
                    $0["config"]?["keras_history"]?.array?.first?.string
                }
                if !found.isEmpty {
                    sources += found
                } else if constant == nil, !argument.isNull {
                    constant = argument["config"]?["value"] ?? argument
                    isConstantFirst = sources.isEmpty
                }
            }
        }
    }

    /// The numbers of the constant, however deep its lists are; `nil` where it holds anything else.
    var numbers: [Float]? {
        func numbers(_ value: JSONValue, depth: Int) -> [Float]? {
            guard let list = value.array else { return value.double.map { [Float($0)] } }
            guard depth < 8 else { return nil }
            let found = list.compactMap { numbers($0, depth: depth + 1) }
            return found.count == list.count ? found.flatMap { $0 } : nil
        }
        return constant.flatMap { numbers($0, depth: 0) }
    }
}
