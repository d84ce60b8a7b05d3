import Attribution
import NeuralNetwork
public import Pipeline

/// Projects a score back to the pixels through a deconvolutional network.
public struct AttributionDeconvnetStage: Stage {
    public static let name = "attribution.deconvnet"
    public static let version = 2
    public static let summary =
        "Deconvnet: projects a score back to the pixels through transposed convolutions, pooling switches and ReLUs of what comes back."
    public static let details = """
        Only what comes back decides at a ReLU, not what went through it; layers of other kinds (leaky ReLU, SiLU, clip, …) \
        hand back the true gradient. Source: Zeiler & Fergus, "Visualizing and \
        understanding convolutional networks", 2014.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws { try work.check(io) { _ in nil } }
    public func run(_ io: StageIO) throws { try work.run(io) }

    private var work: AttributionWork {
        AttributionWork("Deconvnet", common) { try GradientAttribution(.deconvolution, $0, in: $1) }
    }
}
