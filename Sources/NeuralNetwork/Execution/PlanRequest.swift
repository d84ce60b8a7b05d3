/// What a plan has to compute: for how many samples, what is looked at, and how far gradients run.
public struct PlanRequest: Sendable {
    /// Which convolution algorithm is used.
    public enum Algorithm: String, Sendable, CaseIterable {
        /// Winograd where it is faster (relative error about 1e-6 a layer), direct elsewhere.
        case automatic = "auto"
        /// Direct everywhere, for those who want the last digit.
        case direct
    }

    /// Number of samples computed together. Every run computes exactly as many.
    public var batch: Int

    /// `[channels, height, width]` of the input; `nil` takes the network's own.
    public var inputShape: [Int]?

    /// Layers whose activations are read, or replaced where `replacesActivations` says so.
    public var activations: Set<Int> = []

    /// Layers whose activations the caller may change before later layers see them.
    public var replacedActivations: Set<Int> = []

    /// Layers that gradients start from: the caller gives ∂objective/∂activation there.
    public var seeds: Set<Int> = []

    /// Layers where the gradient is read, or changed before it runs on.
    public var gradients: Set<Int> = []

    /// Whether the gradient with respect to the input is wanted.
    public var inputGradient = false

    /// Whether gradients with respect to the weights are wanted.
    public var weightGradients = false

    /// Training: batch statistics in batch normalisation, and dropout.
    public var isTraining = false

    /// How ReLUs hand gradients back.
    public var reluRule = ReLURule.standard

    public var algorithm = Algorithm.automatic

    public init(batch: Int) { self.batch = batch }

    /// A batch size that keeps a chunk's activations near the processor and its work large enough to be efficient.
    ///
    /// A function of the image size alone: the last bits of results depend on the batch, so it may not depend on the
    /// machine.
    public static func usualBatch(for inputShape: [Int]) -> Int {
        let pixels = inputShape.dropFirst().reduce(1, *)
        return max(1, min(32, 4 * 224 * 224 / max(pixels, 1)))
    }

    /// Layers that have to be computed for this request.
    var goals: Set<Int> { activations.union(replacedActivations).union(seeds).union(gradients) }
}

/// How a ReLU hands its gradient back.
public enum ReLURule: String, Sendable, CaseIterable {
    /// Where the output is above zero: the true gradient.
    case standard
    /// Where output and gradient are above zero. Springenberg et al., "Striving for simplicity", ICLR 2015 workshop.
    case guided
    /// Where the gradient is above zero. Zeiler & Fergus, "Visualizing and understanding convolutional networks", 2014.
    case deconvolution = "deconvnet"
    /// As standard, but a sample whose gradient vanishes altogether hands back what would raise inputs from below zero or
    /// lower them from above the limit: for images that start where a unit is dead or saturated. As lucid's
    /// `redirected_relu6_grad`.
    case redirected
}
