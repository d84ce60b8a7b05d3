/// The mean activation of a channel over all positions of its map.
///
/// Source: Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017.
struct ChannelObjective: Objective {
    let channel: Int
    let positions: Int

    func evaluate(_ activation: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>) -> Float {
        let range = channel * positions..<(channel + 1) * positions
        var sum = 0.0
        for index in range { sum += Double(activation[index]) }
        UnsafeMutableBufferPointer(rebasing: gradient[range]).update(repeating: 1 / Float(positions))
        return Float(sum / Double(positions))
    }
}
