public import Tensors

extension Dataset {
    /// Samples as `[samples, channels, height, width]`, in [0, 1].
    public func images(_ range: Range<Int>, threads: Int = 1) throws(DatasetError) -> Tensor {
        try images(at: Array(range), threads: threads)
    }

    /// Samples in the given order as `[samples, channels, height, width]`, in [0, 1].
    public func images(at indices: [Int], threads: Int = 1) throws(DatasetError) -> Tensor {
        let length = sampleShape.elementCount
        var failure: DatasetError?
        let tensor = Tensor(uninitialized: [indices.count] + sampleShape) { target in
            guard !target.isEmpty else { return }
            let base = SendablePointer(target.baseAddress!)
            failure = firstError(of: indices.count, threads: threads) { position throws(DatasetError) in
                try source.read(
                    checked(indices[position]),
                    into: UnsafeMutableBufferPointer(start: base.value + position * length, count: length))
            }
        }
        if let failure { throw failure }
        return tensor
    }

    /// Samples in the given order as the bytes of `[samples, channels, height, width]`, 0 black, 255 full intensity.
    /// Where ``DatasetDescription/precision`` is `float`, they are rounded.
    public func bytes(at indices: [Int], threads: Int = 1) throws(DatasetError) -> [UInt8] {
        let length = sampleShape.elementCount
        var failure: DatasetError?
        let bytes = [UInt8](unsafeUninitializedCapacity: indices.count * length) { target, count in
            count = indices.count * length
            guard count > 0 else { return }
            let base = SendablePointer(target.baseAddress!)
            failure = firstError(of: indices.count, threads: threads) { position throws(DatasetError) in
                try source.read(
                    checked(indices[position]),
                    into: UnsafeMutableBufferPointer(start: base.value + position * length, count: length))
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private func checked(_ sample: Int) -> Int {
        precondition(sample >= 0 && sample < count, "sample \(sample) of a data set of \(count)")
        return sample
    }

    /// Runs `body` for every position; the error of the first position that failed.
    private func firstError(
        of count: Int, threads: Int, _ body: @Sendable (Int) throws(DatasetError) -> Void
    ) -> DatasetError? {
        do {
            try parallelForThrowing(count, threads: threads) { position in try body(position) }
            return nil
        } catch {
            // Nothing but `body` throws; closures lose the type of its error in between.
            return (error as! DatasetError)
        }
    }
}
