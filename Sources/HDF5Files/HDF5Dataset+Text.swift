import CHDF5
import Glibc

extension HDF5Dataset {
    /// Reads all texts, or those of some rows, in row-major order. Bytes that are not UTF-8 are replaced.
    /// - Parameter limit: bytes that the texts may take, with 16 for each of them.
    /// - Throws: `HDF5Error`.
    public func readStrings(rows: Range<Int>? = nil, limit: Int = HDF5File.defaultReadLimit) throws -> [String] {
        guard type.canBeRead(as: .string) else {
            throw place.error(.wrongType(found: typeName, expected: "string"))
        }
        let rows = rows ?? 0..<rowCount
        let count = try admit(rows, elementBytes: max(type.byteCount, MemoryLayout<String>.stride), limit: limit)
        var texts: [String] = []
        texts.reserveCapacity(count)
        let budget = TextBudget(bytes: limit)
        let block = max(Self.textsPerRead / max(rowElements, 1), 1)
        try Library.call {
            for first in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
                texts += try strings(in: first..<min(first + block, rows.upperBound), budget)
            }
        }
        return texts
    }

    private static let textsPerRead = 4096

    private func strings(in rows: Range<Int>, _ budget: TextBudget) throws -> [String] {
        let count = rows.count * rowElements
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count * type.byteCount, alignment: 16)
        defer { bytes.deallocate() }
        guard case .variableText = type.form else {
            try readRaw(rows: rows, as: type.handle.id, into: bytes)
            return TextCoding.fixed(UnsafeRawBufferPointer(bytes), type: type)
        }
        let transfer = try budget.transfer(place)
        do {
            try readRaw(rows: rows, as: type.handle.id, transfer: transfer.id, into: bytes)
        } catch  where budget.isSpent {
            throw place.error(.tooLarge(needed: .max, limit: budget.limit))
        }
        let pointers = UnsafeRawBufferPointer(bytes).bindMemory(to: UnsafeMutablePointer<CChar>?.self)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }
}

/// Memory that the library may take for texts; a file may point to one long text from many places.
private final class TextBudget {
    let limit: Int
    private(set) var isSpent = false
    private var remaining: Int

    init(bytes: Int) {
        limit = bytes
        remaining = bytes
    }

    /// A property list that makes the library ask this budget for memory. The budget must outlive it.
    func transfer(_ place: Place) throws -> Handle {
        let transfer = try place.own(H5Pcreate(CHDF5_transfer_class()), "prepare reading")
        let context = Unmanaged.passUnretained(self).toOpaque()
        try place.check(
            H5Pset_vlen_mem_manager(
                transfer.id,
                { size, context in Unmanaged<TextBudget>.fromOpaque(context!).takeUnretainedValue().take(size) },
                context, { pointer, _ in free(pointer) }, context),
            "prepare reading")
        return transfer
    }

    private func take(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size <= remaining else {
            isSpent = true
            return nil
        }
        remaining -= size
        return malloc(max(size, 1))
    }
}

/// Texts of fixed length as they stand in memory.
enum TextCoding {
    static func fixed(_ bytes: UnsafeRawBufferPointer, type: StoredType) -> [String] {
        let isPaddedWithSpaces = H5Tget_strpad(type.handle.id) == H5T_STR_SPACEPAD
        return stride(from: 0, to: bytes.count, by: max(type.byteCount, 1)).map { start in
            var text = bytes[start..<start + type.byteCount]
            if isPaddedWithSpaces {
                while text.last == UInt8(ascii: " ") { text.removeLast() }
            } else {
                text = text.prefix { $0 != 0 }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Hands `body` the texts as C strings, which live until it returns.
    static func withPointers<Result>(
        _ texts: [String], _ place: Place, _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
    ) throws -> Result {
        if let text = texts.first(where: { $0.utf8.contains(0) }) {
            throw place.error(
                .unsupported(what: "cannot hold the text \(text.debugDescription)", fix: "remove its zero characters"))
        }
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return try body(pointers)
    }
}
