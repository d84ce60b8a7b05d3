import JSONValues
import Storage

/// A checkpoint on disk, which is whole and of this stage's making, or is not used.
///
/// ```
/// convscope-checkpoint 1\n
/// {"key": "<key of the stage's result>", "layout": <number>, "parts": [["<name>", <bytes>], …]}\n
/// <the arrays' bytes, one after the other><SHA-256 of everything before, 64 hexadecimal digits>
/// ```
struct CheckpointFile {
    private static let family = "convscope-checkpoint "
    private static let magic = family + "1\n"

    let path: String

    /// Key of the stage's result.
    let key: String

    /// Number of the meaning of the arrays, raised by the stage when that changes.
    let layout: Int

    /// What a file holds for the stage.
    enum Found {
        case nothing
        /// And why.
        case unusable(String)
        case whole(Checkpoint)
    }

    // MARK: - Writing

    func write(_ checkpoint: Checkpoint) throws {
        let file = try StreamedFile(replacing: path)
        var digest = DigestBuilder()
        let header: JSONValue = [
            "key": .string(key), "layout": .integer(layout),
            "parts": .array(
                checkpoint.names.map { [.string($0), .integer(checkpoint.parts[$0]!.byteCount)] }),
        ]
        let start = Self.magic + header.canonicalText + "\n"
        digest.update(start)
        try file.append(start)
        for name in checkpoint.names {
            let part = checkpoint.parts[name]!
            try part.withBytes { bytes in
                precondition(bytes.count == part.byteCount, "\(bytes.count) bytes of '\(name)', not \(part.byteCount)")
                digest.update(bytes)
                try file.append(bytes)
            }
        }
        try file.append(digest.digest.hex)
        try file.finish()
    }

    // MARK: - Reading

    func read() -> Found {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(path)
        } catch {
            return error.isMissing ? .nothing : .unusable("\(error)")
        }
        guard bytes.starts(with: Self.magic.utf8) else {
            return .unusable(
                bytes.starts(with: Self.family.utf8) ? "another version of this program wrote it" : "it is damaged")
        }
        let digestLength = 64
        let end = bytes.count - digestLength
        guard end > Self.magic.utf8.count else { return .unusable("it is cut short") }
        var digest = DigestBuilder()
        bytes.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        guard bytes[end...].elementsEqual(digest.digest.hex.utf8) else {
            return .unusable("it is damaged or cut short")
        }
        let body = bytes[Self.magic.utf8.count..<end]
        guard let newline = body.firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONDocument(parsing: Array(body[..<newline])).root,
            let parts = header["parts"]?.array
        else { return .unusable("it is damaged") }
        guard header["key"]?.string == key else { return .unusable("it belongs to other work") }
        guard header["layout"]?.int == layout else { return .unusable("another version of this program wrote it") }
        var ranges: [String: Range<Int>] = [:]
        var start = newline + 1
        for part in parts {
            guard let name = part[0]?.string, let count = part[1]?.int, (0...end - start).contains(count) else {
                return .unusable("it is damaged")
            }
            ranges[name] = start..<start + count
            start += count
        }
        return .whole(Checkpoint(ranges, in: bytes))
    }
}
