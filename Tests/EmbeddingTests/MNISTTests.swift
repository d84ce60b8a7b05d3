import Embedding
import Foundation
import TestSupport
import Tensors
import Testing

/// The numbers promised for real images: the first 10,000 of MNIST, pixels over 255.
@Suite(.serialized, .enabled(if: RealData.exists, "../shared/data is not beside the checkout"))
struct MNISTTests {
    private static let images: Tensor = {
        let bytes = decompressed("mnist/train-images-idx3-ubyte.gz", count: 16 + 10_000 * 784).dropFirst(16)
        return Tensor(shape: [10_000, 784], bytes.map { Float($0) / 255 })
    }()
    private static let labels = decompressed("mnist/train-labels-idx1-ubyte.gz", count: 10_008).dropFirst(8).map(
        Int.init)

    @Test func `explained variance equals scikit-learn's`() throws {
        // PCA(5, svd_solver="full") of scikit-learn 1.9.1 on 64-bit floats, and the 50th.
        let expected = [5.38127239, 3.80668069, 3.2238776, 2.85714928, 2.51976157]
        let pca = try PCA.fit(Self.images, components: 50, threads: 2)
        for (ours, theirs) in zip(pca.explainedVariance, expected) { #expect(abs(ours / theirs - 1) < 1e-6) }
        #expect(abs(pca.explainedVariance[49] / 0.17213490984109922 - 1) < 1e-6)
        #expect(abs(pca.explainedVarianceRatio[0] - 0.10200027) < 1e-7)
    }

    @Test func `the map's divergence is at most 1.80 and digits stay together`() throws {
        let map = try TSNE().embed(Self.images, threads: 2)
        #expect(map.divergence <= 1.80)
        let table = try exactNeighbors(of: map.positions, count: 10, threads: 2)
        let accuracy = neighborAccuracy(table, labels: Self.labels, count: 10)
        #expect(accuracy > 0.94, "10 nearest neighbours in the map: \(accuracy)")
    }

    private static func decompressed(_ name: String, count: Int) -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", RealData.path(name)]
        process.standardOutput = output
        try! process.run()
        let bytes = try! output.fileHandleForReading.read(upToCount: count)!
        process.terminate()
        return [UInt8](bytes)
    }
}
