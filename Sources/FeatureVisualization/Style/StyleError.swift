public import NeuralNetwork

/// Why no image can have the content of one picture and the style of another.
public enum StyleError: Error, Equatable, CustomStringConvertible {
    case network(NetworkError)
    /// `image` is `content` or `style`; `size` is `[height, width]`.
    case imageDoesNotFit(image: String, size: [Int], layer: String, NetworkError)
    case noMaps(layer: String)
    /// `iteration` counts from 0, the start.
    case notFinite(iteration: Int)

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .network(let error): error.what
        case .imageDoesNotFit(let image, let size, let layer, let error):
            "the \(image) image, of \(size[0])×\(size[1]) pixels, does not reach layer '\(layer)': \(error.what)"
        case .noMaps(let layer): "layer '\(layer)' gives no maps, so nothing in it is a texture"
        case .notFinite(let iteration): "the loss, or its gradient, is not finite after \(iteration) steps"
        }
    }

    /// How to mend it.
    public var fix: String {
        switch self {
        case .network(let error): error.fix
        case .imageDoesNotFit: "use larger images, or layers before it"
        case .noMaps: "name a layer before the flattening; 'convscope layers' lists them"
        case .notFinite(let iteration):
            iteration == 0
                ? "look at the weights and the 'input' of the model: values overflow 32-bit floats"
                : "use a smaller learning rate or smaller weights, or the optimizer 'lbfgs'"
        }
    }
}
