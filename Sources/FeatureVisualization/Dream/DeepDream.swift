public import NeuralNetwork
public import Tensors

/// Changes images so that what a layer sees in them grows stronger: Deep Dream.
///
/// The image is made small, then larger in octaves up to its own size. At each size it moves some steps up the gradient
/// of ½ Σ a² over the layer's activations a, by `step` / mean |gradient|, shifted at random before each step and back
/// after it, and stays in [0, 1]. What has changed (the detail) is enlarged and added to the image at the next size, so
/// large forms come from small images. Each size is made from the next larger one as ``LinearResampling`` does; in one
/// leap it would skip pixels.
///
/// Source: Mordvintsev, Olah & Tyka, "Inceptionism: going deeper into neural networks", Google research blog 2015.
public struct DeepDream: Sendable {
    private let model: Model
    private let settings: DreamSettings
    /// `[height, width]` of each octave, the smallest first.
    private let sizes: [[Int]]

    /// - Throws: `DreamError` when there is no such layer or channel, or an octave does not fit.
    public init(_ model: Model, _ settings: DreamSettings, imageSize: [Int]) throws(DreamError) {
        precondition(settings.octaves >= 1 && settings.iterations >= 1, "one octave and one step are the least")
        precondition(settings.ratio > 1 && settings.step > 0 && settings.jitter >= 0)
        try Self.check(model.network, settings, imageSize: imageSize)
        self.model = model
        self.settings = settings
        sizes = Self.sizes(of: imageSize, octaves: settings.octaves, ratio: settings.ratio)
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
    ///   - numbers: one for each image, which names its shifts: the same wherever else the image is dreamt of.
    ///   - dreams: where to go on, one for each image; `nil` starts afresh. Those that do not fit trap.
    ///   - progress: called after every step, from several threads, with the place of the image among `images` and its
    ///     dream so far; what it throws stops everything.
    /// - Throws: `DreamError` where activations are not finite, and what `progress` throws.
    public func run(
        _ images: Tensor, numbers: [Int], resuming dreams: [Dream]? = nil, threads: Int = 1,
        progress: (@Sendable (Int, Dream) throws -> Void)? = nil
    ) throws -> [Dream] {
        let random = CounterRandom(seed: settings.seed).stream("dream")
        let range = 2 * settings.jitter + 1
        return try run(images, numbers: numbers, resuming: dreams, threads: threads, progress: progress) {
            [settings] number, octave, iteration in
            let draw = random[number][octave][iteration]
            return (0..<2).map { draw.integer($0, below: range) - settings.jitter }
        }
    }

    /// - Parameter shift: rows and columns that an image is moved by before a step, given its number, octave and step.
    package func run(
        _ images: Tensor, numbers: [Int], resuming dreams: [Dream]?, threads: Int,
        progress: (@Sendable (Int, Dream) throws -> Void)?, shift: @Sendable (Int, Int, Int) -> [Int]
    ) throws -> [Dream] {
        let count = images.shape[0]
        var dreams = dreams ?? Array(repeating: Dream(), count: count)
        precondition(
            numbers.count == count && dreams.count == count && Array(images.shape.suffix(2)) == sizes.last,
            "\(numbers.count) numbers and \(dreams.count) dreams for images of shape \(images.shape)")
        precondition(dreams.allSatisfy(fits), "the dreams are of other images or settings")
        // One octave after the other: only one network is compiled at a time.
        for (octave, size) in sizes.enumerated() where dreams.contains(where: { $0.octaves.count == octave }) {
            let network = try DreamOctave(model, settings, size: size)
            let before = dreams
            let after = Finished<Dream>(count: count)
            try parallelForThrowing(count, threads: threads) { index in
                var dream = before[index]
                if dream.octaves.count == octave {
                    var image = dream.unfinished ?? start(of: octave, images.row(index), after: dream.octaves.last)
                    for iteration in (dream.steps - octave * settings.iterations)..<settings.iterations {
                        let moved = shift(numbers[index], octave, iteration)
                        let slope = network.slope(of: image.rolled(rows: moved[0], columns: moved[1]))
                        guard slope.isFinite else {
                            throw DreamError.notFinite(
                                image: numbers[index], octave: octave + 1, iteration: iteration + 1)
                        }
                        image = stepped(image, slope.gradient.rolled(rows: -moved[0], columns: -moved[1]))
                        dream = dream.stepped(to: image, objective: slope.value)
                        try progress?(index, dream)
                    }
                    dream = dream.finishingOctave()
                }
                after[index] = dream
            }
            dreams = (0..<count).map { after[$0]! }
        }
        return dreams
    }

    /// Whether a dream may be one of these settings.
    public func fits(_ dream: Dream) -> Bool {
        let images = dream.octaves + (dream.unfinished.map { [$0] } ?? [])
        let full = dream.objective.prefix(dream.octaves.count)
        return images.count <= sizes.count && dream.objective.count == images.count
            && zip(images, sizes).allSatisfy { $0.shape == [model.network.inputShape[0]] + $1 }
            && full.allSatisfy { $0.count == settings.iterations }
            && dream.objective.allSatisfy { 1...settings.iterations ~= $0.count }
    }

    /// The image at the size of an octave, with what the dream has changed in the octave before.
    private func start(of octave: Int, _ image: Tensor, after last: Tensor?) -> Tensor {
        var base = image
        var smaller = image
        for size in sizes[max(octave - 1, 0)...].reversed() {
            base = smaller
            smaller = smaller.resized(to: size)
        }
        guard let last else { return smaller }
        return (base + (last - smaller).resized(to: sizes[octave])).map { min(max($0, 0), 1) }
    }

    /// An image that nothing changes (its gradient is zero) stays as it is.
    private func stepped(_ image: Tensor, _ gradient: Tensor) -> Tensor {
        let mean = gradient.map { abs($0) }.mean
        guard mean > 0 else { return image }
        let factor = Float(settings.step / 255 / mean)
        return image.combined(with: gradient) { min(max($0 + factor * $1, 0), 1) }
    }
}
