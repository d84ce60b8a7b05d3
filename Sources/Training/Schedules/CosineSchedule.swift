import Glibc

/// Falls along half a cosine, step by step: `floor + (1 − floor) · (1 + cos(π · step / steps)) / 2`.
///
/// Source: Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, without restarts.
public struct CosineSchedule: LearningRateSchedule {
    /// Factor at the end, 0...1.
    public var floor: Double

    public init(floor: Double = 0) { self.floor = floor }

    public func factor(at position: TrainingPosition) -> Double {
        floor + (1 - floor) * (1 + cos(.pi * Double(position.step) / Double(position.steps))) / 2
    }
}
