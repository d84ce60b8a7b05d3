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

/// The values themselves.
///
/// `@unchecked Sendable`: every value is written once, to a place of its own, and read after all are there.
final class ExactDistribution: ValueDistribution, @unchecked Sendable {
    private let memory: UnsafeMutableBufferPointer<Float>
    private let countPerUnit: Int

    init(unitCount: Int, countPerUnit: Int) {
        self.countPerUnit = countPerUnit
        memory = .allocate(capacity: unitCount * countPerUnit)
        memory.initialize(repeating: 0)
    }

    deinit { memory.deallocate() }

    func add(_ values: UnsafeBufferPointer<Float>, of unit: Int, at first: Int) {
        (memory.baseAddress! + unit * countPerUnit + first).update(from: values.baseAddress!, count: values.count)
    }

    func values(of unit: Int, at ranks: [Int]) -> [Float] {
        let sorted = memory[unit * countPerUnit..<(unit + 1) * countPerUnit].sorted()
        return ranks.map { sorted[$0] }
    }

    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(memory) }
}
