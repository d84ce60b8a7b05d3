import Attribution
import NeuralNetwork
public import Pipeline

/// Covers the image window by window and watches the score.
public struct AttributionOcclusionStage: Stage {
    public static let name = "attribution.occlusion"
    public static let version = 1
    public static let summary =
        "Occlusion: how far the score falls when a window is covered, averaged over the windows that cover a pixel."
    public static let details = """
        Needs no gradient, so it holds for any network. Windows at the right and lower edge are cut off there. Source: Zeiler & \
        Fergus, "Visualizing and understanding convolutional networks", 2014.
        """
    public static let inputs = AttributionPorts.inputs
    public static let outputs = AttributionPorts.outputs

    @Parameter("Side of the window in pixels; a seventh of the image if absent.", in: 1...4096) var window: Int?
    @Parameter("Pixels between neighbouring windows; half a window if absent.", in: 1...4096) var stride: Int?
    @Parameter("What windows are covered with; the mean is the model's own, zeros after normalisation.")
    var filling: Filling = .mean
    var common = AttributionParameters()

    public init() {}

    public func validate() throws(ParameterError) { try AttributionWork.validate(common) }
    public func check(_ io: CheckIO) throws {
        work.check(io) { error in
            switch error {
            case .strideAboveWindow: stride == nil ? "window" : "stride"
            case .windowTooLarge: "window"
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
        return try Occlusion(window: side, stride: stride ?? max(side / 2, 1), filling: filling, imageShape: shape)
    }
}
