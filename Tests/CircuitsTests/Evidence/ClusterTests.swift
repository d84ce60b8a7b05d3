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
        let points = Tensor(shape: [6, 2], [1, 0, 5, 0, 0.1, 0, 0, 1, 0, 9, 0, 0.2])
        let found = ClusterSeparation(points)
        #expect(found.clusters == [0, 0, 0, 1, 1, 1] && abs(found.silhouette - 1) < 1e-12)
    }

    @Test func `two points are no clusters, and equal points no better than one`() {
        let two = ClusterSeparation(Tensor(shape: [2, 1], [1, -1]))
        #expect(two.silhouette.isNaN && two.clusters == [0, 0])
        #expect(ClusterSeparation(Tensor(shape: [0, 3])).clusters.isEmpty)
        let same = ClusterSeparation(Tensor(shape: [4, 2], repeating: 1))
        #expect(same.silhouette == 0 && same.count == 2)
        // Nothing at all has no direction: as far from everything as a right angle.
        let silent = ClusterSeparation(Tensor(shape: [4, 2], [1, 1, 1, 1, 0, 0, 1, 1]))
        #expect(silent.clusters == [0, 0, 1, 0])
    }
}
