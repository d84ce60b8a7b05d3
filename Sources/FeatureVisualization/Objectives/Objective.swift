/// A number computed from the activations of one layer, to be made large.
///
/// Objectives are always maximized; who wants less of something gives it a negative weight.
protocol Objective: Sendable {
    /// The objective without its weight; adds `weight` times its slope.
    ///
    /// - Parameters:
    ///   - activation: `[channels, height, width]` or `[features]`, row-major.
    ///   - gradient: of the same shape.
    func evaluate(
        _ activation: UnsafeBufferPointer<Float>, weight: Float,
        addingSlopeTo gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double
}

extension ObjectiveTerm {
    /// The objective of this term in a layer whose output has the given shape.
    /// - Throws: `MaximizationError` when the layer has no such channel or position, or the direction another length.
    func objective(shape: [Int]) throws(MaximizationError) -> any Objective {
        let map = shape.count == 3 ? [shape[1], shape[2]] : [1, 1]
        let count = map[0] * map[1]
        switch measure {
        case .channel(let channel, let position):
            guard channel >= 0, channel < shape[0] else {
                throw .channelOutOfRange(layer: layer, channel: channel, count: shape[0])
            }
            let places = try places(position, map)
            return ChannelObjective(elements: channel * count + places.lowerBound..<channel * count + places.upperBound)
        case .direction(let vector, let position):
            guard vector.count == shape[0] else {
                throw .directionHasOtherLength(layer: layer, count: shape[0], found: vector.count)
            }
            return DirectionObjective(direction: vector, places: try places(position, map), mapCount: count)
        case .layer: return LayerObjective()
        }
    }

    /// Row-major places in a map.
    private func places(_ position: Position, _ map: [Int]) throws(MaximizationError) -> Range<Int> {
        let place: Int
        switch position {
        case .everywhere: return 0..<map[0] * map[1]
        case .center: place = map[0] / 2 * map[1] + map[1] / 2
        case .at(let row, let column):
            guard row >= 0, column >= 0, row < map[0], column < map[1] else {
                throw .positionOutOfRange(layer: layer, row: row, column: column, map: map)
            }
            place = row * map[1] + column
        }
        return place..<place + 1
    }
}
