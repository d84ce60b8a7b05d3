public import Tensors

/// How the score falls when pixels are covered in the order of their attribution, and rises when they are uncovered.
///
/// Pixels are ordered by their value, summed over channels; by the sum of sizes where signs mean nothing. A map that finds what matters makes the score fall early and rise early. Source: Petsiuk, Das & Saenko, "RISE:
/// randomized input sampling for explanation of black-box models", BMVC 2018; insertion starts from a plain color.
public struct DeletionCurve: Sendable {
    /// Shares of the pixels that are changed, from 0 to 1.
    public let fractions: [Float]
    /// `[count, fractions]`: scores with that share of the most important pixels covered.
    public let deletion: Tensor
    /// `[count, fractions]`: scores with only that share of them visible.
    public let insertion: Tensor

    public init(
        _ attribution: Attribution, _ images: Tensor, _ focuses: [Focus], isSigned: Bool, steps: Int, fill: PlainColor,
        _ explainer: Explainer
    ) throws {
        precondition(steps > 0, "\(steps) steps")
        let positions = images.shape[2] * images.shape[3]
        let colors = fill.values(of: explainer.model)
        fractions = Self.fractions(steps)
        let order: [[Int]] = focuses.indices.map { row in
            let map = Attribution.summed(attribution.maps.row(row), isSigned: isSigned).scalars
            return map.indices.sorted { (-map[$0], $0) < (-map[$1], $1) }
        }
        let looks = steps + 1
        func curve(isDeletion: Bool) throws -> Tensor {
            let scores = try explainer.scores(focuses.count * looks, { focuses[$0 / looks] }) { look, pixels in
                images.fill(look / looks, pixels)
                let changed = (look % looks * positions + steps / 2) / steps
                let covered = isDeletion ? order[look / looks].prefix(changed) : order[look / looks].dropFirst(changed)
                for (channel, color) in colors.enumerated() {
                    for position in covered { pixels[channel * positions + position] = color }
                }
            }
            return Tensor(shape: [focuses.count, looks], scores.map { Float($0.value) })
        }
        deletion = try curve(isDeletion: true)
        insertion = try curve(isDeletion: false)
    }

    /// From 0 to 1 in so many steps.
    public static func fractions(_ steps: Int) -> [Float] { (0...steps).map { Float($0) / Float(steps) } }

    /// Area under the scores of one image, by the trapezoid rule.
    public static func area(_ scores: some RandomAccessCollection<Float>) -> Float {
        let sum = zip(scores, scores.dropFirst()).reduce(0.0) { $0 + (Double($1.0) + Double($1.1)) / 2 }
        return Float(sum / Double(scores.count - 1))
    }
}
