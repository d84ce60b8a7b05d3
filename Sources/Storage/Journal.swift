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

    /// Paths of the files of all hosts.
    var files: [String] {
        ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(Self.fileExtension) }.map { folder + "/" + $0 }
    }

    /// All whole records, host by host in the order they were written.
    func records() -> [ArraySlice<UInt8>] {
        files.flatMap { file in (try? FileSystem.read(file)).map { Self.records(in: $0).records } ?? [] }
    }

    /// Now, by the clock of the file system, for machines that share it may have others. Nanoseconds since 1970; by the
    /// clock of this machine where nothing can be written.
    var now: Int { file.withLock { file in (try? opened(&file).touch()) ?? MachineFacts.now } }

    /// Bytes of this host's file.
    var size: Int { ((try? FileSystem.status(of: ownFile)) ?? nil)?.size ?? 0 }

    /// - Returns: whether others can read them now.
    @discardableResult
    func append(_ records: [[UInt8]]) -> Bool {
        let bytes = records.flatMap(Self.framed)
        return file.withLock { file in append(bytes, to: &file) }
    }

    private func append(_ bytes: [UInt8], to file: inout AppendedFile?) -> Bool {
        for _ in 0..<Self.attempts {
            do throws(FileSystemError) {
                // In one piece: processes of this machine share the file.
                let own = try opened(&file)
                try own.append(bytes)
                // Once more where somebody has compacted the file meanwhile, or may have.
                if try !own.isReplaced() { return true }
            } catch {
                if error.isFull { return false }
            }
            file = nil
        }
        return false
    }

    private func opened(_ file: inout AppendedFile?) throws(FileSystemError) -> AppendedFile {
        if let file { return file }
        // Not what is above it: where the store is gone, none is to appear.
        try FileSystem.makeFolder(folder, makingParents: false)
        let own = try AppendedFile(ownFile)
        file = own
        return own
    }

    /// Others compact a journal again and again, but not so often.
    private static let attempts = 10

    /// Replaces the files of all hosts by one. What processes of this machine append meanwhile stays, also what they
    /// append to the file of one that compacts it at the same time.
    ///
    /// - Parameter records: asked once, for what is to stay of the records there are.
    func compact(to records: () -> [[UInt8]]) {
        file.withLock { file in
            file = nil
            let former = try? GrowingFile(ownFile)
            let others = files.filter { $0 != ownFile }
            // One of the journal's files, before and after: whenever this process is killed, nothing is missing.
            let other = "\(folder)/\(ProcessName.current)\(Self.fileExtension)"
            defer { try? FileSystem.removeFile(other) }
            guard (try? FileSystem.write(records().flatMap(Self.framed), to: other)) != nil else { return }
            let replaced: GrowingFile?
            do throws(FileSystemError) {
                try FileSystem.exchange(other, with: ownFile)
                replaced = try? GrowingFile(other)
            } catch {
                // There was none, or the file system cannot do that.
                guard inode == former?.inode, (try? FileSystem.rename(other, to: ownFile)) != nil else { return }
                replaced = former
            }
            guard let replaced else { return }
            // Who appends to that file from here on sees that it was replaced.
            let start = replaced.inode == former?.inode ? former!.size : 0
            if let rest = try? replaced.bytes(from: start), !rest.isEmpty { _ = append(rest, to: &file) }
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

    /// - Returns: the whole records, and where the last of them ends.
    static func records(in bytes: [UInt8]) -> (records: [ArraySlice<UInt8>], end: Int) {
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
        return (records.map { bytes[$0] }, records.last?.upperBound ?? 0)
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
    private let record: ArraySlice<UInt8>
    private var place: Int

    init(_ record: ArraySlice<UInt8>) {
        self.record = record
        place = record.startIndex
    }

    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        let size = MemoryLayout<Integer>.size
        guard size <= record.endIndex - place else { return nil }
        defer { place += size }
        let offset = place - record.startIndex
        return Integer(
            littleEndian: record.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Integer.self) })
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= record.endIndex - place else { return nil }
        defer { place += count }
        return record[place..<place + count]
    }

    /// Bytes with their length before them.
    mutating func block() -> ArraySlice<UInt8>? { integer(UInt32.self).flatMap { bytes(Int($0)) } }

    mutating func text() -> String? { block().map { String(decoding: $0, as: UTF8.self) } }

    mutating func digest() -> Digest? { bytes(Digest.byteCount).map(Digest.init) }
}
