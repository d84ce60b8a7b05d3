public import NeuralNetwork
public import Tensors

/// A layer's maps, weighted with the mean gradient of the score in each, added up, the positive part, enlarged.
///
/// Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", ICCV
/// 2017. Enlarged bilinearly to the size of the image.
public struct GradCAM: AttributionMethod {
    /// The layer whose maps are weighted.
    public let layer: Int
    public var isSigned: Bool { false }

    /// - Parameter layer: by name; `nil` takes the last layer before the last weights that gives maps.
    /// - Throws: ``AttributionError``, `NetworkError.unknownLayer`.
    public init(layer name: String?, _ rule: FocusRule, in network: Network) throws {
        guard let name else {
            let last = network.lastMap(before: rule.node)
            guard let last else { throw AttributionError.noMap(layer: nil) }
            layer = last
            return
        }
        layer = try network.index(of: name)
        guard network.shapes[layer].count == 3 else { throw AttributionError.noMap(layer: name) }
        guard network.feeds(layer, rule.node) else {
            throw AttributionError.layerBehindTarget(layer: name, target: network.nodes[rule.node].name)
        }
    }

    public func attribute(_ images: Tensor, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution {
        let shape = explainer.model.network.shapes[layer]
        let positions = shape[1] * shape[2]
        let count = images.shape[0]
        let coarse = RowsInPlace([count, shape[1], shape[2]])
        try explainer.gradients(
            count, { focuses[$0] }, .init(layer: layer), fill: images.fill
        ) { sample, gradient, activation in
            let map = coarse.row(sample)
            for channel in 0..<shape[0] {
                let range = channel * positions..<(channel + 1) * positions
                let weight = range.reduce(Float(0)) { $0 + gradient[$1] } / Float(positions)
                for position in 0..<positions { map[position] += weight * activation[range.lowerBound + position] }
            }
            for position in 0..<positions { map[position] = max(map[position], 0) }
        }
        let maps = RowsInPlace([count, 1, images.shape[2], images.shape[3]])
        for sample in 0..<count {
            Self.enlarge(
                UnsafeBufferPointer(coarse.row(sample)), [shape[1], shape[2]], into: maps.row(sample),
                [images.shape[2], images.shape[3]])
        }
        return Attribution(maps: maps.tensor())
    }

    /// Bilinear interpolation between the centres of pixels, as PyTorch's with `align_corners=False`.
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

extension Network {
    /// The last layer that gives maps of more than one position and feeds the classifier, the last layer with weights on
    /// the way to `goal`; `nil` where there is none.
    fileprivate func lastMap(before goal: Int) -> Int? {
        let onTheWay = (0...goal).filter { feeds($0, goal) }
        guard let last = onTheWay.last(where: { !nodes[$0].layer.parameters.isEmpty }) else { return nil }
        return onTheWay.last { $0 < last && shapes[$0].count == 3 && shapes[$0][1] * shapes[$0][2] > 1 }
    }

    /// Whether a layer's output reaches another layer, or is it.
    fileprivate func feeds(_ layer: Int, _ goal: Int) -> Bool {
        var reached: Set<Int> = [layer]
        for index in nodes.indices.dropFirst(layer + 1) where index <= goal {
            if nodes[index].inputs.contains(where: { source in
                if case .node(let position) = source { reached.contains(position) } else { false }
            }) {
                reached.insert(index)
            }
        }
        return reached.contains(goal)
    }
}
