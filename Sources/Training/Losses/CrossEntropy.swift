import Glibc
public import Tensors

/// Mean negative logarithm of the probability that softmax gives the true class, as `torch.nn.CrossEntropyLoss`.
///
/// With target `t = (1 − smoothing) · [class is true] + smoothing / classes` and class weights w, the loss of a batch is
/// `Σ_samples Σ_classes −t·w·log p / Σ_samples w(true class)`. Computed in double precision from the largest logit down, so
/// no logit is too large. Label smoothing: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016.
public struct CrossEntropy: Sendable, Equatable {
    /// Share of the target that is spread over all classes, 0...1.
    public var labelSmoothing: Double
    /// How much a class counts; `nil` counts all alike.
    public var classWeights: [Double]?

    public init(labelSmoothing: Double = 0, classWeights: [Double]? = nil) {
        precondition(0...1 ~= labelSmoothing, "label smoothing \(labelSmoothing) lies outside 0...1")
        self.labelSmoothing = labelSmoothing
        self.classWeights = classWeights
    }

    /// Loss of a batch and its gradient at the logits.
    /// - Parameters:
    ///   - logits: `[samples, classes]`.
    ///   - labels: the true class of each sample.
    public func callAsFunction(_ logits: Tensor, labels: [Int]) -> (loss: Double, gradient: Tensor) {
        precondition(
            logits.rank == 2 && logits.shape[0] == labels.count,
            "logits of shape \(logits.shape) for \(labels.count) labels")
        var loss = 0.0
        let gradient = Tensor(uninitialized: logits.shape) { gradient in
            logits.withUnsafeBufferPointer {
                loss = add($0, labels[...], divisor: weight(of: labels[...]), gradient: gradient).loss
            }
        }
        return (loss, gradient)
    }

    /// What the sum over samples is divided by: how much their classes count.
    func weight(of labels: ArraySlice<Int>) -> Double {
        guard let classWeights else { return Double(labels.count) }
        return labels.reduce(0) { $0 + classWeights[$1] }
    }

    /// A batch's share of the loss, and the number of samples whose true class has the largest logit.
    ///
    /// - Parameters:
    ///   - logits: `[samples, classes]` of at least as many samples as there are labels.
    ///   - divisor: what the whole batch's sum is divided by.
    ///   - gradient: receives ∂loss/∂logits, if given.
    func add(
        _ logits: UnsafeBufferPointer<Float>, _ labels: ArraySlice<Int>, divisor: Double,
        gradient: UnsafeMutableBufferPointer<Float>?
    ) -> (loss: Double, correct: Int) {
        guard !labels.isEmpty else { return (0, 0) }
        let classes = logits.count / labels.count
        precondition(
            classWeights.map { $0.count == classes } ?? true,
            "\(classWeights?.count ?? 0) class weights for \(classes) classes")
        var (loss, correct) = (0.0, 0)
        var exponentials = [Double](repeating: 0, count: classes)
        for (row, label) in labels.enumerated() {
            let values = UnsafeBufferPointer(rebasing: logits[row * classes..<(row + 1) * classes])
            var best = 0
            for index in values.indices where values[index] > values[best] { best = index }
            if best == label { correct += 1 }
            let largest = Double(values[best])
            var sum = 0.0
            for index in values.indices {
                exponentials[index] = exp(Double(values[index]) - largest)
                sum += exponentials[index]
            }
            let logarithm = largest + log(sum)
            var mass = 0.0
            for index in values.indices {
                let target = target(index, label, classes)
                if target != 0 { loss += target * (logarithm - Double(values[index])) / divisor }
                mass += target
            }
            guard let gradient else { continue }
            for index in values.indices {
                let slope = mass * exponentials[index] / sum - target(index, label, classes)
                gradient[row * classes + index] = Float(slope / divisor)
            }
        }
        return (loss, correct)
    }

    private func target(_ index: Int, _ label: Int, _ classes: Int) -> Double {
        let share = (index == label ? 1 - labelSmoothing : 0) + labelSmoothing / Double(classes)
        return share * (classWeights?[index] ?? 1)
    }
}
