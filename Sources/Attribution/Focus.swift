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

    func score(of activation: UnsafeBufferPointer<Float>) -> Score {
        guard isProbability else {
            return Score(elements.reduce(0.0) { $0 + Double(activation[$1]) } / Double(elements.count))
        }
        let shares = Self.shares(activation)
        return Score(share: shares[elements.lowerBound], others: sum(ofOthers: shares))
    }

    /// Writes ∂score/∂activation into zeros.
    func slope(at activation: UnsafeBufferPointer<Float>, into gradient: UnsafeMutableBufferPointer<Float>) {
        guard isProbability else {
            for index in elements { gradient[index] = 1 / Float(elements.count) }
            return
        }
        let shares = Self.shares(activation)
        let others = sum(ofOthers: shares)
        let total = shares[elements.lowerBound] + others
        let own = shares[elements.lowerBound] / total
        for (index, share) in shares.enumerated() {
            gradient[index] = Float(own * (index == elements.lowerBound ? others : -share) / total)
        }
    }

    /// Added up without the one in focus: beside a share near 1, a difference from the sum of all would lose them.
    private func sum(ofOthers shares: [Double]) -> Double {
        shares[..<elements.lowerBound].reduce(0, +) + shares[elements.upperBound...].reduce(0, +)
    }

    /// What a softmax divides by its sum: 1 for the largest logit.
    private static func shares(_ logits: UnsafeBufferPointer<Float>) -> [Double] {
        let highest = Double(logits.max() ?? 0)
        return logits.map { exp(Double($0) - highest) }
    }
}
