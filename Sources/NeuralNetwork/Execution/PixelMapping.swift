/// Pixels in [0, 1] to a network's input, in place, and gradients back.
package struct PixelMapping: Sendable {
    private let factor: [Float]
    private let offset: [Float]
    private let isReversed: Bool
    private let positions: Int

    package init(_ contract: InputContract, shape: [Int]) {
        (factor, offset) = contract.affine(channels: shape[0])
        isReversed = contract.order == .bgr && shape[0] > 1
        positions = shape[1] * shape[2]
    }

    /// `input = pixel · factor + offset` per channel of the network's input, after reordering the channels.
    package func apply(_ values: UnsafeMutableBufferPointer<Float>) {
        if isReversed { reverseChannels(values) }
        for channel in factor.indices where factor[channel] != 1 || offset[channel] != 0 {
            let (scale, shift) = (factor[channel], offset[channel])
            for index in channel * positions..<(channel + 1) * positions {
                values[index] = values[index] * scale + shift
            }
        }
    }

    /// ∂/∂input to ∂/∂pixel.
    func applyTransposed(_ values: UnsafeMutableBufferPointer<Float>) {
        for channel in factor.indices where factor[channel] != 1 {
            for index in channel * positions..<(channel + 1) * positions { values[index] *= factor[channel] }
        }
        if isReversed { reverseChannels(values) }
    }

    private func reverseChannels(_ values: UnsafeMutableBufferPointer<Float>) {
        let channels = factor.count
        for channel in 0..<channels / 2 {
            let (first, second) = (channel * positions, (channels - 1 - channel) * positions)
            for index in 0..<positions { values.swapAt(first + index, second + index) }
        }
    }
}
