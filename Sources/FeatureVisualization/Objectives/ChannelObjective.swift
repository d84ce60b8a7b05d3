/// The mean of a channel's activation over its map, or its activation at one position.
///
/// Source: Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017.
struct ChannelObjective: Objective {
    /// Row-major places in the layer's activation.
    let elements: Range<Int>

    func evaluate(
        _ activation: UnsafeBufferPointer<Float>, weight: Float,
        addingSlopeTo gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let slope = weight / Float(elements.count)
        var sum = 0.0
        for index in elements {
            sum += Double(activation[index])
            gradient[index] += slope
        }
        return sum / Double(elements.count)
    }
}
