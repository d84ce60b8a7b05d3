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

/// The product of two values, element by element. One number for each channel, as a squeeze-and-excitation block makes
/// them, multiplies whole maps: `[channels, height, width]` and, in either place, `[channels, 1, 1]` or `[channels]`.
///
/// Source: Hu, Shen & Sun, "Squeeze-and-excitation networks", CVPR 2018.
public struct Multiplication: Layer {
    public static let kind = "multiplication"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public var inputCount: ClosedRange<Int> { 2...2 }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        if inputs[0] == inputs[1] { return inputs[0] }
        let maps = inputs[Self.mapsIndex(inputs)]
        let factors = inputs[1 - Self.mapsIndex(inputs)]
        guard maps.count == 3, factors == [maps[0]] || factors == [maps[0], 1, 1] else {
            throw .shapesDiffer(layer: "", inputs)
        }
        return maps
    }

    /// Which of two inputs of different shape are the maps.
    static func mapsIndex(_ shapes: [[Int]]) -> Int { shapes[0].reduce(1, *) < shapes[1].reduce(1, *) ? 1 : 0 }
}
