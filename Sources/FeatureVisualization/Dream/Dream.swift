public import Tensors

/// An image that a network dreams of, and how it came about; kept before its end and given back, it goes on bit for bit.
public struct Dream: Sendable {
    /// The image at the end of each octave, the smallest first: `[channels, height, width]` in [0, 1].
    public let octaves: [Tensor]
    /// The image in the octave after those, where that has begun.
    public let unfinished: Tensor?
    /// ½ Σ a² before each step, by octave.
    public let objective: [[Double]]

    public init(octaves: [Tensor] = [], unfinished: Tensor? = nil, objective: [[Double]] = []) {
        (self.octaves, self.unfinished, self.objective) = (octaves, unfinished, objective)
    }

    /// At the end of the last octave; there must be one.
    public var image: Tensor { octaves.last! }

    /// Steps done.
    public var steps: Int { objective.reduce(0) { $0 + $1.count } }

    /// After one more step of the octave that has begun, or of the next.
    func stepped(to image: Tensor, objective value: Double) -> Dream {
        var objective = objective
        if unfinished == nil { objective.append([]) }
        objective[octaves.count].append(value)
        return Dream(octaves: octaves, unfinished: image, objective: objective)
    }

    /// With the octave that has begun at its end.
    func finishingOctave() -> Dream { Dream(octaves: octaves + [unfinished!], objective: objective) }
}
