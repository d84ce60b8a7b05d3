import Attribution
public import Pipeline

/// Divides a score among the pixels.
public struct AttributionIntegratedGradientsStage: Stage {
    public static let name = "attribution.integrated-gradients"
    public static let version = 2
    public static let summary =
        "Integrated gradients: divides the difference between an image's score and a baseline's among the pixels."
    public static let details = """
        Gauss–Legendre points on the straight way between both; `/completeness_gap` is what the values miss of the \
        difference; it is not told of SmoothGrad's means. Source: Sundararajan, Taly & Yan, "Axiomatic attribution for \
        deep networks", ICML 2017.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    @Parameter("Points on the way from the baseline to the image.", in: 1...1000) var steps: Int = 50
    @Parameter("The plain color that the way starts from; the mean is the model's own, zeros after normalisation.")
    var baseline: PlainColor = .mean
    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws { try work.check(io) { _ in nil } }
    public func run(_ io: StageIO) throws { try work.run(io) }

    private var work: AttributionWork {
        AttributionWork("Integrated gradients", common) { _, _ in IntegratedGradients(steps: steps, baseline: baseline)
        }
    }
}
