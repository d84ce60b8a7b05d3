import Attribution
public import Pipeline

/// Shows where in the image a layer's maps speak for a score.
public struct AttributionGradCAMStage: Stage {
    public static let name = "attribution.grad-cam"
    public static let version = 2
    public static let summary =
        "Grad-CAM: a layer's maps weighted with the gradient of the score, their positive part enlarged to the image."
    public static let details = """
        Coarse but true to the class; the attribute `layer` of `/attribution` says which layer was taken. \
        Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", ICCV \
        2017.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    @Parameter(
        "The layer whose maps are weighted; if absent, that of the last convolution before the classifier, after its normalization and activation."
    ) var layer: String?
    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws { try work.check(io) { _ in layer == nil ? nil : "layer" } }
    public func run(_ io: StageIO) throws { try work.run(io) }

    private var work: AttributionWork {
        AttributionWork("Grad-CAM", common) { rule, network in try GradCAM(layer: layer, rule, in: network) }
    }
}
