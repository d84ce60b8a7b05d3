public import NeuralNetwork

/// What makes an attribution impossible.
public enum AttributionError: Error, Sendable, Hashable {
    case noClassScores(network: String, shape: [Int])
    case classOutOfRange(Int, count: Int)
    case channelOutOfRange(layer: String, channel: Int, count: Int)
    case positionOutOfRange(layer: String, row: Int, column: Int, map: [Int])
    case probabilityOfUnit(String)
    case probabilityOfOneScore(network: String)
    /// The outputs are no logits of a softmax.
    case probabilityOfSigmoids(layer: String)
    /// The rule for ReLUs changes nothing.
    case noReLU(ReLURule, target: String)
    /// Grad-CAM wants a map before the explained score.
    case noMap(layer: String?)
    case layerBehindTarget(layer: String, target: String)
    case windowTooLarge(window: Int, image: [Int])
    case strideAboveWindow(stride: Int, window: Int)

    public var what: String {
        switch self {
        case .noClassScores(let network, let shape):
            "the network '\(network)' ends in a map of shape \(shape), not in class scores"
        case .classOutOfRange(let index, let count): "there is no class \(index) among \(count)"
        case .channelOutOfRange(let layer, let channel, let count):
            "'\(layer)' has no channel \(channel); its \(count) channels count from 0"
        case .positionOutOfRange(let layer, let row, let column, let map):
            "'\(layer)' has no position \(row),\(column); its maps have \(map[0]) rows and \(map[1]) columns"
        case .probabilityOfUnit(let unit): "the unit '\(unit)' has no probability"
        case .probabilityOfOneScore(let network):
            "the network '\(network)' has one score, whose softmax is always 1"
        case .probabilityOfSigmoids(let layer):
            "the network ends in the sigmoids '\(layer)', whose outputs are no logits of a softmax"
        case .noReLU(let rule, let target):
            "no ReLU lies between the image and '\(target)', so \(rule.methodName) is the plain gradient"
        case .noMap(let layer?): "'\(layer)' gives a vector, not maps"
        case .noMap(nil): "no convolution before the classifier gives maps of more than one position"
        case .layerBehindTarget(let layer, let target): "'\(layer)' does not feed '\(target)', which is explained"
        case .windowTooLarge(let window, let image):
            "a window of \(window) pixels is larger than the image of \(image[0])×\(image[1])"
        case .strideAboveWindow(let stride, let window):
            "a stride of \(stride) pixels leaves gaps between windows of \(window)"
        }
    }

    public var fix: String {
        switch self {
        case .noClassScores: "explain a unit, as \"features.14:220\""
        case .classOutOfRange(_, let count): "choose a class in 0...\(count - 1), or \"predicted\""
        case .channelOutOfRange(_, _, let count): "choose a channel in 0...\(count - 1)"
        case .positionOutOfRange(_, _, _, let map):
            "choose a row in 0...\(map[0] - 1) and a column in 0...\(map[1] - 1)"
        case .probabilityOfUnit, .probabilityOfOneScore: "remove 'score', or write \"logit\""
        case .probabilityOfSigmoids: "remove 'score', or write \"logit\", which takes the outputs as they are"
        case .noReLU: "use attribution.saliency"
        case .noMap: "name a convolution or pooling before the flattening; 'convscope layers' lists them"
        case .layerBehindTarget: "name a layer on the way from the image to what is explained"
        case .windowTooLarge(_, let image): "choose a window in 1...\(image.min() ?? 1)"
        case .strideAboveWindow(_, let window): "choose a stride in 1...\(window)"
        }
    }
}

extension AttributionError: CustomStringConvertible {
    public var description: String { "\(what)\n  fix: \(fix)" }
}

extension ReLURule {
    fileprivate var methodName: String {
        switch self {
        case .guided: "guided backpropagation"
        case .deconvolution: "deconvnet"
        case .standard, .redirected: "the rule"
        }
    }
}
