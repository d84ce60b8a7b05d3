import Circuits
import TestSupport
import Tensors
import Testing

@Suite struct ClusterTests {
    @Test func `clusters and silhouettes are scikit-learn's`() throws {
        let golden = try Golden()
        let expected = try golden.tensor("clusters/silhouettes")
        let found = ClusterSeparation(try golden.tensor("clusters/points"))
        #expect(found.silhouettes.count == 5)
        #expect(deviation(Tensor(shape: [5], found.silhouettes.map { Float($0) }), from: expected).largest < 1e-6)
        let best = expected.indexOfMaximum! + 2
        #expect(found.count == best && Float(found.silhouette) == Float(found.silhouettes[best - 2]))
        // Clusters are numbered otherwise there.
        let labels = try golden.integers("clusters/labels/\(best)")
        for a in labels.indices {
            for b in labels.indices {
                #expect((labels[a] == labels[b]) == (found.clusters[a] == found.clusters[b]), "\(a), \(b)")
            }
        }
        #expect(found.clusters[0] == 0)
    }

    @Test func `directions count, not lengths`() {
        let points = Tensor(shape: [8, 2], [1, 0, 5, 0, 0.1, 0, 3, 0, 0, 1, 0, 9, 0, 0.2, 0, 1])
        let found = ClusterSeparation(points)
        #expect(found.clusters == [0, 0, 0, 0, 1, 1, 1, 1] && abs(found.silhouette - 1) < 1e-12)
    }

    @Test func `seven points are too few, and equal points no better than one`() {
        let few = ClusterSeparation(Tensor(shape: [7, 1], [1, -1, 1, -1, 1, -1, 1]))
        #expect(few.silhouette.isNaN && few.clusters == [0, 0, 0, 0, 0, 0, 0])
        let null = SeparationNull(of: few)
        #expect(null.mean.isNaN && null.chance.isNaN && !null.isExceeded)
        #expect(ClusterSeparation(Tensor(shape: [0, 3])).clusters.isEmpty)
        let same = ClusterSeparation(Tensor(shape: [8, 2], repeating: 1))
        #expect(same.silhouette == 0 && same.count == 2)
        // Nothing at all has no direction: as far from everything as a right angle.
        var numbers = [Float](repeating: 1, count: 16)
        (numbers[4], numbers[5]) = (0, 0)
        #expect(ClusterSeparation(Tensor(shape: [8, 2], numbers)).clusters == [0, 0, 1, 0, 0, 0, 0, 0])
    }

    /// Points around each of some centres, `[points, 40]`.
    private func clumps(_ centers: Int, points: Int, spread: Float, seed: Int) -> Tensor {
        let random = CounterRandom(seed: seed)
        return Tensor(
            shape: [points, 40],
            (0..<points * 40).map { index in
                let (point, feature) = (index / 40, index % 40)
                return random.stream("centers").normal(point % centers * 40 + feature)
                    + spread * random.stream("points").normal(index)
            })
    }

    @Test func `one cloud is not divided, however high its score, and clumps are`() {
        var chances: [Double] = []
        for seed in 0..<20 {
            // Few points near one line: their best partition has a high silhouette.
            let random = CounterRandom(seed: seed)
            let cloud = ClusterSeparation(
                Tensor(shape: [9, 40], (0..<360).map { random.normal(1000 + $0 % 40) * random.normal($0 / 40) + 0.3 }))
            let null = SeparationNull(of: cloud)
            chances.append(null.chance)
            #expect(null.chance >= 0.01 && null.chance <= 1 && abs(null.mean) <= 1)
        }
        // One in twenty is expected.
        #expect(chances.count { $0 <= SeparationNull.significance } <= 4, "\(chances)")

        for seed in 0..<5 {
            let apart = ClusterSeparation(clumps(3, points: 18, spread: 0.2, seed: seed))
            let null = SeparationNull(of: apart)
            #expect(apart.count == 3 && null.isExceeded && null.mean < apart.silhouette - 0.1, "\(null)")
            let blurred = ClusterSeparation(clumps(1, points: 18, spread: 1, seed: seed))
            #expect(SeparationNull(of: blurred).mean < 0.5)
        }
    }

    @Test func `what one cloud shows depends on the points and the seed alone`() {
        let points = clumps(2, points: 12, spread: 0.7, seed: 3)
        let null = SeparationNull(of: ClusterSeparation(points))
        let again = SeparationNull(of: ClusterSeparation(points))
        #expect(null.mean == again.mean && null.chance == again.chance)
        #expect(SeparationNull(of: ClusterSeparation(points), seed: 1).mean != null.mean)
        // Lengths of all points together, and features that are zero, are nothing to it.
        let scaled = Tensor.stack((0..<12).map { Tensor(shape: [41], [0] + (points.row($0) * 4).scalars) })
        #expect(abs(SeparationNull(of: ClusterSeparation(scaled)).mean - null.mean) < 1e-6)
    }
}
