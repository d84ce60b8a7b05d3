import Attribution
import NeuralNetwork
import TestSupport
import Tensors
import Testing

@Suite struct CaptumTests {
    let golden: Golden

    init() throws { golden = try Golden() }

    private func expect(
        _ method: any AttributionMethod, _ name: String, of target: AttributionTarget = .predictedClass,
        _ score: ExplainedScore = .logit
    ) throws {
        let maps = try golden.attribute(method, by: golden.explainer(target, score)).maps
        let difference = deviation(maps, from: try golden.tensor(name))
        #expect(difference.relativeNorm < 1e-5, "\(name): \(difference)")
    }

    @Test func `scores are logits and probabilities of the predicted class`() throws {
        let logits = try golden.tensor("logits")
        let found = try golden.explainer().focuses(on: golden.images)
        for (row, answer) in found.enumerated() {
            let expected = logits.row(row)
            #expect(answer.focus.index == expected.indexOfMaximum)
            #expect(abs(answer.score.value - Double(expected.range!.upperBound)) < 1e-5)
        }
        let probabilities = try golden.explainer(.predictedClass, .probability).focuses(on: golden.images).map(
            \.score.value)
        for (ours, theirs) in zip(probabilities, try golden.tensor("probability").scalars) {
            #expect(abs(ours - Double(theirs)) < 1e-6)
        }
    }

    @Test func `saliency of the predicted class`() throws { try expect(GradientAttribution(.standard), "saliency") }

    @Test func `saliency of a probability`() throws {
        try expect(GradientAttribution(.standard), "saliency/probability", of: .predictedClass, .probability)
    }

    @Test func `saliency of a chosen class`() throws {
        try expect(GradientAttribution(.standard), "saliency/class", of: .classIndex(2))
    }

    @Test func `saliency of a unit's mean`() throws {
        try expect(
            GradientAttribution(.standard), "saliency/unit", of: .unit(layer: "relu2", channel: 7, .everywhere))
    }

    @Test func `guided backpropagation`() throws { try expect(GradientAttribution(.guided), "guided") }

    @Test func deconvnet() throws { try expect(GradientAttribution(.deconvolution), "deconvnet") }

    @Test func `integrated gradients of a logit from black`() throws {
        try expect(IntegratedGradients(steps: 50, baseline: .black), "integrated/black")
    }

    @Test func `integrated gradients of a probability from the mean`() throws {
        try expect(
            IntegratedGradients(steps: 50, baseline: .mean), "integrated/mean", of: .predictedClass, .probability)
    }

    @Test(arguments: ["relu2", "conv1"]) func `grad-CAM, enlarged bilinearly`(layer: String) throws {
        let rule = try golden.explainer().rule
        try expect(GradCAM(layer: layer, rule, in: golden.model.network), "grad-cam/\(layer)")
    }

    @Test(arguments: [PlainColor.mean, .black]) func `occlusion, averaged where windows overlap`(fill: PlainColor)
        throws
    {
        let method = try Occlusion(
            window: 6, stride: 4, fill: fill, imageShape: golden.model.network.inputShape)
        try expect(method, "occlusion/\(fill)")
    }
}
