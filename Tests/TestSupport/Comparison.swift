public import Tensors

/// How far a tensor is from a reference.
public struct Deviation: CustomStringConvertible {
    /// Euclidean norm of the difference over the norm of the reference.
    public let relativeNorm: Double
    /// Largest absolute difference of two elements.
    public let largest: Float
    /// Row-major position of the largest difference.
    public let worstIndex: Int
    /// The two elements at that position: ours, then the reference.
    public let worst: (Float, Float)

    public var description: String {
        "relative L2 \(relativeNorm), largest difference \(largest) at \(worstIndex): \(worst.0), expected \(worst.1)"
    }
}

/// Compares a result with a reference of the same shape. A NaN in either counts as an infinite difference.
public func deviation(_ actual: Tensor, from expected: Tensor) -> Deviation {
    precondition(actual.shape == expected.shape, "shape \(actual.shape), expected \(expected.shape)")
    var difference = 0.0
    var reference = 0.0
    var (largest, worstIndex): (Float, Int) = (0, 0)
    let (a, b) = (actual.scalars, expected.scalars)
    for index in a.indices {
        let distance = abs(a[index] - b[index])
        let gap = distance.isNaN ? Float.infinity : distance
        difference += Double(gap) * Double(gap)
        reference += Double(b[index]) * Double(b[index])
        if gap > largest { (largest, worstIndex) = (gap, index) }
    }
    let relative = reference > 0 ? (difference / reference).squareRoot() : difference.squareRoot()
    return Deviation(
        relativeNorm: relative, largest: largest, worstIndex: worstIndex,
        worst: a.isEmpty ? (0, 0) : (a[worstIndex], b[worstIndex]))
}
