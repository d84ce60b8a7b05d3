/// A map as a vector in the order channel, row, column, as `torch.nn.Flatten`.
public struct Flatten: Layer {
    public static let kind = "flatten"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { [inputs[0].reduce(1, *)] }
}

/// Maps of equal size one after the other along the channels, as `torch.cat(…, dim=1)`.
public struct Concatenation: Layer {
    public static let kind = "concatenation"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        let rest = Array(inputs[0].dropFirst())
        guard inputs.allSatisfy({ Array($0.dropFirst()) == rest }) else { throw .shapesDiffer(layer: "", inputs) }
        return [inputs.reduce(0) { $0 + $1[0] }] + rest
    }
}

/// The sum of values of equal shape: a residual connection.
public struct Addition: Layer {
    public static let kind = "addition"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs.allSatisfy({ $0 == inputs[0] }) else { throw .shapesDiffer(layer: "", inputs) }
        return inputs[0]
    }
}
