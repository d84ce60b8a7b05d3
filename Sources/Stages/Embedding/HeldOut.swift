import Embedding
import Pipeline
import Tensors

/// Samples that a fit does not see, and what it makes of them.
struct HeldOut {
    /// Positions, ascending.
    let heldOut: [Int]
    let fitted: [Int]

    /// - Parameter share: of the samples, in 0..<1; at least two are fitted to.
    init(samples: Int, share: Double, seed: Int) {
        let count = max(min(Int(share * Double(samples)), samples - 2), 0)
        let order = CounterRandom(seed: seed).stream("held-out").permutation(samples)
        heldOut = order.prefix(count).sorted()
        fitted = order.dropFirst(count).sorted()
    }

    /// Mean errors of the samples held out: of those given, and of principal components fitted to the same others;
    /// `nil` where there are none.
    func compare(
        _ errors: [Double], _ points: Tensor, fitted: Tensor, components: Int, seed: Int, _ io: StageIO
    ) throws -> (network: Double, pca: Double)? {
        guard !heldOut.isEmpty else { return nil }
        let count = min(components, fitted.shape[0], fitted.shape[1])
        let pca = try PCA.fit(
            fitted, components: count, seed: seed, threads: io.threads, checkCancellation: io.checkCancelled)
        let rows = points.rows(at: heldOut)
        let again = pca.inverseTransform(pca.transform(rows, threads: io.threads), threads: io.threads)
        let own = squaredErrors(of: rows, again)
        let number = Double(heldOut.count)
        return (heldOut.reduce(0) { $0 + errors[$1] } / number, own.reduce(0, +) / number)
    }
}
