import CZlib

/// The two things asked of zlib for bytes that are all in memory.
enum Zlib {
    /// What stands around deflated bytes (RFC 1951).
    enum Format: Int32 {
        case raw = -15
        /// A header and a checksum (RFC 1950).
        case zlib = 15
    }

    /// Decompresses deflated bytes. Says whether they fill `target` exactly.
    static func inflate(
        _ source: UnsafeRawBufferPointer, _ format: Format, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        // zlib remembers the address, so the stream must not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return false
        }
        defer { inflateEnd(stream) }
        // zlib counts in 32 bits, so both sides go in steps. One byte more than due is offered, to notice too many.
        var (read, written) = (0, 0)
        var surplus: UInt8 = 0
        let step = 1 << 30
        while true {
            let input = min(source.count - read, step)
            stream.pointee.next_in = source.baseAddress.map {
                UnsafeMutablePointer(mutating: ($0 + read).assumingMemoryBound(to: UInt8.self))
            }
            stream.pointee.avail_in = UInt32(input)
            let output = min(target.count - written, step)
            let status = withUnsafeMutablePointer(to: &surplus) { surplus in
                stream.pointee.next_out =
                    output > 0 ? (target.baseAddress! + written).assumingMemoryBound(to: UInt8.self) : surplus
                stream.pointee.avail_out = UInt32(max(output, 1))
                return CZlib.inflate(stream, Z_NO_FLUSH)
            }
            let produced = max(output, 1) - Int(stream.pointee.avail_out)
            guard produced <= output else { return false }
            read += input - Int(stream.pointee.avail_in)
            written += produced
            if status == Z_STREAM_END { return written == target.count }
            guard status == Z_OK, produced > 0 || Int(stream.pointee.avail_in) < input else { return false }
        }
    }

    /// CRC-32.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum: UInt = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(1 << 30)
            checksum = UnsafeRawBufferPointer(rebasing: part).withMemoryRebound(to: UInt8.self) {
                crc32(checksum, $0.baseAddress, UInt32($0.count))
            }
            rest = rest.dropFirst(part.count)
        }
        return UInt32(checksum)
    }
}
