import Foundation

/// Points and weights in [0, 1] that integrate polynomials of degree 2·count − 1 exactly.
///
/// Points are the roots of the Legendre polynomial, by Newton's method from Tricomi's estimate. Source: Press et al.,
/// "Numerical recipes", section 4.6.
package enum GaussLegendre {
    /// - Returns: points in ascending order, and weights that sum to 1.
    package static func rule(_ count: Int) -> (points: [Double], weights: [Double]) {
        var points = [Double](repeating: 0, count: count)
        var weights = points
        for index in 0..<(count + 1) / 2 {
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 0.0
            for _ in 0..<100 {
                let (value, previous) = legendre(count, x)
                slope = Double(count) * (x * value - previous) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-15 { break }
            }
            let weight = 1 / ((1 - x * x) * slope * slope)
            (points[index], points[count - 1 - index]) = ((1 - x) / 2, (1 + x) / 2)
            (weights[index], weights[count - 1 - index]) = (weight, weight)
        }
        return (points, weights)
    }

    /// The Legendre polynomials of a degree and of the one below.
    private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, previous: Double) {
        var (value, previous) = (1.0, 0.0)
        for k in 0..<degree {
            (value, previous) = ((Double(2 * k + 1) * x * value - Double(k) * previous) / Double(k + 1), value)
        }
        return (value, previous)
    }
}
