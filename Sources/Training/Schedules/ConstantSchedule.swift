/// The same learning rate throughout.
public struct ConstantSchedule: LearningRateSchedule {
    public init() {}
    public func factor(at position: TrainingPosition) -> Double { 1 }
}
