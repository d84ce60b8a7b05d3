import Attribution
import NeuralNetwork
public import Pipeline

/// Shows which pixels change a score most.
public struct AttributionSaliencyStage: Stage {
    public static let name = "attribution.saliency"
    public static let version = 2
    public static let summary =
        "Saliency maps: the gradient of a class's score, or of a unit, with respect to every pixel."
    public static let details = """
        Values are signed; pictures show their size, summed over colours. Source: Simonyan, Vedaldi & Zisserman, "Deep inside \
        convolutional networks", 2014.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws { try work.check(io) { _ in nil } }
    public func run(_ io: StageIO) throws { try work.run(io) }

    private var work: AttributionWork {
        AttributionWork("Saliency", common) { _, _ in GradientAttribution(.standard) }
    }
}
