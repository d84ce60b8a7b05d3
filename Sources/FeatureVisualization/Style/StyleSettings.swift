public import NeuralNetwork

/// What is kept of one picture and taken of another.
public struct StyleSettings: Sendable {
    /// A layer, and how much its loss counts.
    public struct WeightedLayer: Sendable, Hashable {
        public let name: String
        public let weight: Double

        public init(_ name: String, weight: Double) { (self.name, self.weight) = (name, weight) }
    }

    /// Where the image shall answer as the content does.
    public var contentLayers: [WeightedLayer]

    /// Where channels shall go together as in the style.
    public var styleLayers: [WeightedLayer]

    /// Charge for differences between neighbouring pixels; see `Penalty.totalVariation`.
    public var totalVariation: Float = 0

    /// Steps of the optimizer, at least 1.
    public var iterations = 300

    /// How the image is moved at each step.
    public var ascent: any Ascent = LBFGSAscent()

    /// What the image is before the first step.
    public enum Start: String, Sendable, CaseIterable {
        case content
        /// All but grey.
        case noise
    }

    public var start = Start.content

    /// Numbers of steps after which the image is kept: 0 is the start.
    public var snapshots: [Int] = []

    /// Seed of the noise.
    public var seed = 0

    public var algorithm = PlanRequest.Algorithm.automatic

    public init(contentLayers: [WeightedLayer], styleLayers: [WeightedLayer]) {
        (self.contentLayers, self.styleLayers) = (contentLayers, styleLayers)
    }
}
