import Crypto

/// The SHA-256 of some content; prints as 64 lowercase hexadecimal digits.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 32 bytes, the first one highest.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    static let byteCount = 32

    /// - Parameter bytes: 32 of them.
    init(_ bytes: some RandomAccessCollection<UInt8>) {
        precondition(bytes.count == Self.byteCount, "a digest of \(bytes.count) bytes")
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    /// `nil` where the text is not 64 lowercase hexadecimal digits.
    public init?(hex: String) {
        var words: [UInt64] = [0, 0, 0, 0]
        var count = 0
        for digit in hex.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            guard count < 64 else { return nil }
            words[count / 16] = words[count / 16] << 4 | UInt64(value)
            count += 1
        }
        guard count == 64 else { return nil }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) {
        var builder = DigestBuilder()
        builder.update(text)
        self = builder.digest
    }

    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
    }

    /// 64 lowercase hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 64) { text in
            for (number, word) in [words.0, words.1, words.2, words.3].enumerated() {
                for digit in 0..<16 {
                    let value = UInt8(truncatingIfNeeded: word >> (60 - 4 * digit)) & 15
                    text[16 * number + digit] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                }
            }
            return 64
        }
    }

    public var description: String { hex }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// SHA-256 over content that comes piece by piece.
public struct DigestBuilder: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    /// The digest of everything so far.
    public var digest: Digest { Digest(Array(hash.finalize())) }
}

extension Digest {
    /// The digest of a file's bytes.
    ///
    /// - Complexity: O(bytes) time, 1 MB of memory.
    public static func ofFile(
        _ path: String, isCancelled: () -> Bool = { false }
    ) throws(FileSystemError) -> Digest {
        var builder = DigestBuilder()
        try FileSystem.readChunks(of: path, isCancelled: isCancelled) { builder.update($0) }
        return builder.digest
    }
}
