public import NeuralNetwork
import Tensors

/// A layer's maps, weighted with the mean gradient of the score in each, added up, the positive part, enlarged.
///
/// Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", ICCV
/// 2017. Enlarged bilinearly to the size of the image.
public struct GradCAM: AttributionMethod {
    /// The layer whose maps are weighted.
    public let layer: Int
    private let layerName: String

    public var isSigned: Bool { false }
    public var hasChannels: Bool { false }
    public var runsPerImage: Int { 2 }
    public var facts: [AttributionFact] { [.init("layer", layerName)] }
    public var meaningOfConstant: String { "no map of '\(layerName)' speaks for the score" }

    /// - Parameter name: `nil` takes the maps of the last convolution before the classifier, after its normalization and
    ///   activation.
    /// - Throws: ``AttributionError`` for a layer without maps, or one that does not feed what is explained;
    ///   `NetworkError.unknownLayer`.
    public init(layer name: String?, _ rule: FocusRule, in network: Network) throws {
        if let name {
            layer = try network.index(of: name)
            guard network.shapes[layer].count == 3 else { throw AttributionError.noMap(layer: name) }
            guard network.ancestors(of: [rule.node]).contains(layer) else {
                throw AttributionError.layerBehindTarget(layer: name, target: network.nodes[rule.node].name)
            }
        } else {
            guard let last = network.lastConvolutionalMaps(before: rule.node) else {
                throw AttributionError.noMap(layer: nil)
            }
            layer = last
        }
        layerName = network.nodes[layer].name
    }

    public func attribute(_ images: NamedImages, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let shape = explainer.model.network.shapes[layer]
        let positions = shape[1] * shape[2]
        let (count, size) = (images.count, Array(images.pixels.shape.dropFirst(2)))
        let coarse = RowsInPlace([count, shape[1], shape[2]])
        try explainer.gradients(
            count, { focuses[$0] }, .init(layer: layer), fill: images.pixels.fill
        ) { sample, gradient, activation in
            let map = coarse.row(sample)
            for channel in 0..<shape[0] {
                let range = channel * positions..<(channel + 1) * positions
                let weight = range.reduce(Float(0)) { $0 + gradient[$1] } / Float(positions)
                for position in 0..<positions { map[position] += weight * activation[range.lowerBound + position] }
            }
            for position in 0..<positions { map[position] = max(map[position], 0) }
        }
        let maps = RowsInPlace([count, 1] + size)
        for sample in 0..<count {
            Self.enlarge(
                UnsafeBufferPointer(coarse.row(sample)), [shape[1], shape[2]], into: maps.row(sample),
                size)
        }
        return Attribution(maps: maps.tensor())
    }

    /// Bilinear interpolation between the centers of pixels, as PyTorch's with `align_corners=False`.
    static func enlarge(
        _ map: UnsafeBufferPointer<Float>, _ size: [Int], into target: UnsafeMutableBufferPointer<Float>,
        _ targetSize: [Int]
    ) {
        func places(_ axis: Int) -> [(first: Int, second: Int, share: Float)] {
            (0..<targetSize[axis]).map { index in
                let center = (Float(index) + 0.5) * Float(size[axis]) / Float(targetSize[axis]) - 0.5
                let place = max(center, 0)
                let first = min(Int(place), size[axis] - 1)
                return (first, min(first + 1, size[axis] - 1), place - Float(first))
            }
        }
        let (rows, columns) = (places(0), places(1))
        for (row, vertical) in rows.enumerated() {
            for (column, horizontal) in columns.enumerated() {
                func mixed(_ line: Int) -> Float {
                    let (left, right) = (
                        map[line * size[1] + horizontal.first], map[line * size[1] + horizontal.second]
                    )
                    return left + horizontal.share * (right - left)
                }
                let (above, below) = (mixed(vertical.first), mixed(vertical.second))
                target[row * targetSize[1] + column] = above + vertical.share * (below - above)
            }
        }
    }
}
