/// The decompressor of LZF, h5py's quick compression.
enum LZF {
    /// `nil` where the bytes are none that LZF makes of `count` bytes.
    static func decompress(_ source: [UInt8], count: Int) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var position = 0
        while position < source.count {
            let control = Int(source[position])
            position += 1
            if control < 32 {
                // A run of bytes as they are.
                guard position + control < source.count, result.count + control < count else { return nil }
                result += source[position...position + control]
                position += control + 1
            } else {
                // A copy of what came before.
                var length = control >> 5
                if length == 7 {
                    guard position < source.count else { return nil }
                    length += Int(source[position])
                    position += 1
                }
                guard position < source.count else { return nil }
                let distance = (control & 31) << 8 + Int(source[position]) + 1
                position += 1
                guard distance <= result.count, result.count + length + 2 <= count else { return nil }
                for _ in 0..<length + 2 { result.append(result[result.count - distance]) }
            }
        }
        return result.count == count ? result : nil
    }
}
