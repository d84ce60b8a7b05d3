public import NeuralNetwork
public import Tensors

/// Changes images so that what a layer sees in them grows stronger: Deep Dream.
///
/// The image is made small, then larger in octaves up to its own size. At each size it moves some steps up the gradient
/// of ½ Σ a² over the layer's activations a, by `step` / mean |gradient|, shifted at random before each step and back
/// after it, and stays in [0, 1]. What has changed (the detail) is enlarged and added to the image at the next size, so
/// large forms come from small images. Sizes are changed as ``LinearResampling`` does.
///
/// Source: Mordvintsev, Olah & Tyka, "Inceptionism: going deeper into neural networks", Google research blog 2015.
public struct DeepDream: Sendable {
    private let model: Model
    private let settings: DreamSettings

    /// - Throws: `DreamError` when there is no such layer or channel, or an octave does not fit.
    public init(_ model: Model, _ settings: DreamSettings, imageSize: [Int]) throws(DreamError) {
        precondition(settings.octaves >= 1 && settings.iterations >= 1, "one octave and one step are the least")
        precondition(settings.ratio > 1 && settings.step > 0 && settings.jitter >= 0)
        try Self.check(model.network, settings, imageSize: imageSize)
        self.model = model
        self.settings = settings
    }

    /// An image, and how it came about.
    public struct Dream: Sendable {
        /// The image at the end of each octave, the smallest first: `[channels, height, width]` in [0, 1].
        public internal(set) var octaves: [Tensor] = []
        /// ½ Σ a² before each step, by octave.
        public internal(set) var objective: [[Double]] = []

        public var image: Tensor { octaves.last! }
    }

    /// `[height, width]` of each octave, the smallest first: the image's own over powers of the ratio, rounded.
    public static func sizes(of imageSize: [Int], octaves: Int, ratio: Double) -> [[Int]] {
        var sizes = [imageSize.map(Double.init)]
        for _ in 1..<max(octaves, 1) { sizes.append(sizes.last!.map { $0 / ratio }) }
        return sizes.reversed().map { $0.map { max(1, Int($0.rounded())) } }
    }

    /// Finds what is wrong before anything is computed.
    public static func check(
        _ network: Network, _ settings: DreamSettings, imageSize: [Int]
    ) throws(DreamError) {
        let node: Int
        do throws(NetworkError) { node = try network.index(of: settings.layer) } catch { throw .network(error) }
        let count = network.shapes[node][0]
        if let channel = settings.channels?.first(where: { !(0..<count ~= $0) }) {
            throw .channelOutOfRange(layer: settings.layer, channel: channel, count: count)
        }
        let sizes = sizes(of: imageSize, octaves: settings.octaves, ratio: settings.ratio)
        for (octave, size) in sizes.enumerated() {
            do throws(NetworkError) {
                _ = try network.upTo(node, inputShape: [network.inputShape[0]] + size)
            } catch {
                throw .octaveDoesNotFit(octave: octave + 1, size: size, layer: settings.layer, error)
            }
        }
    }

    /// Dreams of images, each on one thread, up to `threads` at a time; the result does not depend on their company.
    ///
    /// - Parameters:
    ///   - images: `[count, channels, height, width]` in [0, 1].
    ///   - progress: called after every step, from several threads; what it throws stops everything.
    /// - Throws: `DreamError` where activations are not finite, and what `progress` throws.
    public func run(
        _ images: Tensor, threads: Int = 1, progress: (@Sendable () throws -> Void)? = nil
    ) throws -> [Dream] {
        let random = CounterRandom(seed: settings.seed).stream("dream")
        let range = 2 * settings.jitter + 1
        return try run(images, threads: threads, progress: progress) { [settings] image, octave, iteration in
            let draw = random[image][octave][iteration]
            return (0..<2).map { draw.integer($0, below: range) - settings.jitter }
        }
    }

    /// - Parameter shift: rows and columns that an image is moved by before a step, given image, octave and step.
    package func run(
        _ images: Tensor, threads: Int, progress: (@Sendable () throws -> Void)?,
        shift: @Sendable (Int, Int, Int) -> [Int]
    ) throws -> [Dream] {
        let count = images.shape[0]
        let sizes = Self.sizes(of: Array(images.shape.suffix(2)), octaves: settings.octaves, ratio: settings.ratio)
        var dreams = [Dream](repeating: Dream(), count: count)
        // One octave after the other: only one network is compiled at a time.
        for (number, size) in sizes.enumerated() {
            let octave = try DreamOctave(model, settings, size: size)
            let before = dreams
            let after = Finished<Dream>(count: count)
            try parallelForThrowing(count, threads: threads) { index in
                var dream = before[index]
                let whole = images.row(index)
                let base = whole.resized(to: size)
                var image = base
                if let last = dream.octaves.last {
                    let detail = last - whole.resized(to: sizes[number - 1])
                    image = (base + detail.resized(to: size)).map { min(max($0, 0), 1) }
                }
                dream.objective.append([])
                for iteration in 0..<settings.iterations {
                    let moved = shift(index, number, iteration)
                    let slope = octave.slope(of: image.rolled(rows: moved[0], columns: moved[1]))
                    guard slope.isFinite else {
                        throw DreamError.notFinite(image: index, octave: number + 1, iteration: iteration + 1)
                    }
                    dream.objective[number].append(slope.value)
                    image = stepped(image, slope.gradient.rolled(rows: -moved[0], columns: -moved[1]))
                    try progress?()
                }
                dream.octaves.append(image)
                after[index] = dream
            }
            dreams = (0..<count).map { after[$0]! }
        }
        return dreams
    }

    /// An image that nothing changes (its gradient is zero) stays as it is.
    private func stepped(_ image: Tensor, _ gradient: Tensor) -> Tensor {
        let mean = gradient.map { abs($0) }.mean
        guard mean > 0 else { return image }
        let factor = Float(settings.step / 255 / mean)
        return image.combined(with: gradient) { min(max($0 + factor * $1, 0), 1) }
    }
}
