import Attribution
import NeuralNetwork
public import Pipeline

/// Shows fine structures that a score rests on.
public struct AttributionGuidedBackpropStage: Stage {
    public static let name = "attribution.guided-backprop"
    public static let version = 2
    public static let summary =
        "Guided backpropagation: the gradient with respect to the pixels, through ReLUs that let only positive parts pass."
    public static let details = """
        Fine pictures, but they depend little on the class and even on the weights: ask for the checks `class-difference` and \
        `randomized-weights`. Layers of other kinds than ReLU (leaky ReLU, SiLU, clip, …) hand back the true gradient. Source: Springenberg et al., "Striving for simplicity: the all convolutional net", 2015.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws { try work.check(io) { _ in nil } }
    public func run(_ io: StageIO) throws { try work.run(io) }

    private var work: AttributionWork {
        AttributionWork("Guided backpropagation", common) { try GradientAttribution(.guided, $0, in: $1) }
    }
}
