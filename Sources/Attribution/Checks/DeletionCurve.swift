public import Tensors

/// How the score falls when pixels are covered in the order of their attribution, and rises when they are uncovered.
///
/// A map that finds what matters makes the score fall early and rise early. Source: Petsiuk, Das & Saenko, "RISE:
/// randomized input sampling for explanation of black-box models", BMVC 2018; insertion starts from a plain colour.
public struct DeletionCurve: Sendable {
    /// Shares of the pixels that are changed, from 0 to 1.
    public let fractions: [Float]
    /// `[count, fractions]`: scores with that share of the most important pixels covered.
    public let deletion: Tensor
    /// `[count, fractions]`: scores with only that share of them visible.
    public let insertion: Tensor

    public init(
        _ attribution: Attribution, _ images: Tensor, _ focuses: [Focus], isSigned: Bool, steps: Int, filling: Filling,
        _ explainer: Explainer
    ) throws {
        precondition(steps > 0, "\(steps) steps")
        let positions = images.shape[2] * images.shape[3]
        let colors = filling.colors(of: explainer.model)
        fractions = (0...steps).map { Float($0) / Float(steps) }
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
            return Tensor(shape: [focuses.count, looks], scores)
        }
        deletion = try curve(isDeletion: true)
        insertion = try curve(isDeletion: false)
    }

    /// Area under one row of a curve, by the trapezoid rule.
    public static func area(_ curve: Tensor, row: Int) -> Float {
        let scores = curve.row(row).scalars
        let sum = zip(scores, scores.dropFirst()).reduce(0.0) { $0 + Double($1.0 + $1.1) / 2 }
        return Float(sum / Double(scores.count - 1))
    }
}
