public import Tensors

extension PCA {
    /// Fits components to rows that arrive in blocks, in one pass and without keeping them.
    ///
    /// Mean and covariance are gathered together, relative to the mean of the first rows so that a large common offset
    /// costs no digits, and scaled by their spread. Rows are regrouped into panels of fixed height: how the caller cuts them changes no bit.
    /// Memory for `features²` doubles and a few thousand rows.
    public struct Accumulator {
        private let features: Int
        private let threads: Int
        private let product: SymmetricProduct
        private let pending: Buffer<Float>
        private var pendingRows = 0
        private var shift: [Double] = []
        private var scale = 1.0
        private var sums: [Double]

        /// Rows taken in so far.
        public private(set) var samples = 0

        private static let panelHeight = 512
        private static let panelsAtOnce = 4

        /// - Parameter checkCancellation: called between pieces of work, from several threads; what it throws ends `add`
        ///   and `finish`, and the accumulator is then of no use.
        public init(
            features: Int, threads: Int = 1, checkCancellation: @escaping @Sendable () throws -> Void = {}
        ) {
            precondition(features > 0, "\(features) features")
            self.features = features
            self.threads = threads
            product = SymmetricProduct(side: features, checkCancellation: checkCancellation)
            pending = Buffer(count: Self.panelHeight * Self.panelsAtOnce * features, repeating: 0)
            sums = [Double](repeating: 0, count: features)
        }

        /// Takes in `[rows, features]`.
        /// - Throws: `EmbeddingError` when a value is not finite or the features differ.
        public mutating func add(_ rows: Tensor) throws {
            try requirePoints(rows)
            guard rows.shape[1] == features else {
                throw EmbeddingError.featuresDiffer(rows.shape[1], expected: features)
            }
            let capacity = Self.panelHeight * Self.panelsAtOnce
            var taken = 0
            while taken < rows.shape[0] {
                let count = min(capacity - pendingRows, rows.shape[0] - taken)
                rows.withUnsafeBufferPointer { source in
                    (pending.base + pendingRows * features).update(
                        from: source.baseAddress! + taken * features, count: count * features)
                }
                pendingRows += count
                taken += count
                samples += count
                if pendingRows == capacity { try flush() }
            }
        }

        /// The components of everything taken in.
        /// - Throws: `EmbeddingError` when there were fewer than two rows, or too few for the components.
        public mutating func finish(components: Int) throws -> PCA {
            try PCA.requireComponents(components, samples: samples, features: features)
            try flush()
            let count = Double(samples)
            var covariance = product.matrix()
            for row in 0..<features {
                for column in 0..<features {
                    let place = row * features + column
                    covariance[place] = (covariance[place] - sums[row] * sums[column] / count) / (count - 1)
                }
            }
            let unit = 1 / (scale * scale)
            let total = (0..<features).reduce(0.0) { $0 + covariance[$1 * features + $1] }
            let mean = zip(shift, sums).map { $0 + $1 / count / scale }
            let eigen = try PCA.eigenvectors(covariance, side: features, count: components)
            return PCA(
                samples: samples, mean: mean, variances: eigen.values.map { $0 * unit }, directions: eigen.vectors,
                totalVariance: total * unit)
        }

        /// Adds the pending rows' products.
        private mutating func flush() throws {
            guard pendingRows > 0 else { return }
            if shift.isEmpty {
                shift = [Double](repeating: 0, count: features)
                let first = min(pendingRows, Self.panelHeight)
                for row in 0..<first {
                    for column in 0..<features { shift[column] += Double(pending.base[row * features + column]) }
                }
                // Rounded, so that subtracting it from 32-bit values is exact where it matters.
                for column in 0..<features { shift[column] = Double(Float(shift[column] / Double(first))) }
                var largest = 0.0
                for place in 0..<first * features {
                    largest = max(largest, abs(Double(pending.base[place]) - shift[place % features]))
                }
                scale = powerOfTwo(bringing: largest)
            }
            let panels = TileRanges(pendingRows, Self.panelHeight)
            let partial = Buffer<Double>(count: panels.count * features, repeating: 0)
            let (features, pending, shift, scale) = (self.features, self.pending, self.shift, self.scale)
            parallelFor(panels.count, threads: threads) { panel in
                let sums = partial.base + panel * features
                shift.withUnsafeBufferPointer { shift in
                    for row in panels[panel] {
                        let values = pending.base + row * features
                        for column in 0..<features {
                            values[column] = Float((Double(values[column]) - shift[column]) * scale)
                            sums[column] += Double(values[column])
                        }
                    }
                }
            }
            for panel in 0..<panels.count {
                for column in 0..<features { sums[column] += partial.base[panel * features + column] }
            }
            try product.add(
                pending.base, panels: panels.count, inner: (0..<panels.count).map { panels[$0].count },
                panelStride: Self.panelHeight * features, rowStride: features, byRows: false, threads: threads)
            pendingRows = 0
        }
    }
}
