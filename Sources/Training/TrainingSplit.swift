import Tensors

extension TrainingSource {
    /// Sets a share of the samples aside, drawn at random; both parts keep the order of the whole.
    ///
    /// - Parameter share: of the samples that are set aside, 0..<1. The count is rounded to the nearest whole number, and
    ///   at least one sample stays on each side of a share above zero.
    /// - Returns: `validation` is `nil` when the share is zero or there is but one sample.
    public func split(
        validationShare share: Double, seed: Int
    ) -> (training: TrainingSubset, validation: TrainingSubset?) {
        precondition(share >= 0 && share < 1, "a validation share of \(share) lies outside 0..<1")
        guard share > 0, count > 1 else { return (TrainingSubset(self, indices: Array(0..<count)), nil) }
        let size = min(max(Int((Double(count) * share).rounded()), 1), count - 1)
        let order = CounterRandom(seed: seed).stream("validation split").permutation(count)
        return (
            TrainingSubset(self, indices: order[size...].sorted()),
            TrainingSubset(self, indices: order[..<size].sorted())
        )
    }
}
