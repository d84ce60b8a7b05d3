/// The least and the greatest activation of a map, and where they stand first.
public struct MapExtremes: Sendable, Equatable, BitwiseCopyable {
    /// NaN where the map holds one.
    public private(set) var minimum = Float.infinity
    /// NaN where the map holds one.
    public private(set) var maximum = -Float.infinity
    /// Row-major.
    public private(set) var minimumPosition = 0
    /// Row-major.
    public private(set) var maximumPosition = 0

    private typealias Lanes = SIMD16<Float>

    /// - Parameter map: at least one number.
    public init(of map: UnsafeBufferPointer<Float>) {
        precondition(!map.isEmpty, "a map has at least one position")
        var (low, high) = (Lanes(repeating: .infinity), Lanes(repeating: -.infinity))
        var isMissing = SIMDMask<Lanes.MaskStorage>(repeating: false)
        let whole = map.count / Lanes.scalarCount * Lanes.scalarCount
        let bytes = UnsafeRawBufferPointer(map)
        for start in stride(from: 0, to: whole, by: Lanes.scalarCount) {
            let values = bytes.loadUnaligned(fromByteOffset: start * MemoryLayout<Float>.stride, as: Lanes.self)
            low.replace(with: values, where: values .< low)
            high.replace(with: values, where: values .> high)
            isMissing = isMissing .| (values .!= values)
        }
        let rest = map[whole...]
        guard !any(isMissing), !rest.contains(where: \.isNaN) else {
            (minimum, maximum) = (.nan, .nan)
            return
        }
        minimum = rest.reduce(low.min(), Swift.min)
        maximum = rest.reduce(high.max(), Swift.max)
        minimumPosition = map.firstIndex(of: minimum)!
        maximumPosition = map.firstIndex(of: maximum)!
    }

    /// Whether no position is NaN or infinite.
    public var isFinite: Bool { minimum.isFinite && maximum.isFinite }
}
