/// What one position of a layer sees of the input, along height and width.
public struct ReceptiveField: Sendable, Equatable {
    /// Pixels seen; `nil` when the position sees the whole image.
    public let size: [Int]?
    /// Input pixels between neighbouring positions.
    public let stride: [Int]
    /// First pixel seen by position 0; negative where padding is seen.
    public let start: [Int]

    /// First and last pixel (both inclusive, cut to the image) that a position sees along an axis.
    public func pixels(at position: Int, axis: Int, imageSize: Int) -> ClosedRange<Int> {
        guard let size else { return 0...imageSize - 1 }
        let first = start[axis] + position * stride[axis]
        return min(max(first, 0), imageSize - 1)...min(max(first + size[axis] - 1, 0), imageSize - 1)
    }
}

extension Network {
    /// The receptive field of every layer, from kernel, stride, padding and dilation of those before it.
    ///
    /// Where branches meet, the widest one counts. Source: Araujo, Norris & Sim, "Computing receptive fields of
    /// convolutional neural networks", Distill 2019.
    public var receptiveFields: [ReceptiveField] {
        // Every node depends on the input.
        receptiveFields(in: .networkInput).map { $0! }
    }

    /// What every layer sees of the maps of a source; `nil` for layers that do not depend on it.
    public func receptiveFields(in origin: Source) -> [ReceptiveField?] {
        var fields: [ReceptiveField?] = []
        let itself = ReceptiveField(size: [1, 1], stride: [1, 1], start: [0, 0])
        for node in nodes {
            let sources = node.inputs.compactMap { source -> ReceptiveField? in
                if source == origin { return itself }
                return if case .node(let position) = source { fields[position] } else { nil }
            }
            fields.append(sources.isEmpty ? nil : Self.field(through: node.layer.window, of: sources))
        }
        return fields
    }

    private static func field(through window: Window?, of sources: [ReceptiveField]) -> ReceptiveField {
        func limited(_ a: Int, _ b: Int) -> Int { min(a * b, largest) }
        let stride = sources[0].stride
        let sizes = sources.compactMap(\.size)
        guard let window, sizes.count == sources.count else {
            let step = window?.stride ?? [1, 1]
            return ReceptiveField(size: nil, stride: (0..<2).map { limited(stride[$0], step[$0]) }, start: [0, 0])
        }
        let start = (0..<2).map { axis in sources.map { $0.start[axis] }.min()! }
        let end = (0..<2).map { axis in sources.indices.map { sources[$0].start[axis] + sizes[$0][axis] }.max()! }
        return ReceptiveField(
            size: (0..<2).map { min(end[$0] - start[$0] + limited(window.extent[$0] - 1, stride[$0]), largest) },
            stride: (0..<2).map { limited(stride[$0], window.stride[$0]) },
            start: (0..<2).map { max(start[$0] - limited(window.padding[$0], stride[$0]), -largest) })
    }

    /// Where lengths and strides end: beyond any image. Kernels, their dilations and strides are below 2^20 each, so
    /// that products with it stay below 2^63.
    private static var largest: Int { 1 << 22 }
}
