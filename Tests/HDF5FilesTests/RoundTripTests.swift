import HDF5Files
import TestSupport
import Tensors
import Testing

@Suite struct RoundTripTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let layouts: [HDF5Layout] = [
        HDF5Layout(), HDF5Layout(chunk: [2, 3]), HDF5Layout(chunk: [3, 2], gzip: 6, isShuffled: true),
        HDF5Layout(isExtensible: true), HDF5Layout(chunk: [1, 3], gzip: 1, isExtensible: true),
    ]

    private func check<Number: HDF5Number & Equatable>(_ numbers: [Number], _ layout: HDF5Layout) throws {
        let path = folder.path("\(Number.self).h5")
        try makeFile(path) { try $0.write(numbers, to: "/a/b/values", shape: [5, 3], layout: layout) }
        let dataset = try HDF5File(opening: path).dataset("a/b/values")
        #expect(dataset.shape == [5, 3])
        #expect(dataset.elementType == Number.elementType)
        #expect(dataset.isExtensible == layout.isExtensible)
        #expect(try dataset.read(Number.self) == numbers)
        #expect(try dataset.read(Number.self, rows: 1..<4) == Array(numbers[3..<12]))
        #expect(try dataset.read(Number.self, rows: 5..<5) == [])
    }

    @Test(arguments: layouts) func `every number type comes back under every layout`(_ layout: HDF5Layout) throws {
        let whole = [-7, 6, -5, 4, 0, 1, 2, 3, 120, 5, -6, 7, 8, 9, 10]
        try check(whole.map { Float($0) / 3 }, layout)
        try check(whole.map { Double($0) / 3 }, layout)
        try check(whole.map { Int64($0) << 40 }, layout)
        try check(whole.map { $0 << 33 }, layout)
        try check(whole.map { Int32($0) << 20 }, layout)
        try check(whole.map { UInt8(abs($0)) }, layout)
    }

    @Test func `special floats keep their bits`() throws {
        let floats: [Float] = [.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        let path = try makeFile(folder.path("special.h5")) { try $0.write(floats, to: "x") }
        let back = try HDF5File(opening: path).dataset("x").read(Float.self)
        #expect(back.map(\.bitPattern) == floats.map(\.bitPattern))
    }

    @Test func `half precision rounds to nearest and keeps what it can hold`() throws {
        // 1 + 2⁻¹¹ lies midway between two halves and goes to the even one; 65520 rounds to infinity.
        let floats: [Float] = [0, -2, 0.333_251_95, 65504, 1 + 0x1p-11, 1 + 3 * 0x1p-11, 65520, 0x1p-24, .nan]
        let path = try makeFile(folder.path("half.h5")) { file in
            try file.write(Tensor(shape: [9], floats), to: "x", as: .float16)
        }
        let dataset = try HDF5File(opening: path).dataset("x")
        #expect(dataset.elementType == .float16)
        let back = try dataset.read(Float.self)
        #expect(Array(back.dropLast()) == [0, -2, 0.333_251_95, 65504, 1, 1 + 0x1p-9, .infinity, 0x1p-24])
        #expect(back.last!.isNaN)
    }

    @Test func `every half survives the way to Float and back`() throws {
        let halves = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }
        let path = try makeFile(folder.path("halves.h5")) { file in
            try file.write(
                Tensor(shape: [256, 256], halves), to: "x", as: .float16, layout: HDF5Layout(chunk: [7, 256]))
        }
        let back = try HDF5File(opening: path).dataset("x").read(Float.self)
        for (index, value) in back.enumerated() where !(value.isNaN && halves[index].isNaN) {
            try #require(value.bitPattern == halves[index].bitPattern, "half \(index): \(value)")
        }
    }

    @Test(arguments: [HDF5Layout(), HDF5Layout(chunk: [2]), HDF5Layout(chunk: [3], gzip: 4)])
    func `texts come back`(_ layout: HDF5Layout) throws {
        let texts = ["", "tench", "größer", "魚 🐟", String(repeating: "long ", count: 5_000)]
        let path = try makeFile(folder.path("texts.h5")) { try $0.write(texts, to: "names", layout: layout) }
        let dataset = try HDF5File(opening: path).dataset("names")
        #expect(try dataset.readStrings() == texts)
        #expect(try dataset.readStrings(rows: 1..<3) == ["tench", "größer"])
        #expect(
            problem { _ = try dataset.readStrings(limit: 1_000) } == .tooLarge(needed: .max, limit: 1_000))
    }

    @Test func `a tensor comes back with its shape, and rows of it`() throws {
        let tensor = Tensor(shape: [6, 2, 4], (0..<48).map { Float($0) })
        let path = try makeFile(folder.path("tensor.h5")) { file in
            try file.write(tensor, to: "/features.14")
            try file.write(Tensor(shape: [], [42]), to: "one")
            try file.write(Tensor(shape: [0, 3], []), to: "none")
        }
        let file = try HDF5File(opening: path)
        #expect(try file.dataset("/features.14").readTensor() == tensor)
        #expect(try file.dataset("/features.14").readTensor(rows: 2..<5) == tensor.rows(2..<5))
        #expect(try file.dataset("one").readTensor() == Tensor(shape: [], [42]))
        #expect(try file.dataset("none").readTensor() == Tensor(shape: [0, 3], []))
    }

    @Test(arguments: [1, 2, 5, 17], [nil, 17])
    func `rows written in blocks come back whole`(_ block: Int, _ rows: Int?) throws {
        let all = Tensor(shape: [17, 3, 2], (0..<102).map { Float($0) })
        let path = try makeFile(folder.path("rows.h5")) { file in
            let writer = try HDF5RowWriter(
                file, "maps", .float32, rows: rows, rowShape: [3, 2], layout: HDF5Layout(chunk: [4, 3, 2]))
            for first in stride(from: 0, to: 17, by: block) {
                try writer.append(all.rows(first..<min(first + block, 17)))
            }
            #expect(try writer.finish().shape == [17, 3, 2])
        }
        #expect(try HDF5File(opening: path).dataset("maps").readTensor() == all)
    }

    @Test func `texts can be appended`() throws {
        let path = try makeFile(folder.path("ids.h5")) { file in
            let writer = try HDF5RowWriter(file, "sample_ids", .string, rows: nil, rowShape: [])
            try writer.append(["a", "b"])
            try writer.append(["c"])
            try writer.finish()
        }
        #expect(try HDF5File(opening: path).dataset("sample_ids").readStrings() == ["a", "b", "c"])
    }

    @Test func `rows that were never written read as zeros`() throws {
        let path = try makeFile(folder.path("holes.h5")) { file in
            let dataset = try file.createDataset("x", .float32, shape: [9, 2], layout: HDF5Layout(chunk: [2, 2]))
            try [Float](repeating: 5, count: 2).withUnsafeBufferPointer { try dataset.write($0, atRow: 4) }
        }
        let values = try HDF5File(opening: path).dataset("x").read(Float.self)
        #expect(values == [0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `groups are made on the way and listed`() throws {
        let path = try makeFile(folder.path("groups.h5")) { file in
            try file.createGroup("block1/conv")
            try file.createGroup("/block1")
            try file.write([1.0], to: "/block1/conv/weight")
            try file.write([1.0], to: "features.14")
        }
        let file = try HDF5File(opening: path)
        #expect(try file.names() == ["block1", "features.14"])
        #expect(try file.names(in: "/block1/conv/") == ["weight"])
        #expect(file.contains("block1/conv/weight") && !file.contains("block1/pool"))
    }

    @Test func `two threads may use two files`() throws {
        let paths = try (0..<2).map { index in
            try makeFile(folder.path("\(index).h5")) { try $0.write([Int](repeating: index, count: 4_096), to: "x") }
        }
        try parallelForThrowing(64, threads: 2) { index in
            let values = try HDF5File(opening: paths[index % 2], isTrusted: true).dataset("x").read(Int.self)
            #expect(values == [Int](repeating: index % 2, count: 4_096))
        }
    }
}
