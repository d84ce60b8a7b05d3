import Synchronization

/// How many values of each unit lie in each of 2,817 intervals, whose widths grow with the distance from zero.
///
/// 32 intervals to each power of two from 2⁻²⁰ to 2²⁴ on both sides of zero, and one for what is nearer to zero; what is
/// farther counts in the last. A value is known to within ``relativeError`` of itself, or 10⁻⁶ near zero. Counts are whole
/// numbers, so they are the same in whatever order values come.
///
/// `@unchecked Sendable`: a unit's counts are changed under its lock.
final class LogHistogram: ValueDistribution, @unchecked Sendable {
    /// From the middle of an interval to its ends, at most.
    static let relativeError = 1.0 / Double(2 << mantissaBits)

    private static let mantissaBits: UInt32 = 5
    private static let shift = 23 - mantissaBits
    /// Intervals are numbered by the leading bits of a number's binary form, which grow with the number.
    private static let firstKey = Float(sign: .plus, exponent: -20, significand: 1).bitPattern >> shift
    private static let keyCount = 44 << Int(mantissaBits)
    static let intervalCount = 2 * keyCount + 1

    private let counts: UnsafeMutableBufferPointer<UInt64>
    private let locks: [UnitLock]

    /// Classes, because a lock must not move.
    private final class UnitLock: Sendable {
        let mutex = Mutex(())
    }

    init(unitCount: Int) {
        counts = .allocate(capacity: unitCount * Self.intervalCount)
        counts.initialize(repeating: 0)
        locks = (0..<unitCount).map { _ in UnitLock() }
    }

    deinit { counts.deallocate() }

    func add(_ values: UnsafeBufferPointer<Float>, of unit: Int, at first: Int) {
        let own = counts.baseAddress! + unit * Self.intervalCount
        locks[unit].mutex.withLock { _ in
            for value in values { own[Self.interval(of: value)] += 1 }
        }
    }

    func values(of unit: Int, at ranks: [Int]) -> [Float] {
        let own = counts.baseAddress! + unit * Self.intervalCount
        var (interval, before) = (0, 0)
        return ranks.map { rank in
            while before + Int(own[interval]) <= rank {
                before += Int(own[interval])
                interval += 1
            }
            return Self.middle(of: interval)
        }
    }

    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(counts) }

    private static func interval(of value: Float) -> Int {
        let key = Int(value.magnitude.bitPattern >> shift) - Int(firstKey)
        guard key >= 0 else { return keyCount }
        let distance = min(key, keyCount - 1) + 1
        return value < 0 ? keyCount - distance : keyCount + distance
    }

    private static func middle(of interval: Int) -> Float {
        let distance = abs(interval - keyCount)
        guard distance > 0 else { return 0 }
        let key = firstKey + UInt32(distance - 1)
        let middle = Float(bitPattern: key << shift | 1 << (shift - 1))
        return interval < keyCount ? -middle : middle
    }
}
