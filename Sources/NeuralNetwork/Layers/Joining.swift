/// Maps of equal size one after the other along the channels, as `torch.cat(…, dim=1)`.
public struct Concatenation: Layer {
    public static let kind = "concatenation"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public var inputCount: ClosedRange<Int> { 2...Int.max }

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

    public var inputCount: ClosedRange<Int> { 2...Int.max }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs.allSatisfy({ $0 == inputs[0] }) else { throw .shapesDiffer(layer: "", inputs) }
        return inputs[0]
    }
}

/// The product of two values of equal shape, element by element.
public struct Multiplication: Layer {
    public static let kind = "multiplication"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public var inputCount: ClosedRange<Int> { 2...2 }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0] == inputs[1] else { throw .shapesDiffer(layer: "", inputs) }
        return inputs[0]
    }
}
