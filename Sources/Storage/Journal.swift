import Glibc
import Synchronization

/// Short records that are only ever added, as a cache of what can be found out again: a folder with one file per host
/// and start of it, so that every file is appended to by one machine, also where two have one name.
///
/// Each record carries its length and a checksum. What a crash or a full disk left half written, and what is damaged, is
/// skipped; nothing here throws and nothing waits for the disk.
///
/// ```
/// 4 bytes   "\u{1}CSJ"
/// 4 bytes   number of bytes of the record
/// 8 bytes   checksum of the record
/// …         the record
/// ```
final class Journal: Sendable {
    private let folder: String
    private let file = Mutex<AppendedFile?>(nil)

    private static let mark: [UInt8] = [1, 0x43, 0x53, 0x4A]
    private static let headerSize = 16
    private static let fileExtension = ".journal"

    init(folder: String) { self.folder = folder }

    private var ownFile: String {
        "\(folder)/\(MachineFacts.host)-\(Digest(of: MachineFacts.boot).hex.prefix(8))\(Self.fileExtension)"
    }

    private var files: [String] { ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(Self.fileExtension) } }

    /// All whole records, host by host in the order they were written.
    func records() -> [ArraySlice<UInt8>] {
        files.flatMap { name in (try? FileSystem.read(folder + "/" + name)).map(Self.records) ?? [] }
    }

    /// Bytes of this host's file.
    var size: Int { ((try? FileSystem.status(of: ownFile)) ?? nil)?.size ?? 0 }

    /// - Returns: whether others can read them now.
    @discardableResult
    func append(_ records: [[UInt8]]) -> Bool {
        let bytes = records.flatMap(Self.framed)
        return file.withLock { file in
            for _ in 0..<Self.attempts {
                do throws(FileSystemError) {
                    // Once more where somebody has compacted the file meanwhile, or may have.
                    if try append(bytes, to: &file) { return true }
                } catch {
                    if error.isFull { return false }
                }
                file = nil
            }
            return false
        }
    }

    /// - Returns: whether the file still has its name.
    private func append(_ bytes: [UInt8], to file: inout AppendedFile?) throws(FileSystemError) -> Bool {
        if file == nil {
            try FileSystem.makeFolder(folder)
            file = try AppendedFile(ownFile)
        }
        // In one piece: processes of this machine share the file.
        try file!.append(bytes)
        return try !file!.isReplaced()
    }

    /// Others compact a journal again and again, but not so often.
    private static let attempts = 10

    /// Replaces the files of all hosts by one. What processes of this machine append meanwhile stays.
    ///
    /// - Parameter records: asked once, for what is to stay of the records there are.
    func compact(to records: () -> [[UInt8]]) {
        file.withLock { file in
            file = nil
            let former = try? GrowingFile(ownFile)
            let others = files.map { folder + "/" + $0 }.filter { $0 != ownFile }
            // By another name the former one is read until nothing of it is missing in the new one.
            let aside = "\(folder)/\(ProcessName.current)\(Self.fileExtension)"
            try? FileSystem.makeHardLink(aside, to: ownFile)
            defer { try? FileSystem.removeFile(aside) }
            let before = inode
            let kept = records().flatMap(Self.framed)
            // Where another process has compacted it meanwhile, the records read here are not all there are.
            guard inode == before, (try? FileSystem.replace(ownFile, with: kept)) != nil else { return }
            // Who appends to the former file from here on sees that it was replaced.
            if let rest = try? former?.grown(), !rest.isEmpty { try? AppendedFile(ownFile).append(rest) }
            for path in others where isIdle(path) { try? FileSystem.removeFile(path) }
        }
    }

    private var inode: UInt64? { ((try? FileSystem.status(of: ownFile)) ?? nil)?.inode }

    /// Whether no process of another machine has written to a file for a day.
    private func isIdle(_ path: String) -> Bool {
        guard let status = (try? FileSystem.status(of: path)) ?? nil else { return false }
        return MachineFacts.now - status.modified > 86_400 * 1_000_000_000
    }

    // MARK: - Records in bytes

    private static func framed(_ record: [UInt8]) -> [UInt8] {
        var bytes = mark
        bytes.reserveCapacity(headerSize + record.count)
        bytes.append(integer: UInt32(record.count))
        bytes.append(integer: record.withUnsafeBytes(checksum))
        bytes.append(contentsOf: record)
        return bytes
    }

    private static func records(in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var records: [Range<Int>] = []
        bytes.withUnsafeBytes { bytes in
            var place = 0
            while place + headerSize <= bytes.count {
                let size = Int(bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self).littleEndian)
                let start = place + headerSize
                guard bytes[place..<place + 4].elementsEqual(mark), size <= bytes.count - start,
                    checksum(UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]))
                        == bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self).littleEndian
                else {
                    // Half a record, or damage: the next one begins at some later mark.
                    place += 1
                    continue
                }
                records.append(start..<start + size)
                place = start + size
            }
        }
        return records.map { bytes[$0] }
    }

    /// Eight bytes at a time, multiplied and folded: any changed bit changes it.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(bytes.count) &+ 0x9E37_79B9_7F4A_7C15
        func mix(_ word: UInt64) {
            sum = (sum ^ word) &* 0xD6E8_FEB8_6659_FD93
            sum ^= sum >> 32
        }
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
        }
        var rest: UInt64 = 0
        for byte in bytes[whole...] { rest = rest << 8 | UInt64(byte) }
        mix(rest)
        return sum
    }
}

// MARK: - Fields of a record

extension [UInt8] {
    mutating func append<Integer: FixedWidthInteger>(integer: Integer) {
        Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
    }

    /// Length first.
    mutating func append(text: String) {
        append(integer: UInt32(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    mutating func append(digest: Digest) { append(contentsOf: digest.bytes) }
}

/// Takes the fields of a record one after the other; `nil` where it is too short.
struct RecordReader {
    private var rest: ArraySlice<UInt8>

    init(_ record: ArraySlice<UInt8>) { rest = record }

    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        guard let bytes = bytes(MemoryLayout<Integer>.size) else { return nil }
        return Integer(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Integer.self) })
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Bytes with their length before them.
    mutating func block() -> ArraySlice<UInt8>? { integer(UInt32.self).flatMap { bytes(Int($0)) } }

    mutating func text() -> String? { block().map { String(decoding: $0, as: UTF8.self) } }

    mutating func digest() -> Digest? { bytes(Digest.byteCount).map(Digest.init) }
}
