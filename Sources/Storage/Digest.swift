import Crypto

/// The SHA-256 of some content, as 64 lowercase hexadecimal digits.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let hex: String

    /// `nil` where the text is not 64 lowercase hexadecimal digits.
    public init?(hex: String) {
        guard hex.utf8.count == 64,
            hex.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            })
        else { return nil }
        self.hex = hex
    }

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) {
        var builder = DigestBuilder()
        builder.update(text)
        self = builder.digest
    }

    fileprivate init(bytes: some Sequence<UInt8>) {
        var hex: [UInt8] = []
        hex.reserveCapacity(64)
        for byte in bytes {
            hex.append(Self.digits[Int(byte >> 4)])
            hex.append(Self.digits[Int(byte & 15)])
        }
        self.hex = String(decoding: hex, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    public var description: String { hex }

    public static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }
}

/// SHA-256 over content that comes piece by piece.
public struct DigestBuilder: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    /// The digest of everything so far.
    public var digest: Digest { Digest(bytes: hash.finalize()) }
}

extension Digest {
    /// The digest of a file's bytes.
    ///
    /// - Complexity: O(bytes) time, 1 MB of memory.
    public static func ofFile(_ path: String) throws(FileSystemError) -> Digest {
        var builder = DigestBuilder()
        try FileSystem.readChunks(of: path) { builder.update($0) }
        return builder.digest
    }
}
