public import NeuralNetwork

/// How images are made that excite units.
public struct MaximizationSettings: Sendable {
    /// How numbers become an image before colour is mixed.
    public enum ParameterizationKind: String, Sendable, CaseIterable {
        /// Waves of all frequencies, the low ones weighted up: the gradient does not get lost in fine noise.
        case fourier
        /// One number per pixel and channel.
        case pixel
        /// A sum of images of falling resolution.
        case laplacian
    }

    public var parameterization = ParameterizationKind.fourier

    /// Power of 1/frequency by which Fourier parameters are scaled; 1 is natural images' spectrum. At least 0.
    public var spectrumDecay = 1.0

    public var color = ColorDecorrelation.automatic

    /// Height and width in pixels; `nil` takes what suits the layer: see `TargetUnit.imageShape(in:size:)`.
    public var size: Int?

    /// Images made together of each unit, at least 1.
    public var variants = 1

    /// What the images of a unit are charged for being alike: times the sum of the cosines between the Gram matrices of
    /// the unit's layer, over all ordered pairs of images, times the mean size of the layer's answers to the first start, so
    /// that a weight means the same for networks of large and of small numbers.
    public var diversity: Float = 3

    /// Random changes before every look at the image; `nil` takes `ImageTransform.standard(size:)`.
    public var transforms: [ImageTransform]?

    /// Steps of the optimizer, at least 1.
    public var iterations = 256

    /// How parameters are moved at each step.
    public var ascent: any Ascent = AdamAscent()

    /// Runs of a unit at most, at least 1. A run that ends dead or grey is followed by one from another and ten times larger
    /// start, with redirected ReLUs (where there are any) for four times as many steps and at least 64; a run that ends
    /// saturated or without numbers by one from another start with a tenth of the learning rate.
    public var attempts = 1

    /// What an image is charged for; subtracted from the objective.
    public var penalties: [Penalty] = []

    /// First steps in which a ReLU whose gradient vanishes altogether hands back what would raise its inputs; 0 for plain
    /// gradients always.
    public var redirectedSteps = 16

    /// Numbers of steps after which the image is kept: 0 is the start.
    public var snapshots: [Int] = []

    /// Same seed, same images. Every unit draws from a stream of its own, named like the unit.
    public var seed = 0

    public var algorithm = PlanRequest.Algorithm.automatic

    public init() {}
}
