/// All values of some units, or as much of them as quantiles take.
///
/// What it holds depends on the values alone, not on the order or the threads in which they come.
protocol ValueDistribution: Sendable {
    /// Takes values of a unit; safe from several threads.
    /// - Parameter first: their place among all values of the unit.
    func add(_ values: UnsafeBufferPointer<Float>, of unit: Int, at first: Int)

    /// The values of a unit at the given ranks, which count from 0 and ascend.
    func values(of unit: Int, at ranks: [Int]) -> [Float]

    /// Everything, for a checkpoint.
    var bytes: UnsafeMutableRawBufferPointer { get }
}
