public import Tensors

/// How strong a single-channel kernel is, and which way it mostly pushes.
public struct KernelStatistics: Sendable, Equatable {
    /// √Σw².
    public let l2: Double
    /// e = Σw / Σ|w|, in −1...1; 0 for a kernel of zeros.
    public let excitation: Double
    /// Share of the coefficients that are above zero, 0...1.
    public let positiveFraction: Double

    /// Sums are taken in double precision.
    public init(_ kernel: Tensor) {
        var (sum, absolute, squares, positives) = (0.0, 0.0, 0.0, 0)
        kernel.withUnsafeBufferPointer {
            for weight in $0 {
                sum += Double(weight)
                absolute += Double(abs(weight))
                squares += Double(weight) * Double(weight)
                if weight > 0 { positives += 1 }
            }
        }
        l2 = squares.squareRoot()
        excitation = absolute > 0 ? sum / absolute : 0
        positiveFraction = kernel.count > 0 ? Double(positives) / Double(kernel.count) : 0
    }

    /// The sign that prevails, in terms of what the upstream unit does when it is active.
    ///
    /// True to its word only where the upstream unit is never negative: see `Upstream.isNonNegative`.
    public var tendency: Tendency {
        excitation >= Self.balanceLimit ? .excitatory : excitation <= -Self.balanceLimit ? .inhibitory : .balanced
    }

    /// |e| below which a kernel counts as balanced: less than 60 % of Σ|w| on one side.
    public static let balanceLimit = 0.2

    public enum Tendency: String, Sendable, CaseIterable {
        case excitatory = "mostly excitatory"
        case inhibitory = "mostly inhibitory"
        case balanced
    }
}
