public import Tensors

/// Writes a dataset row by row, so that memory stays flat however many rows there are.
///
/// The bytes of the file do not depend on how the rows were cut into blocks.
public final class HDF5RowWriter {
    /// The dataset being written; its `shape` is that before the first row.
    public let dataset: HDF5Dataset

    /// Rows written so far.
    public private(set) var rowCount = 0

    /// Of the rows written so far, as they are stored; of numbers in the dataset's own type or as Float16.
    public private(set) var checksum = RowChecksum()

    /// Rows in the end, when that was known in the beginning.
    private let expectedRows: Int?

    /// Makes the dataset `[rows, …rowShape]`.
    /// - Parameter rows: how many rows will come; `nil` makes a dataset that grows.
    /// - Throws: `HDF5Error`.
    public init(
        _ file: HDF5File, _ path: String, _ type: HDF5ElementType, rows: Int?, rowShape: [Int],
        layout: HDF5Layout = HDF5Layout()
    ) throws {
        expectedRows = rows
        var layout = layout
        layout.isExtensible = rows == nil
        dataset = try file.createDataset(path, type, shape: [rows ?? 0] + rowShape, layout: layout)
    }

    /// Goes on with a dataset of fixed length in a file that was opened again.
    /// - Parameters:
    ///   - rows: how many rows it has already.
    ///   - checksum: theirs, as an earlier writer had it.
    public init(continuing dataset: HDF5Dataset, rows: Int = 0, checksum: RowChecksum = RowChecksum()) {
        precondition((0...dataset.rowCount).contains(rows), "\(dataset.path) has \(dataset.rowCount) rows, not \(rows)")
        expectedRows = dataset.rowCount
        self.dataset = dataset
        rowCount = rows
        self.checksum = checksum
    }

    /// Writes the next rows: whole ones, in row-major order.
    /// - Throws: `HDF5Error`.
    public func append<Number: HDF5Number>(_ numbers: UnsafeBufferPointer<Number>) throws {
        try advance(by: numbers.count) { row in
            try dataset.write(numbers, atRow: row) { dataset.add($0, to: &checksum) }
        }
    }

    /// Writes the next rows, `[rows, …rowShape]`.
    /// - Throws: `HDF5Error`.
    public func append(_ rows: Tensor) throws {
        precondition(
            rows.rank >= 1 && Array(rows.shape.dropFirst()) == Array(dataset.shape.dropFirst()),
            "rows of shape \(rows.shape) do not fit \(dataset.path) of shape \(dataset.shape)")
        try rows.withUnsafeBufferPointer { try append($0) }
    }

    /// Writes the next texts.
    /// - Throws: `HDF5Error`.
    public func append(_ texts: [String]) throws {
        try advance(by: texts.count) { try dataset.write(texts, atRow: $0) }
    }

    /// Ends the writing and hands over the dataset with its final shape.
    /// - Throws: `HDF5Error`.
    @discardableResult
    public func finish() throws -> HDF5Dataset {
        precondition(
            expectedRows == nil || expectedRows == rowCount,
            "\(dataset.path) was to have \(expectedRows!) rows, but \(rowCount) came")
        return try HDF5Dataset(file: dataset.file, path: dataset.path, handle: dataset.handle)
    }

    private func advance(by elements: Int, _ write: (Int) throws -> Void) throws {
        let perRow = dataset.rowElements
        precondition(perRow > 0 && elements % perRow == 0, "\(elements) elements are no whole rows of \(perRow)")
        let next = rowCount + elements / perRow
        if let expectedRows {
            precondition(next <= expectedRows, "\(dataset.path) takes \(expectedRows) rows, not \(next)")
        } else {
            try dataset.extend(toRows: next)
        }
        try write(rowCount)
        rowCount = next
    }
}
