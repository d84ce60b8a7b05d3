public import NeuralNetwork
import Tensors

/// How a target becomes the focus of an image: at which layer it is looked for, and where in that layer's activation.
public struct FocusRule: Sendable {
    /// The layer whose activation holds the score.
    public let node: Int
    /// `[channels, height, width]` or `[features]`.
    let shape: [Int]
    let target: AttributionTarget
    let isProbability: Bool

    /// - Throws: ``AttributionError`` where the network has no such class, channel or position, and
    ///   `NetworkError.unknownLayer`.
    public init(_ target: AttributionTarget, _ score: ExplainedScore, in network: Network) throws {
        self.target = target
        switch target {
        case .predictedClass, .classIndex:
            node = network.logitsNode
            shape = network.shapes[node]
            isProbability = score == .probability
            guard let count = network.scoreCount else {
                throw AttributionError.noClassScores(network: network.name, shape: shape)
            }
            if isProbability {
                guard count > 1 else { throw AttributionError.probabilityOfOneScore(network: network.name) }
                let last = network.nodes[node]
                guard !(last.layer is Sigmoid) else { throw AttributionError.probabilityOfSigmoids(layer: last.name) }
            }
            if case .classIndex(let index) = target, !(0..<count).contains(index) {
                throw AttributionError.classOutOfRange(index, count: count)
            }
        case .unit(let layer, let channel, let position):
            node = try network.index(of: layer)
            shape = network.shapes[node]
            isProbability = false
            guard score != .probability else { throw AttributionError.probabilityOfUnit("\(target)") }
            guard channel < shape[0] else {
                throw AttributionError.channelOutOfRange(layer: layer, channel: channel, count: shape[0])
            }
            if case .at(let row, let column) = position, !(row < map[0] && column < map[1]) {
                throw AttributionError.positionOutOfRange(layer: layer, row: row, column: column, map: map)
            }
        }
    }

    /// Whether the score of a class is explained, and there are others to compare it with.
    public var hasOtherClasses: Bool { isOfClass && shape.elementCount > 1 }

    public var isOfClass: Bool {
        if case .unit = target { false } else { true }
    }

    /// The focus of an image that makes the layer answer so.
    func focus(_ activation: UnsafeBufferPointer<Float>) -> Focus {
        switch target {
        case .predictedClass: focus(onClass: Self.indexOfMaximum(activation, in: activation.indices))
        case .classIndex(let index): focus(onClass: index)
        case .unit(_, let channel, let position):
            Focus(elements: elements(channel, position, activation), isProbability: false, index: channel)
        }
    }

    func focus(onClass index: Int) -> Focus {
        Focus(elements: index..<index + 1, isProbability: isProbability, index: index)
    }

    /// Whether a single place of a map is explained, which ``position(of:)`` tells.
    public var hasPositions: Bool {
        if case .unit(_, _, let position) = target { shape.count == 3 && position != .everywhere } else { false }
    }

    /// Row and column of the explained place in its map.
    public func position(of focus: Focus) -> [Int] {
        let place = focus.elements.lowerBound % (map[0] * map[1])
        return [place / map[1], place % map[1]]
    }

    /// The class with the largest logit but for one, of two classes at least.
    static func runnerUp(_ logits: UnsafeBufferPointer<Float>, besides best: Int) -> Int {
        let before = logits.indices.prefix(best), after = logits.indices.suffix(from: best + 1)
        guard !before.isEmpty else { return indexOfMaximum(logits, in: after) }
        let first = indexOfMaximum(logits, in: before)
        guard !after.isEmpty else { return first }
        let second = indexOfMaximum(logits, in: after)
        return logits[second] > logits[first] ? second : first
    }

    private var map: [Int] { shape.count == 3 ? [shape[1], shape[2]] : [1, 1] }

    private func elements(
        _ channel: Int, _ position: AttributionTarget.Position, _ activation: UnsafeBufferPointer<Float>
    ) -> Range<Int> {
        let positions = map[0] * map[1]
        let all = channel * positions..<(channel + 1) * positions
        let place: Int
        switch position {
        case .everywhere: return all
        case .center: place = all.lowerBound + map[0] / 2 * map[1] + map[1] / 2
        case .strongest: place = Self.indexOfMaximum(activation, in: all)
        case .at(let row, let column): place = all.lowerBound + row * map[1] + column
        }
        return place..<place + 1
    }

    private static func indexOfMaximum(_ values: UnsafeBufferPointer<Float>, in range: Range<Int>) -> Int {
        range.reduce(range.lowerBound) { values[$1] > values[$0] ? $1 : $0 }
    }
}
