/// Numbers in rows that threads write side by side.
///
/// `@unchecked Sendable`: every thread writes places of its own, and nobody reads before all have ended.
public final class RowBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    public let rows: Int
    /// Elements of a row.
    public let rowCount: Int

    private let base: UnsafeMutablePointer<Element>

    /// Rows that hold nothing yet: what is read has to be written before.
    public init(rows: Int, rowCount: Int) {
        self.rows = rows
        self.rowCount = rowCount
        base = .allocate(capacity: max(rows * rowCount, 1))
    }

    public convenience init(rows: Int, rowCount: Int, repeating value: Element) {
        self.init(rows: rows, rowCount: rowCount)
        base.initialize(repeating: value, count: rows * rowCount)
    }

    deinit { base.deallocate() }

    /// A row, to be written in place.
    public func row(_ index: Int) -> UnsafeMutableBufferPointer<Element> {
        precondition(0..<rows ~= index, "row \(index) of \(rows)")
        return UnsafeMutableBufferPointer(start: base + index * rowCount, count: rowCount)
    }

    /// Writes whole rows from the start of `values`.
    public func set(_ range: Range<Int>, _ values: UnsafePointer<Element>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
        (base + range.lowerBound * rowCount).update(from: values, count: range.count * rowCount)
    }

    /// The first rows; all if absent.
    public func values(rows count: Int? = nil) -> UnsafeMutableBufferPointer<Element> {
        precondition(count ?? 0 <= rows, "\(count ?? 0) rows of \(rows)")
        return UnsafeMutableBufferPointer(start: base, count: (count ?? rows) * rowCount)
    }
}

extension RowBuffer<Float> {
    /// A copy.
    /// - Parameter shape: of a row.
    public func tensor(shape: [Int]) -> Tensor {
        Tensor(uninitialized: [rows] + shape) { _ = $0.update(fromContentsOf: values()) }
    }
}
