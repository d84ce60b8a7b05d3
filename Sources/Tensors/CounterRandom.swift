import Glibc

/// Random numbers as a pure function of a seed and a counter.
///
/// Nothing is shared between draws, so a sample's numbers do not depend on which others were drawn before, on threads,
/// or on how work was split. Derive a stream for every purpose and item: `CounterRandom(seed: 1).stream("dropout")[7]`.
///
/// The mixing function is the finaliser of SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014), applied to key and counter in turn. Not for cryptography.
public struct CounterRandom: Sendable, Hashable {
    private let key: UInt64

    public init(seed: Int) { key = Self.mix(UInt64(bitPattern: Int64(seed)) &+ 0x9E37_79B9_7F4A_7C15) }

    private init(key: UInt64) { self.key = key }

    /// An independent stream for a named purpose.
    public func stream(_ purpose: String) -> CounterRandom {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a: a stable string hash, unlike Swift's own
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return CounterRandom(key: Self.mix(key ^ Self.mix(hash)))
    }

    /// An independent stream for a numbered item: a sample, an epoch, a unit.
    public subscript(item: Int) -> CounterRandom {
        CounterRandom(key: Self.mix(key &+ Self.mix(UInt64(bitPattern: Int64(item)) &+ 0xD1B5_4A32_D192_ED03)))
    }

    /// 64 random bits, the same for the same draw number.
    public func bits(_ draw: Int) -> UInt64 {
        Self.mix(key &+ (UInt64(bitPattern: Int64(draw)) &+ 1) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A number in [0, 1), a multiple of 2⁻²⁴.
    public func uniform(_ draw: Int) -> Float { Float(bits(draw) >> 40) * 0x1p-24 }

    /// A whole number in `0..<bound`; the bias is below `bound / 2⁶⁴`.
    public func integer(_ draw: Int, below bound: Int) -> Int {
        precondition(bound > 0, "no number lies below \(bound)")
        return Int(bits(draw).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of the standard normal distribution (Box & Muller 1958).
    public func normal(_ draw: Int) -> Float {
        let word = bits(draw)
        let first = (Double(word >> 32) + 1) * 0x1p-32
        let second = Double(word & 0xFFFF_FFFF) * 0x1p-32
        return Float((-2 * log(first)).squareRoot() * cos(2 * .pi * second))
    }

    /// The numbers `0..<count` in random order (Fisher & Yates).
    /// - Complexity: O(count)
    public func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(index, integer(index, below: index + 1))
        }
        return order
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
