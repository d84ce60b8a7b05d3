/// How strongly two points of a map belong together by their distance d: 1 / (1 + a·d^(2b)).
package struct UMAPCurve: Sendable, Equatable {
    package let a: Double
    package let b: Double

    /// The curve nearest, by least squares at 300 distances from 0 to three spreads, to the one that is 1 up to the
    /// minimum distance and falls by exp(−(d − minimum) / spread) beyond.
    ///
    /// Levenberg & Marquardt's method on ln a and b from (0, 1), in units of the spread: it ends when no step helps.
    package init(minimumDistance: Double, spread: Double) {
        let logarithms = (1..<300).map { Elementary.log(Double($0) * 3 / 299) }
        let targets = (1..<300).map { place -> Double in
            let beyond = Double(place) * 3 / 299 - minimumDistance / spread
            return beyond < 0 ? 1 : Elementary.exp(-beyond)
        }
        var (logA, b, damping) = (0.0, 1.0, 1e-3)
        var best = Self.residuals(logA, b, logarithms, targets)
        for _ in 0..<200 {
            let (aa, ab, bb) = (best.aa * (1 + damping), best.ab, best.bb * (1 + damping))
            let determinant = aa * bb - ab * ab
            let (stepA, stepB) = (
                (best.a * bb - best.b * ab) / determinant, (best.b * aa - best.a * ab) / determinant
            )
            let next = Self.residuals(logA + stepA, b + stepB, logarithms, targets)
            if next.sum < best.sum {
                (logA, b, best, damping) = (logA + stepA, b + stepB, next, damping / 10)
                if abs(stepA) + abs(stepB) < 1e-12 { break }
            } else {
                damping *= 10
                if damping > 1e10 { break }
            }
        }
        self.a = Elementary.exp(logA - 2 * b * Elementary.log(spread))
        self.b = b
    }

    /// Sum of squared residuals, and the normal equations of the next step.
    private static func residuals(
        _ logA: Double, _ b: Double, _ logarithms: [Double], _ targets: [Double]
    ) -> (sum: Double, a: Double, b: Double, aa: Double, ab: Double, bb: Double) {
        var total = (sum: 0.0, a: 0.0, b: 0.0, aa: 0.0, ab: 0.0, bb: 0.0)
        for (logarithm, target) in zip(logarithms, targets) {
            let power = Elementary.exp(logA + 2 * b * logarithm)
            let value = 1 / (1 + power)
            let (slopeA, residual) = (-power * value * value, target - value)
            let slopeB = 2 * logarithm * slopeA
            total.sum += residual * residual
            total.a += slopeA * residual
            total.b += slopeB * residual
            total.aa += slopeA * slopeA
            total.ab += slopeA * slopeB
            total.bb += slopeB * slopeB
        }
        return total
    }
}
