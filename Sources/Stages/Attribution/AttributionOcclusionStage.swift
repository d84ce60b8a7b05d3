import Attribution
import NeuralNetwork
public import Pipeline

/// Covers the image window by window and watches the score.
public struct AttributionOcclusionStage: Stage {
    public static let name = "attribution.occlusion"
    public static let version = 2
    public static let summary =
        "Occlusion: how far the score falls when a window is covered, averaged over the windows that cover a pixel."
    public static let details = """
        Needs no gradient, so it holds for any network. Window and stride in pixels are attributes of \
        `/attribution`. Windows at the right and lower edge are cut off there. Source: Zeiler & Fergus, "Visualizing and understanding convolutional networks", 2014.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    @Parameter("Side of the window in pixels; a seventh of the image if absent.", in: 1...4096) var window: Int?
    @Parameter("Pixels between neighboring windows; half a window if absent.", in: 1...4096) var stride: Int?
    @Parameter("What windows are covered with; the mean is the model's own, zeros after normalisation.")
    var fill: PlainColor = .mean
    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws {
        try work.check(io) { error in
            switch error {
            case AttributionError.strideAboveWindow: stride == nil ? "window" : "stride"
            case AttributionError.windowTooLarge: "window"
            default: nil
            }
        }
    }
    public func run(_ io: StageIO) throws { try work.run(io) }

    private var work: AttributionWork {
        AttributionWork("Occlusion", common) { _, network in try occlusion(network) }
    }

    private func occlusion(_ network: Network) throws -> Occlusion {
        let shape = network.inputShape
        let side = window ?? max(min(shape[1], shape[2]) / 7, 1)
        return try Occlusion(window: side, stride: stride ?? max(side / 2, 1), fill: fill, imageShape: shape)
    }
}
