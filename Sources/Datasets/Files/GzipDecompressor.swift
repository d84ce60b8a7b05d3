import CZlib

/// Decompresses a gzip file (RFC 1952) piece by piece; members that follow one another are one stream.
final class GzipDecompressor {
    private let file: FileReader
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var consumed = 0
    private var fileOffset = 0
    private var isFinished = false

    private static let inputStep = 64 << 10

    init(file: FileReader) {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, the largest; 16 more mean "gzip, not zlib".
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib \(ZLIB_VERSION) does not start: status \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Up to `count` more bytes; none at the end.
    func read(_ count: Int) throws(DatasetError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count, !isFinished {
            if consumed == input.count { try refill() }
            let before = (filled, consumed)
            let status = inflate(into: &output, filled: &filled)
            switch status {
            case Z_STREAM_END: try finishMember()
            case Z_OK: break
            case Z_BUF_ERROR where input.isEmpty:
                throw .gzipDamaged(path: file.path, offset: fileOffset, reason: "the compressed data end early")
            case Z_BUF_ERROR where before != (filled, consumed): break
            default:
                let message = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
                throw .gzipDamaged(path: file.path, offset: offset, reason: message)
            }
        }
        output.removeLast(count - filled)
        return output
    }

    /// Position in the compressed file.
    private var offset: Int { fileOffset - (input.count - consumed) }

    private func refill() throws(DatasetError) {
        input = try file.bytes(fileOffset..<fileOffset + Self.inputStep)
        consumed = 0
        fileOffset += input.count
    }

    private func inflate(into output: inout [UInt8], filled: inout Int) -> Int32 {
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress.map { $0 + consumed }
                stream.pointee.avail_in = UInt32(input.count - consumed)
                stream.pointee.next_out = output.baseAddress! + filled
                stream.pointee.avail_out = UInt32(output.count - filled)
                let status = CZlib.inflate(stream, Z_NO_FLUSH)
                consumed = input.count - Int(stream.pointee.avail_in)
                filled = output.count - Int(stream.pointee.avail_out)
                return status
            }
        }
    }

    /// At the end of a member: the file ends, or another member begins.
    private func finishMember() throws(DatasetError) {
        if consumed == input.count { try refill() }
        if input.isEmpty {
            isFinished = true
        } else if input[consumed] == 0x1F {
            inflateReset(stream)
        } else {
            throw .gzipDamaged(path: file.path, offset: offset, reason: "other bytes follow the compressed data")
        }
    }
}
