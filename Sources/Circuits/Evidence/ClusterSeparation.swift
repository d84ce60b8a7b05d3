public import Tensors

/// Whether points fall into groups: clusters by average linkage, judged by their silhouette.
///
/// Points are compared by 1 − cosine. Starting from single points, the two clusters with the least mean distance are
/// joined (equal ones: those that begin first) until two are left; the partition with the highest mean silhouette wins,
/// of equal ones that with the fewest clusters. A point's silhouette is (b − a) / max(a, b), with a its mean distance
/// to the others of its cluster and b the least mean distance to another cluster; 0 for a point alone. Source:
/// Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20 (1987) 53–65.
public struct ClusterSeparation: Sendable {
    /// Points below which no partition is tried: of so few, some always look like groups.
    public static let leastPoints = 8

    /// Mean silhouette of each partition, from two clusters on, −1...1; none for fewer than `leastPoints`.
    public let silhouettes: [Double]
    /// The cluster of each point in the best partition, numbered as they begin; all 0 where there is none.
    public let clusters: [Int]

    /// Products of all pairs of points, which is all that clusters depend on.
    let products: [[Double]]

    /// The highest mean silhouette; NaN for fewer than `leastPoints`.
    public var silhouette: Double { silhouettes.max() ?? .nan }
    /// Number of clusters of the best partition.
    public var count: Int { (clusters.max() ?? -1) + 1 }

    /// - Parameters:
    ///   - points: `[points, features]`.
    ///   - most: clusters that are tried at most.
    /// - Complexity: O(points² · (points + features))
    public init(_ points: Tensor, upTo most: Int = 6) {
        self.init(products: Self.products(points), upTo: most)
    }

    init(products: [[Double]], upTo most: Int = 6) {
        self.products = products
        let count = products.count
        guard count >= Self.leastPoints else {
            silhouettes = []
            clusters = Array(repeating: 0, count: count)
            return
        }
        let distances = Self.distances(products)
        var members = (0..<count).map { [$0] }
        var partitions: [[[Int]]] = []
        while members.count > 2 {
            Self.joinNearest(&members, distances)
            if members.count <= most { partitions.append(members) }
        }
        let judged = partitions.reversed().map { (Self.labels($0, count: count), $0) }
            .map { labels, members in (labels: labels, silhouette: Self.silhouette(labels, members, distances)) }
        silhouettes = judged.map(\.silhouette)
        // The first of the highest.
        let best = judged.max { $0.silhouette < $1.silhouette }
        clusters = best!.labels
    }

    private static func products(_ points: Tensor) -> [[Double]] {
        let rows = (0..<points.shape[0]).map { points.row($0).scalars.map(Double.init) }
        var products = rows.map { _ in [Double](repeating: 0, count: rows.count) }
        for a in rows.indices {
            for b in 0...a {
                products[a][b] = zip(rows[a], rows[b]).reduce(0) { $0 + $1.0 * $1.1 }
                products[b][a] = products[a][b]
            }
        }
        return products
    }

    /// 1 − cosine of every pair; 1 beside a point of zeros.
    private static func distances(_ products: [[Double]]) -> [[Double]] {
        let norms = products.indices.map { max(products[$0][$0], 0).squareRoot() }
        return products.indices.map { a in
            products.indices.map { b in
                let scale = norms[a] * norms[b]
                return a == b ? 0 : scale > 0 ? 1 - products[a][b] / scale : 1
            }
        }
    }

    /// Clusters stay in the order of their first members.
    private static func joinNearest(_ members: inout [[Int]], _ distances: [[Double]]) {
        var (first, second, least) = (0, 1, Double.infinity)
        for a in members.indices {
            for b in (a + 1)..<members.count {
                let distance = meanDistance(members[a], members[b], distances)
                if distance < least { (first, second, least) = (a, b, distance) }
            }
        }
        members[first] += members.remove(at: second)
    }

    private static func meanDistance(_ a: [Int], _ b: [Int], _ distances: [[Double]]) -> Double {
        a.reduce(0) { sum, point in b.reduce(sum) { $0 + distances[point][$1] } } / Double(a.count * b.count)
    }

    private static func labels(_ members: [[Int]], count: Int) -> [Int] {
        var labels = Array(repeating: 0, count: count)
        for (cluster, points) in members.enumerated() {
            for point in points { labels[point] = cluster }
        }
        return labels
    }

    private static func silhouette(_ labels: [Int], _ members: [[Int]], _ distances: [[Double]]) -> Double {
        let values = labels.indices.map { point -> Double in
            let own = members[labels[point]]
            guard own.count > 1 else { return 0 }
            // The distance to itself is zero.
            let within = own.reduce(0) { $0 + distances[point][$1] } / Double(own.count - 1)
            let others = members.indices.filter { $0 != labels[point] }
                .map { meanDistance([point], members[$0], distances) }
            let nearest = others.min()!
            let scale = max(within, nearest)
            return scale > 0 ? (nearest - within) / scale : 0
        }
        return values.reduce(0, +) / Double(values.count)
    }
}
