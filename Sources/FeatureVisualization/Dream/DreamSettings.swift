public import NeuralNetwork

/// How a network dreams.
public struct DreamSettings: Sendable {
    /// Whose activations are made stronger.
    public var layer: String

    /// Which channels of the layer; `nil` takes all.
    public var channels: [Int]?

    /// Sizes at which the image is changed, from small to its own; at least 1.
    public var octaves = 4

    /// How many times larger each is than the one before; above 1.
    public var ratio = 1.4

    /// Steps at each size, at least 1.
    public var iterations = 10

    /// How far the pixels move in a step on average, in units of 1/255.
    public var step = 1.5

    /// How far the image is shifted at most before each step, in pixels to each side.
    public var jitter = 32

    /// Same seed, same shifts. Every image draws from a stream of its own, named by its number.
    public var seed = 0

    public var algorithm = PlanRequest.Algorithm.automatic

    public init(layer: String) { self.layer = layer }
}
