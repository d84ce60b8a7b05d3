import Tensors

/// How far one cloud without groups would seem to fall apart: what a separation is to be compared with.
///
/// The best of several partitions of few points has a high silhouette even where there are no groups. So the same score
/// is taken of as many points drawn from one normal distribution with the points' mean and covariance, many times. A
/// test of this kind: Liu, Hayes, Nobel & Marron, "Statistical significance of clustering for high-dimension, low-sample
/// size data", Journal of the American Statistical Association 103 (2008) 1281–1293.
public struct SeparationNull: Sendable {
    /// Sets of points that are drawn.
    public static let draws = 99
    /// The share of draws up to which a separation is more than chance.
    public static let significance = 0.05

    /// Mean over the draws of the highest mean silhouette; NaN for too few points.
    public let mean: Double
    /// Share of sets whose score reaches that of the points, these counted among them: at least 1 / (draws + 1); NaN for
    /// too few points.
    public let chance: Double

    /// The points fall apart more than one cloud does.
    public var isExceeded: Bool { chance <= Self.significance }

    /// - Complexity: O(draws · points³)
    public init(of separation: ClusterSeparation, seed: Int = 0) {
        guard !separation.silhouettes.isEmpty else {
            (mean, chance) = (.nan, .nan)
            return
        }
        let random = CounterRandom(seed: seed).stream("separation")
        let scores = (0..<Self.draws).map { draw in
            ClusterSeparation(products: Self.products(like: separation.products, random[draw])).silhouette
        }
        mean = scores.reduce(0, +) / Double(scores.count)
        let reached = scores.count { $0 >= separation.silhouette }
        chance = Double(1 + reached) / Double(1 + scores.count)
    }

    /// The products of all pairs of drawn points, each the mean of the points plus a random sum of their differences
    /// from it: for that, no more is needed than the products of the points.
    private static func products(like products: [[Double]], _ random: CounterRandom) -> [[Double]] {
        let count = products.count
        let mixture = (0..<count).map { row -> [Double] in
            let weights = (0..<count).map { Double(random.normal(row * count + $0)) }
            let middle = weights.reduce(0, +) / Double(count)
            return weights.map { 1 / Double(count) + ($0 - middle) / Double(count - 1).squareRoot() }
        }
        let half = multiply(mixture, products)
        return multiply(half, mixture)
    }

    /// a · bᵀ.
    private static func multiply(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        a.map { left in
            b.map { right in
                var sum = 0.0
                for index in left.indices { sum += left[index] * right[index] }
                return sum
            }
        }
    }
}
