/// The weights and bias of a convolution or linear layer with a batch normalisation folded in.
///
/// `scale · (W·x + b − mean) + shift = (scale·W)·x + (scale·(b − mean) + shift)` with
/// `scale = weight / √(running variance + epsilon)` of the normalisation, one value per output channel.
struct Folding: Sendable {
    private let weight: String
    private let bias: String?
    private let outputs: Int
    private let weightCount: Int
    private let normalization: (name: String, epsilon: Double)?

    init(builder: PlanBuilder, node: Int, normalization: Int?, weightCount: Int) {
        let parameters = builder.network.nodes[node].layer.parameters
        weight = builder.parameterName(node, "weight")
        bias = parameters.contains { $0.name == "bias" } ? builder.parameterName(node, "bias") : nil
        outputs = parameters[0].shape[0]
        self.weightCount = weightCount
        self.normalization = normalization.map {
            let node = builder.network.nodes[$0]
            return (node.name, (node.layer as! BatchNormalization).epsilon)
        }
    }

    /// Whether the weights differ from the layer's own.
    var changesWeights: Bool { normalization != nil }

    /// Calls `body` with the folded weights in row-major order.
    func withWeights(_ source: any WeightSource, _ body: (UnsafePointer<Float>) -> Void) {
        source.withParameter(weight) { weights in
            guard let (scale, _) = affine(source) else { return body(weights) }
            let perOutput = weightCount / outputs
            let folded = [Float](unsafeUninitializedCapacity: weightCount) { buffer, count in
                for output in 0..<outputs {
                    for index in output * perOutput..<(output + 1) * perOutput {
                        buffer[index] = weights[index] * scale[output]
                    }
                }
                count = weightCount
            }
            folded.withUnsafeBufferPointer { body($0.baseAddress!) }
        }
    }

    /// Writes the folded bias; zeros when there is none.
    func writeBias(to memory: UnsafeMutableRawPointer, _ source: any WeightSource) {
        let target = memory.assumingMemoryBound(to: Float.self)
        target.update(repeating: 0, count: outputs)
        if let bias { source.withParameter(bias) { target.update(from: $0, count: outputs) } }
        guard let (scale, shift) = affine(source) else { return }
        for output in 0..<outputs { target[output] = target[output] * scale[output] + shift[output] }
    }

    private func affine(_ source: any WeightSource) -> (scale: [Float], shift: [Float])? {
        normalization.map { normalizationAffine($0.name, epsilon: $0.epsilon, channels: outputs, source) }
    }
}

/// Scale and shift of a batch normalisation with its running statistics.
func normalizationAffine(
    _ name: String, epsilon: Double, channels: Int, _ source: any WeightSource
) -> (scale: [Float], shift: [Float]) {
    func values(_ parameter: String) -> [Float] {
        var result: [Float] = []
        source.withParameter(name + "." + parameter) {
            result = Array(UnsafeBufferPointer(start: $0, count: channels))
        }
        return result
    }
    let (weight, bias) = (values("weight"), values("bias"))
    let (mean, variance) = (values("running_mean"), values("running_var"))
    let scale = (0..<channels).map { Float(Double(weight[$0]) / (Double(variance[$0]) + epsilon).squareRoot()) }
    return (scale, (0..<channels).map { bias[$0] - mean[$0] * scale[$0] })
}
