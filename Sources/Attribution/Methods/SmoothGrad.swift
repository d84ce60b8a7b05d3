package import Tensors

/// The mean of another method's maps over noisy copies of the image.
///
/// Source: Smilkov et al., "SmoothGrad: removing noise by adding noise", 2017. The noise of an image is its own: it
/// depends on the seed and the image's name alone. Numbers that the other method tells of its maps do not hold for their
/// mean and are left out. Memory does not grow with the copies.
public struct SmoothGrad: AttributionMethod {
    public let copies: Int
    /// Standard deviation of the noise over the difference between the image's largest and smallest value.
    public let level: Float
    public let seed: Int
    public let method: any AttributionMethod

    public var isSigned: Bool { method.isSigned }
    public var hasChannels: Bool { method.hasChannels }
    public var runsPerImage: Int { copies * method.runsPerImage }
    public var facts: [AttributionFact] { method.facts }
    public var caveat: String? { method.caveat }
    public var meaningOfConstant: String { method.meaningOfConstant }

    public init(copies: Int, level: Float, seed: Int, _ method: any AttributionMethod) {
        precondition(copies > 0, "\(copies) copies")
        (self.copies, self.level, self.seed, self.method) = (copies, level, seed, method)
    }

    public func attribute(_ images: NamedImages, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let shape = [method.hasChannels ? images.pixels.shape[1] : 1] + images.pixels.shape.dropFirst(2)
        let maps = RowsInPlace([images.count] + shape)
        for (row, focus) in focuses.enumerated() {
            let (image, name) = (images.pixels.row(row), images.names[row])
            var sums = [Double](repeating: 0, count: shape.elementCount)
            for first in stride(from: 0, to: copies, by: explainer.imagesAtOnce) {
                let chosen = first..<min(first + explainer.imagesAtOnce, copies)
                let noisy = NamedImages(
                    noisyCopies(chosen, of: image, named: name, threads: explainer.threads),
                    names: chosen.map { "\(name) \($0)" })
                let answers = try method.attribute(
                    noisy, [Focus](repeating: focus, count: chosen.count), explainer
                ).maps
                // In the order of the copies, so that their grouping changes no bit.
                answers.withUnsafeBufferPointer { values in
                    for copy in chosen.indices {
                        let start = (copy - first) * sums.count
                        for index in sums.indices { sums[index] += Double(values[start + index]) }
                    }
                }
            }
            let map = maps.row(row)
            for index in map.indices { map[index] = Float(sums[index] / Double(copies)) }
        }
        return Attribution(maps: maps.tensor())
    }

    /// Some of the copies, `[chosen, channels, height, width]`.
    package func noisyCopies(_ chosen: Range<Int>, of image: Tensor, named name: String, threads: Int) -> Tensor {
        let range = image.range ?? 0...0
        let deviation = level * (range.upperBound - range.lowerBound)
        let random = CounterRandom(seed: seed).stream("smoothgrad").stream(name)
        let noisy = RowsInPlace([chosen.count] + image.shape)
        parallelFor(chosen.count, threads: threads) { copy in
            let (pixels, noise) = (noisy.row(copy), random[chosen.lowerBound + copy])
            image.withUnsafeBufferPointer { image in
                for index in pixels.indices { pixels[index] = image[index] + deviation * noise.normal(index) }
            }
        }
        return noisy.tensor()
    }
}
