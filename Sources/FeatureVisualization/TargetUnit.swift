/// What an image is made for: one channel of a layer in most cases, or anything else that is a weighted sum of terms.
///
/// The features of a vector (a fully connected layer's outputs, class logits) count as channels with one position.
public struct TargetUnit: Sendable, Hashable, CustomStringConvertible {
    /// What is added up, at least one.
    public let terms: [ObjectiveTerm]

    public init(_ terms: [ObjectiveTerm]) {
        precondition(!terms.isEmpty, "a target has at least one term")
        self.terms = terms
    }

    /// One channel of a layer.
    public init(layer: String, channel: Int, position: ObjectiveTerm.Position = .everywhere) {
        self.init([ObjectiveTerm(layer: layer, .channel(channel, position))])
    }

    /// The layers that are looked at, each once.
    public var layers: [String] { Set(terms.map(\.layer)).sorted() }

    /// `features.14:220`, with `@center` or `@row,column` for a neuron; of several terms `conv1:3 - 0.5*conv2:7`.
    public var description: String {
        terms.enumerated().map { index, term in
            let sign = index == 0 ? (term.weight < 0 ? "-" : "") : term.weight < 0 ? " - " : " + "
            let size = abs(term.weight)
            let factor = size == 1 ? "" : size == size.rounded() && size < 1e6 ? "\(Int(size))*" : "\(size)*"
            return sign + factor + term.subject
        }.joined()
    }
}

/// A number that a layer answers with, and how much it counts.
public struct ObjectiveTerm: Sendable, Hashable {
    /// Where in a map.
    public enum Position: Sendable, Hashable {
        /// The mean over all positions.
        case everywhere
        /// The middle, row ⌊height/2⌋ and column ⌊width/2⌋: the neuron whose receptive field the image surrounds.
        case center
        case at(row: Int, column: Int)
    }

    /// What of a layer is measured.
    public enum Measure: Sendable, Hashable {
        /// The activation of a channel.
        case channel(Int, Position)
        /// The cosine between the vector of all channels at a position and the given one.
        case direction([Float], Position)
        /// The mean square of all activations: whatever the layer sees in the image, more of it (DeepDream).
        case layer
    }

    /// Dotted name: `features.14`. A convolution's output is taken before, a ReLU's after the rectification.
    public var layer: String
    public var measure: Measure
    /// Below zero for less of it.
    public var weight: Float

    public init(layer: String, _ measure: Measure, weight: Float = 1) {
        (self.layer, self.measure, self.weight) = (layer, measure, weight)
    }

    /// The term without its weight: `features.14:220@center`, `features.14:direction`, `features.14`.
    var subject: String {
        switch measure {
        case .channel(let channel, let position): "\(layer):\(channel)\(position.suffix)"
        case .direction(_, let position): "\(layer):direction\(position.suffix)"
        case .layer: layer
        }
    }
}

extension ObjectiveTerm.Position {
    fileprivate var suffix: String {
        switch self {
        case .everywhere: ""
        case .center: "@center"
        case .at(let row, let column): "@\(row),\(column)"
        }
    }
}
