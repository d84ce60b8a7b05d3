/// The mean square of a layer's activations.
///
/// Source: Mordvintsev, Olah & Tyka, "Inceptionism: going deeper into neural networks", Google Research 2015.
struct LayerObjective: Objective {
    func evaluate(
        _ activation: UnsafeBufferPointer<Float>, weight: Float,
        addingSlopeTo gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let slope = 2 * weight / Float(activation.count)
        var sum = 0.0
        for index in activation.indices {
            sum += Double(activation[index]) * Double(activation[index])
            gradient[index] += slope * activation[index]
        }
        return sum / Double(activation.count)
    }
}
