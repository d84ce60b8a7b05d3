import Glibc
public import NeuralNetwork
public import Tensors

/// Makes an image that has the content of one picture and the style of another.
///
/// Minimizes Σ content losses + Σ style losses + total variation over the logistic function of free numbers: the image
/// stays in [0, 1] without being clamped, which would tear it from under a line search. Each layer's loss is relative to
/// what the layer says of the picture that is to be resembled: see ``LayerTarget`` and ``GramMatrix``.
///
/// Source: Gatys, Ecker & Bethge, "Image style transfer using convolutional neural networks", CVPR 2016.
public struct StyleTransfer: Sendable {
    private let settings: StyleSettings
    private let content: Tensor
    private let loss: StyleLoss
    private let synthesis: ImageSynthesis

    /// A value this near to black or white would hardly ever leave it again: there the logistic function is flat.
    private static let margin: Float = 0.01

    /// - Parameters:
    ///   - content: `[channels, height, width]` in [0, 1]; the image gets its size.
    ///   - style: the same; height and width may be others, and are left as they are.
    /// - Throws: `StyleError` when layers are missing or images do not reach them.
    public init(_ model: Model, _ settings: StyleSettings, content: Tensor, style: Tensor) throws {
        precondition(settings.iterations >= 1, "\(settings.iterations) iterations; one is the least")
        try Self.check(
            model.network, settings, contentSize: Array(content.shape.dropFirst()),
            styleSize: Array(style.shape.dropFirst()))
        self.settings = settings
        self.content = content
        loss = try StyleLoss(model, settings, content: content, style: style)
        var plain = MaximizationSettings()
        plain.parameterization = .pixel
        plain.color = .none
        synthesis = ImageSynthesis(shape: content.shape, settings: plain)
    }

    /// Finds what is wrong before anything is computed. Sizes are `[height, width]`.
    public static func check(
        _ network: Network, _ settings: StyleSettings, contentSize: [Int], styleSize: [Int]
    ) throws(StyleError) {
        for (image, size, layers) in [
            ("content", contentSize, settings.contentLayers), ("content", contentSize, settings.styleLayers),
            ("style", styleSize, settings.styleLayers),
        ] {
            for layer in layers {
                let node: Int
                do throws(NetworkError) { node = try network.index(of: layer.name) } catch { throw .network(error) }
                guard network.shapes[node].count == 3 else { throw .noMaps(layer: layer.name) }
                do throws(NetworkError) {
                    _ = try network.upTo(node, inputShape: [network.inputShape[0]] + size)
                } catch {
                    throw .imageDoesNotFit(image: image, size: size, layer: layer.name, error)
                }
            }
        }
    }

    /// Makes the image.
    ///
    /// - Parameters:
    ///   - state: where to go on; `nil` starts afresh. One that does not fit the image or the optimizer traps.
    ///   - progress: called with the state after every step; what it throws stops everything.
    /// - Throws: `StyleError.notFinite`, and what `progress` throws.
    public func run(
        resuming state: StyleState? = nil, progress: ((StyleState) throws -> Void)? = nil
    ) throws -> StyledImage {
        var state = state ?? StyleState(start: startParameters)
        precondition(fits(state), "the state belongs to another image or optimizer")
        var here = slope(at: state.parameters)
        if state.losses.isEmpty { try note(here, &state) }
        while state.iteration < settings.iterations, !state.isAtRest {
            let end = settings.ascent.step(
                &state.parameters, &state.memory, number: state.iteration + 1, from: here, look: slope)
            here = end ?? slope(at: state.parameters)
            try note(here, &state)
            try progress?(state)
        }
        return StyledImage(
            image: synthesis.image(state.parameters), losses: state.losses,
            snapshots: zip(snapshotIterations, state.snapshots).map { (iteration: $0, image: $1) })
    }

    /// Whether a state belongs to images and an optimizer like these.
    public func fits(_ state: StyleState) -> Bool {
        let terms = settings.contentLayers.count + settings.styleLayers.count + 1
        return state.parameters.shape == content.shape && state.losses.allSatisfy { $0.count == terms }
            && (state.iteration == 0
                || settings.ascent.memory.allSatisfy { $0.value.contains(state.memory[$0.key]?.count ?? 0) })
    }

    /// The slope of minus the loss at some parameters.
    package func slope(at parameters: Tensor) -> Slope {
        let image = synthesis.image(parameters)
        let found = loss.slope(of: image)
        return Slope(
            value: found.value, gradient: synthesis.gradient(found.gradient, at: image), terms: found.terms)
    }

    package var startParameters: Tensor {
        switch settings.start {
        case .content:
            content.map { pixel in
                let value = min(max(pixel, Self.margin), 1 - Self.margin)
                return log(value / (1 - value))
            }
        case .noise: synthesis.start(CounterRandom(seed: settings.seed).stream("style"))
        }
    }

    /// In ascending order, each once, as far as they are reached.
    private var snapshotIterations: [Int] {
        Set(settings.snapshots).filter { (0...settings.iterations).contains($0) }.sorted()
    }

    private func note(_ here: Slope, _ state: inout StyleState) throws(StyleError) {
        guard here.isFinite else { throw .notFinite(iteration: state.losses.count) }
        state.losses.append(here.terms.map { Float($0) })
        if snapshotIterations.contains(state.iteration) { state.snapshots.append(synthesis.image(state.parameters)) }
    }
}

/// The content of one picture in the style of another.
public struct StyledImage: Sendable {
    /// `[channels, height, width]` in [0, 1].
    public let image: Tensor
    /// At the start and after each step: the losses of the content layers, of the style layers, and the charge for total
    /// variation, each with its weight; their sum is what is minimized. Ends early where nothing was left to gain.
    public let losses: [[Float]]
    /// The image after chosen numbers of steps.
    public let snapshots: [(iteration: Int, image: Tensor)]

    /// The light and shade of an image with the colours of another, both RGB: luminance (ITU-R BT.601) of the first,
    /// chrominance of the second.
    public static func colored(_ image: Tensor, as other: Tensor) -> Tensor {
        precondition(image.shape == other.shape && image.shape[0] == 3, "two RGB images of one size")
        let change = image - other
        let luminance = (change.row(0) * 0.299 + change.row(1) * 0.587) + change.row(2) * 0.114
        // The same change in all three channels leaves Cb and Cr alone.
        return Tensor.stack((0..<3).map { (other.row($0) + luminance).map { min(max($0, 0), 1) } })
    }
}
