/// A number computed from the activations of one layer, to be made large.
///
/// Objectives are always maximized; who wants less of something gives it a negative weight.
protocol Objective: Sendable {
    /// The objective, and its slope.
    ///
    /// - Parameters:
    ///   - activation: `[channels, height, width]` or `[features]`, row-major.
    ///   - gradient: ∂objective/∂activation, of the same shape; holds zeros, to be written.
    func evaluate(_ activation: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>) -> Float
}

extension TargetUnit {
    /// The objective of this unit in a layer whose output has the given shape.
    /// - Throws: `MaximizationError` when the layer has no such channel or position.
    func objective(shape: [Int]) throws(MaximizationError) -> any Objective {
        guard channel >= 0, channel < shape[0] else {
            throw .channelOutOfRange(layer: layer, channel: channel, count: shape[0])
        }
        let map = shape.count == 3 ? [shape[1], shape[2]] : [1, 1]
        func neuron(_ row: Int, _ column: Int) -> NeuronObjective {
            NeuronObjective(index: (channel * map[0] + row) * map[1] + column)
        }
        switch position {
        case .everywhere: return ChannelObjective(channel: channel, positions: map[0] * map[1])
        case .center: return neuron(map[0] / 2, map[1] / 2)
        case .at(let row, let column):
            guard row >= 0, column >= 0, row < map[0], column < map[1] else {
                throw .positionOutOfRange(layer: layer, row: row, column: column, map: map)
            }
            return neuron(row, column)
        }
    }
}
