import Tensors

/// The values themselves, each written once, to a place of its own, and read after all are there.
final class ExactDistribution: ValueDistribution {
    /// `[units, values]`.
    private let memory: RowBuffer<Float>

    init(unitCount: Int, countPerUnit: Int) {
        memory = RowBuffer(rows: unitCount, rowCount: countPerUnit, repeating: 0)
    }

    func add(_ values: UnsafeBufferPointer<Float>, of unit: Int, at first: Int) {
        _ = UnsafeMutableBufferPointer(rebasing: memory.row(unit)[first..<first + values.count])
            .update(fromContentsOf: values)
    }

    func values(of unit: Int, at ranks: [Int]) -> [Float] {
        let sorted = memory.row(unit).sorted()
        return ranks.map { sorted[$0] }
    }

    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(memory.values()) }
}
