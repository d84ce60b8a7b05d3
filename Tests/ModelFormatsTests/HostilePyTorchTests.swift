import ForeignFiles
import Foundation
import ModelFormats
import Tensors
import Testing

/// Files that lie. Each must be refused by name, at once and without memory for what it claims.
@Suite struct HostilePyTorchTests {
    private static let folder = Bundle.module.url(forResource: "Golden", withExtension: nil)!

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
    }

    private func open(_ bytes: [UInt8]) throws -> PyTorchFile {
        try PyTorchFile(MappedFile(bytes: bytes, path: "file.pth").bytes)
    }

    /// Lists a file and reads all of it; whatever is wrong must come as an error.
    private func readAll(_ bytes: [UInt8]) {
        guard let file = try? open(bytes) else { return }
        for entry in file.weights + file.otherTensors { _ = try? file.tensor(entry.name) }
    }

    @Test(arguments: ["zip.pth", "legacy.pth", "tar.pth"])
    func `a file cut off anywhere is refused`(name: String) throws {
        let whole = try bytes(name)
        // A tar archive may lack the zeros at its end.
        let end = name == "tar.pth" ? try #require(whole.lastIndex { $0 != 0 }) : whole.count
        for length in 0..<end {
            #expect(throws: ForeignFileError.self, "\(length) bytes") { try open(Array(whole[..<length])) }
        }
    }

    @Test(arguments: ["zip.pth", "legacy.pth", "tar.pth", "types.pth", "views_legacy.pth"])
    func `no changed byte ends the program`(name: String) throws {
        let whole = try bytes(name)
        for position in whole.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = whole
                damaged[position] ^= change
                readAll(damaged)
            }
        }
    }

    /// A legacy file with one tensor, whose size, strides and offset are the given numbers.
    private func legacy(shape: [Int], strides: [Int], offset: Int = 0, claimed: Int = 4) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { [0x8A, 8] + withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        func text(_ value: String) -> [UInt8] { [0x8C, UInt8(value.utf8.count)] + Array(value.utf8) }
        func tuple(_ values: [[UInt8]]) -> [UInt8] { [0x28] + values.flatMap(\.self) + [0x74] }
        func pickle(_ value: [UInt8]) -> [UInt8] { [0x80, 4] + value + [0x2E] }
        let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        let storage = tuple([
            text("storage"), Array("ctorch\nFloatStorage\n".utf8), text("0"), text("cuda:0"), number(claimed),
        ])
        let tensor =
            Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
            + tuple([
                storage + [0x51], number(offset), tuple(shape.map(number)), tuple(strides.map(number)), [0x89],
                [0x7D],
            ]) + [0x52]
        let object = pickle([0x7D] + text("x") + tensor + [0x73])
        let data = withUnsafeBytes(of: 4.littleEndian) { Array($0) } + [UInt8](repeating: 0x3F, count: 16)
        return pickle(magic) + pickle(number(1001)) + pickle([0x7D]) + object + pickle([0x5D] + text("0") + [0x61])
            + data
    }

    @Test func `a tensor that fits is read`() throws {
        let file = try open(legacy(shape: [2, 2], strides: [2, 1]))
        #expect(try file.tensor("x").shape == [2, 2])
    }

    @Test(
        arguments: [
            ([1 << 60], [1], 0, 4, "tensor 'x' claims the shape [1152921504606846976], more elements than"),
            ([1 << 60], [0], 0, 4, "tensor 'x' claims the shape [1152921504606846976], more elements than"),
            ([1 << 32, 1 << 32], [0, 0], 0, 4, "tensor 'x' claims the shape [4294967296, 4294967296], more"),
            ([3, 2], [2, 1], 0, 4, "tensor 'x' reaches element 5 of a storage of 4"),
            ([2], [1], 3, 4, "tensor 'x' reaches element 4 of a storage of 4"),
            ([2], [-1], 1, 4, "tensor 'x' claims the negative strides [-1] or offset 1"),
            ([2], [1], -1, 4, "tensor 'x' claims the negative strides [1] or offset -1"),
            ([-2], [1], 0, 4, "tensor 'x' claims the shape [-2] with strides [1]"),
            ([2], [1, 1], 0, 4, "tensor 'x' claims the shape [2] with strides [1, 1]"),
            ([2, 1], [.max, 1], 0, 4, "tensor 'x' reaches element"),
            ([3], [.max], 0, 4, "tensor 'x' claims the shape [3] with strides [9223372036854775807]"),
            (
                [0, 1 << 40, 1 << 40], [1, 1, 1], 0, 4, "tensor 'x' claims the shape [0, 1099511627776, 1099511627776],"
            ),
            ([1 << 20, 1], [0, 1], 0, 4, "tensor 'x' claims the shape [1048576, 1], more elements than"),
            ([Int](repeating: 1, count: 33), [1], 0, 4, "tensor 'x' has no storage, offset, shape or strides"),
            ([2], [1], 0, 1 << 60, "tensor 'x' lies in a storage that claims 1152921504606846976 numbers, but has 4"),
        ] as [([Int], [Int], Int, Int, String)])
    func `a view that lies is refused`(
        shape: [Int], strides: [Int], offset: Int, claimed: Int, what: String
    ) throws {
        let error = #expect(throws: ForeignFileError.self) {
            try open(legacy(shape: shape, strides: strides, offset: offset, claimed: claimed))
        }
        #expect(error?.what.hasPrefix(what) == true, "\(error?.what ?? "no error")")
    }

    @Test func `a dictionary that holds itself, and nesting without end, are refused at once`() throws {
        let head = Array(legacy(shape: [1], strides: [1]).prefix(15 + 13 + 4))
        let keys: [UInt8] = [0x5D, 0x2E]
        let cycle = head + Array("}q\u{0}X\u{1}\u{0}\u{0}\u{0}ah\u{0}s.".utf8) + keys
        #expect(#expect(throws: ForeignFileError.self) { try open(cycle) }?.what == "holds no tensors")
        let lists = [UInt8](repeating: 0x5D, count: 1 << 12) + [UInt8](repeating: 0x61, count: (1 << 12) - 1)
        let deep = #expect(throws: ForeignFileError.self) { try open(head + lists + [0x2E] + keys) }
        #expect(deep?.what == "the saved object is nested deeper than 32 levels")
    }

    /// A legacy file whose saved object is put together by opcodes: a dictionary that begins with a tensor.
    private func legacy(object: [UInt8]) -> [UInt8] {
        let whole = legacy(shape: [1], strides: [1])
        // Behind the pickles of magic number, version and system; before the list of keys and the numbers.
        let (head, tail) = (15 + 13 + 4, 8 + 8 + 16)
        let tensor = whole[(head + 3)..<(whole.count - tail - 1)]
        return whole[..<head] + [0x7D] + tensor + object + whole[(whole.count - tail - 1)...]
    }

    private func text(_ value: String) -> [UInt8] {
        [0x58] + withUnsafeBytes(of: UInt32(value.utf8.count).littleEndian) { Array($0) } + Array(value.utf8)
    }

    @Test func `values that many others share cost no more than one`() throws {
        let count = 20_000
        // A dictionary as memo 1, which every further key holds.
        var shared: [UInt8] = [0x7D, 0x71, 1, 0x28]
        for index in 0..<count { shared += text("k\(index)") + [0x4E] }
        var object: [UInt8] = text("first") + shared + [0x75, 0x73, 0x28]
        for index in 0..<count { object += text("s\(index)") + [0x68, 1] }
        let start = ContinuousClock.now
        let file = try open(legacy(object: object + [0x75]))
        #expect(file.values.count == count + 1)
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func `a key longer than any name is refused`() throws {
        let key = text(String(repeating: "k", count: 1001))
        let object = key + [0x7D] + text("x") + [0x4E, 0x73, 0x73]
        let error = #expect(throws: ForeignFileError.self) { try open(legacy(object: object)) }
        #expect(error?.what.hasPrefix("a key has 1001 bytes, more than 1000") == true, "\(error?.what ?? "")")
    }

    @Test func `a thousand small tensors are no bomb`() throws {
        let one = Array(legacy(shape: [1], strides: [1]).dropFirst(15 + 13 + 4 + 3 + 3).dropLast(8 + 8 + 16 + 1))
        var object: [UInt8] = []
        for index in 0..<1000 { object += text("block.\(index).weight") + one }
        let file = try open(legacy(object: object))
        #expect(file.weights.count == 1001)
    }

    @Test func `a view that PyTorch has yet to negate is listed and not read`() throws {
        let whole = legacy(shape: [2], strides: [1])
        // Behind the hooks, the last argument: {'neg': True}.
        let end = try #require(whole.lastRange(of: [0x7D, 0x74, 0x52])).lowerBound + 1
        let metadata: [UInt8] = [0x7D] + text("neg") + [0x88, 0x73]
        let file = try open(Array(whole[..<end] + metadata + whole[end...]))
        #expect(file.weights.map(\.type) == ["lazy view"])
        let error = #expect(throws: ModelFileError.self) { try file.tensor("x") }
        #expect(error?.fix.contains(".resolve_neg()") == true)
    }
}

extension [UInt8] {
    /// Where other bytes stand last.
    fileprivate func lastRange(of other: [UInt8]) -> Range<Int>? {
        (0...count - other.count).last { Array(self[$0..<$0 + other.count]) == other }.map { $0..<$0 + other.count }
    }
}
