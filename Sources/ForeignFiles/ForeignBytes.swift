/// A run of bytes of a foreign file that cannot be read outside its bounds: a wrong offset throws and never traps.
public struct ForeignBytes: Sendable {
    public let file: MappedFile
    /// Where it lies in `file`.
    public let range: Range<Int>

    public var count: Int { range.count }

    /// A part, by its start counted from the start of this one.
    /// - Parameter name: what it is, for the error: `the central directory`.
    public func part(at offset: Int, count: Int, _ name: String) throws(ForeignFileError) -> ForeignBytes {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            throw error(at: offset, "\(name) claims \(count) bytes, but the \(whole) ends at byte \(self.count)")
        }
        return ForeignBytes(file: file, range: range.lowerBound + offset..<range.lowerBound + offset + count)
    }

    /// A whole number, little-endian unless said otherwise. It need not be aligned.
    public func integer<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self, at offset: Int, isBigEndian: Bool = false
    ) throws(ForeignFileError) -> Number {
        guard offset >= 0, offset <= count - MemoryLayout<Number>.size else {
            throw error(at: offset, "a number was due, but the \(whole) ends at byte \(count)")
        }
        let stored = withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
        return isBigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
    }

    /// Whether these bytes stand at an offset; `false` where the file ends before.
    public func hasBytes(_ expected: some Collection<UInt8>, at offset: Int = 0) -> Bool {
        guard offset >= 0, expected.count <= count - offset else { return false }
        return withUnsafeBytes { $0[offset..<offset + expected.count].elementsEqual(expected) }
    }

    /// A copy.
    public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// A copy that leaves no pages of the file in memory: the way to take the large parts.
    /// - Throws: `ForeignFileError` when the file has become shorter since it was opened, or its disk fails.
    func copied() throws(ForeignFileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBufferPointer { target throws(ForeignFileError) in
            try file.read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
        }
        return bytes
    }

    /// The bytes as UTF-8; what is none becomes U+FFFD.
    public var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    /// Lends the bytes.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try file.withUnsafeBytes(range, body)
    }

    /// An error at an offset counted from the start of this run; its place counts from the start of the file.
    public func error(
        at offset: Int, _ what: String, fix: String = ForeignFileError.damaged
    ) -> ForeignFileError {
        let (position, _) = range.lowerBound.addingReportingOverflow(offset)
        let place = (file.part.isEmpty ? "" : file.part + ", ") + "byte \(position)"
        return ForeignFileError(path: file.path, place: place, what, fix: fix)
    }

    private var whole: String { count == file.count ? "file" : "part" }
}
