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

/// The sum of values of equal shape, a residual connection; or of maps and one number for each channel, as a block that
/// adds context makes them (see `ChannelBroadcast`).
public struct Addition: Layer {
    public static let kind = "addition"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public var inputCount: ClosedRange<Int> { 2...Int.max }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        try ChannelBroadcast.outputShape(of: inputs)
    }
}

/// The product of two values, element by element. One number for each channel, as a squeeze-and-excitation block makes
/// them, multiplies whole maps (see `ChannelBroadcast`).
///
/// Source: Hu, Shen & Sun, "Squeeze-and-excitation networks", CVPR 2018.
public struct Multiplication: Layer {
    public static let kind = "multiplication"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public var inputCount: ClosedRange<Int> { 2...2 }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        try ChannelBroadcast.outputShape(of: inputs)
    }
}

/// Which values can be joined element by element: those of equal shape, or two of which one has maps,
/// `[channels, height, width]`, and the other a number for each channel, `[channels, 1, 1]` or `[channels]`.
enum ChannelBroadcast {
    /// Shape of what is made of inputs.
    static func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        if inputs.allSatisfy({ $0 == inputs[0] }) { return inputs[0] }
        let maps = inputs[mapsIndex(inputs)]
        let numbers = inputs[1 - mapsIndex(inputs)]
        guard inputs.count == 2, maps.count == 3, numbers == [maps[0]] || numbers == [maps[0], 1, 1] else {
            throw .shapesDiffer(layer: "", inputs)
        }
        return maps
    }

    /// Which of two inputs of different shape are the maps.
    static func mapsIndex(_ shapes: [[Int]]) -> Int { shapes[0].reduce(1, *) < shapes[1].reduce(1, *) ? 1 : 0 }
}
