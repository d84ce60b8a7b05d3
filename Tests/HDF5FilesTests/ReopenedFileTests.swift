import Foundation
import HDF5Files
import TestSupport
import Testing

/// Files that are filled by several processes, one after the other.
@Suite struct ReopenedFileTests {
    private let folder = try! TemporaryFolder()

    private static let rows = 40

    private func make(_ name: String, _ type: HDF5ElementType = .float32) throws -> String {
        let path = folder.path(name)
        let file = try HDF5File(creating: path)
        let layout = HDF5Layout(chunk: [7, 3, 5], isAllocatedEarly: true)
        try file.createDataset("/layer", type, shape: [Self.rows, 3, 5], layout: layout).setAxisNames(["a", "b", "c"])
        _ = try file.createDataset("/classes", .int64, shape: [Self.rows], layout: HDF5Layout(isAllocatedEarly: true))
        try file.close()
        return path
    }

    private func values(_ rows: Range<Int>) -> [Float] {
        (rows.lowerBound * 15..<rows.upperBound * 15).map { Float($0) * 0.37 - 9 }
    }

    private func fill(_ file: HDF5File, _ rows: Range<Int>, by step: Int, _ sum: RowChecksum) throws -> RowChecksum {
        let writer = HDF5RowWriter(continuing: try file.dataset("/layer"), rows: rows.lowerBound, checksum: sum)
        let classes = HDF5RowWriter(continuing: try file.dataset("/classes"), rows: rows.lowerBound)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let part = start..<min(start + step, rows.upperBound)
            try values(part).withUnsafeBufferPointer { try writer.append($0) }
            try Array(part).withUnsafeBufferPointer { try classes.append($0) }
        }
        return writer.checksum
    }

    @Test(arguments: [HDF5ElementType.float32, .float16])
    func `a file filled in several goes has the bytes of one filled at once`(type: HDF5ElementType) throws {
        let (once, parts) = (try make("once.h5", type), try make("parts.h5", type))
        let whole = try HDF5File(reopening: once)
        let sum = try fill(whole, 0..<Self.rows, by: 40, RowChecksum())
        #expect(try whole.dataset("/layer").checksum(ofRows: Self.rows) == sum)
        try whole.close()

        var soFar = RowChecksum()
        for (round, part) in [0..<9, 9..<10, 10..<33, 33..<40].enumerated() {
            let file = try HDF5File(reopening: parts)
            soFar = try fill(file, part, by: round + 1, soFar)
            #expect(try file.dataset("/layer").checksum(ofRows: part.upperBound) == soFar)
            if round % 2 == 0 { try file.flush() } else { try file.close() }
        }
        #expect(soFar == sum)
        #expect(try Data(contentsOf: URL(fileURLWithPath: parts)) == Data(contentsOf: URL(fileURLWithPath: once)))
    }

    @Test func `the file of a process that dies while filling can be opened, and holds what was written`() throws {
        let path = try make("dying.h5")
        let file = try HDF5File(reopening: path)
        _ = try fill(file, 0..<20, by: 3, RowChecksum())
        // What a killed process leaves: the bytes that it gave to the system, nothing from its caches.
        let copy = folder.path("left.h5")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let left = try HDF5File(opening: copy)
        #expect(try left.dataset("/layer").read(Float.self, rows: 0..<20) == values(0..<20))
        #expect(try left.dataset("/layer").axisNames() == ["a", "b", "c"])
        try left.close()
        let again = try HDF5File(reopening: copy)
        _ = try fill(again, 20..<40, by: 8, RowChecksum())
        try again.close()
    }

    @Test func `a checksum sees every changed, moved and missing value`() throws {
        let path = try make("sums.h5")
        let file = try HDF5File(reopening: path)
        let sum = try fill(file, 0..<Self.rows, by: 11, RowChecksum())
        let dataset = try file.dataset("/layer")
        let row = values(5..<6)
        for place in row.indices {
            for bit in [0, 13, 31] {
                var changed = row
                changed[place] = Float(bitPattern: changed[place].bitPattern ^ (1 << bit))
                try changed.withUnsafeBufferPointer { try dataset.write($0, atRow: 5) }
                #expect(try dataset.checksum(ofRows: Self.rows) != sum, "value \(place), bit \(bit)")
            }
        }
        var swapped = row
        swapped.swapAt(2, 9)
        try swapped.withUnsafeBufferPointer { try dataset.write($0, atRow: 5) }
        #expect(try dataset.checksum(ofRows: Self.rows) != sum)
        try row.withUnsafeBufferPointer { try dataset.write($0, atRow: 5) }
        #expect(try dataset.checksum(ofRows: Self.rows) == sum)
        #expect(try dataset.checksum(ofRows: Self.rows - 1) != sum)
    }

    @Test func `what is no HDF5 file is refused`() throws {
        let path = folder.path("text.h5")
        try Data("no file of ours".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: HDF5Error.self) { try HDF5File(reopening: path) }
        #expect(throws: HDF5Error.self) { try HDF5File(reopening: folder.path("nowhere.h5")) }
    }
}
