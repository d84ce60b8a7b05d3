import Foundation

/// The number that is explained for one image: the mean of some elements of a layer, or the probability of a class.
///
/// Found on the image itself and kept while pixels change, so that all looks at it ask the same question.
public struct Focus: Sendable, Hashable {
    /// Row-major places in the layer's activation.
    package let elements: Range<Int>
    /// Whether the score is the softmax of the whole activation at the one element.
    let isProbability: Bool
    /// Class or channel.
    public let index: Int

    func score(of activation: UnsafeBufferPointer<Float>) -> Float {
        if isProbability { return Float(Self.softmax(activation)[elements.lowerBound]) }
        return Float(elements.reduce(0.0) { $0 + Double(activation[$1]) } / Double(elements.count))
    }

    /// Writes ∂score/∂activation into zeros.
    func slope(at activation: UnsafeBufferPointer<Float>, into gradient: UnsafeMutableBufferPointer<Float>) {
        guard isProbability else {
            for index in elements { gradient[index] = 1 / Float(elements.count) }
            return
        }
        let probabilities = Self.softmax(activation)
        let own = probabilities[elements.lowerBound]
        for (index, probability) in probabilities.enumerated() {
            gradient[index] = Float(own * ((index == elements.lowerBound ? 1 : 0) - probability))
        }
    }

    private static func softmax(_ logits: UnsafeBufferPointer<Float>) -> [Double] {
        let highest = logits.max() ?? 0
        let exponentials = logits.map { exp(Double($0 - highest)) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }
}
