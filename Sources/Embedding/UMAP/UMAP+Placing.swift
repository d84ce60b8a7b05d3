import CKernels
public import Tensors

extension UMAP {
    /// Places other points into a finished map, which stays as it is.
    ///
    /// Each begins at the mean of its neighbours' positions, weighted by membership, and is pulled to them and pushed
    /// from random points of the map for some epochs, a third of those asked for, else 100, or 30 above 10,000 points. What a point's place is depends on its own
    /// numbers alone, not on the others placed with it.
    /// - Parameters:
    ///   - others: `[count, features]`, finite.
    ///   - map: `[samples, dimensions]`: the positions of `points`.
    ///   - points: `[samples, features]`: what the map was made of.
    /// - Returns: `[count, dimensions]`
    /// - Throws: `EmbeddingError` for other points, or features that differ.
    /// - Complexity: O(count · samples · features)
    public func place(
        _ others: Tensor, in map: Tensor, of points: Tensor, threads: Int = 1,
        checkCancellation: @escaping @Sendable () throws -> Void = {}
    ) throws -> Tensor {
        try validate(samples: points.shape[0])
        precondition(
            map.shape == [points.shape[0], dimensions], "a map \(map.shape) of points \(points.shape)")
        let table = try exactNeighbors(
            of: others, in: points, count: neighborhood, metric: metric, threads: threads,
            checkCancellation: checkCancellation)
        let weights = Memberships(table, isOwn: false, threads: threads).weights
        let epochs = self.epochs.map { max($0 / 3, 1) } ?? (points.shape[0] <= 10_000 ? 100 : 30)
        let curve = UMAPCurve(minimumDistance: minimumDistance, spread: spread)
        let (count, features, dimensions) = (table.count, others.shape[1], self.dimensions)
        let keys = others.withUnsafeBufferPointer { buffer in
            (0..<table.samples).map { key(of: buffer[$0 * features..<($0 + 1) * features]) }
        }
        let placed = Buffer<Float>(count: table.samples * dimensions, repeating: 0)
        let fixed = Buffer(map.scalars)
        parallelFor(table.samples, threads: threads) { row in
            let own = Array(weights[row * count..<(row + 1) * count])
            let near = Array(table.indices[row * count..<(row + 1) * count])
            let heaviest = own.max()!
            let due = own.indices.filter { own[$0] * Double(epochs) >= heaviest && own[$0] > 0 }
            let position = placed.base + row * dimensions
            let total = own.reduce(0, +)
            for axis in 0..<dimensions {
                let sum = own.indices.reduce(0.0) {
                    $0 + own[$1] * Double(fixed.base[Int(near[$1]) * dimensions + axis])
                }
                position[axis] = Float(total > 0 ? sum / total : Double(fixed.base[Int(near[0]) * dimensions + axis]))
            }
            let columns = due.map { near[$0] }
            let shares = due.map { Float(own[$0] / heaviest) }
            let starts = [0, Int64(due.count)]
            for epoch in 0..<epochs {
                var step = ck_umap_step(
                    epoch: Int32(epoch), part: 0, parts: 1,
                    rate: Float(learningRate / 4 * (1 - Double(epoch) / Double(epochs))))
                var arguments = ck_umap()
                starts.withUnsafeBufferPointer { starts in
                    columns.withUnsafeBufferPointer { columns in
                        shares.withUnsafeBufferPointer { shares in
                            withUnsafePointer(to: keys[row]) { key in
                                arguments = ck_umap(
                                    starts: starts.baseAddress, columns: columns.baseAddress,
                                    shares: shares.baseAddress, keys: key, a: Float(curve.a), b: Float(curve.b),
                                    repulsion: Float(repulsion), dimensions: Int32(dimensions), pulls: 1,
                                    negatives: Int32(negatives), other_count: Int32(points.shape[0]))
                                ck_umap_move(&arguments, &step, position, fixed.base, position, 0, 1)
                            }
                        }
                    }
                }
            }
        }
        return Tensor(uninitialized: [table.samples, dimensions]) {
            $0.baseAddress!.update(from: placed.base, count: placed.count)
        }
    }

    /// A number of the row's bits alone.
    private func key(of row: Slice<UnsafeBufferPointer<Float>>) -> UInt64 {
        row.reduce(CounterRandom(seed: seed).stream("umap.placing")) { $0[Int($1.bitPattern)] }.bits(0)
    }
}
