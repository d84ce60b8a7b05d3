/// What an image is made for: one channel of a layer, everywhere in its map or at one place.
///
/// The features of a vector (a fully connected layer's outputs, class logits) count as channels with one position.
public struct TargetUnit: Sendable, Hashable, CustomStringConvertible {
    /// Where in the channel's map.
    public enum Position: Sendable, Hashable {
        /// The mean over all positions: the channel.
        case everywhere
        /// The middle, row ⌊height/2⌋ and column ⌊width/2⌋: the neuron whose receptive field the image surrounds.
        case center
        case at(row: Int, column: Int)
    }

    /// Dotted name: `features.14`. A convolution's output is taken before, a ReLU's after the rectification.
    public var layer: String
    public var channel: Int
    public var position: Position

    public init(layer: String, channel: Int, position: Position = .everywhere) {
        self.layer = layer
        self.channel = channel
        self.position = position
    }

    /// `features.14:220`, with `@center` or `@row,column` for a neuron.
    public var description: String {
        switch position {
        case .everywhere: "\(layer):\(channel)"
        case .center: "\(layer):\(channel)@center"
        case .at(let row, let column): "\(layer):\(channel)@\(row),\(column)"
        }
    }
}
