import Attribution
import Foundation
import NeuralNetwork
import TestSupport
import Tensors
import Testing

@Suite struct MethodTests {
    let golden: Golden

    init() throws { golden = try Golden() }

    @Test func `the Gauss–Legendre rule integrates polynomials`() {
        for count in [1, 2, 3, 7, 50] {
            let (points, weights) = GaussLegendre.rule(count)
            #expect(abs(weights.reduce(0, +) - 1) < 1e-13)
            for degree in 0..<2 * count {
                let integral = zip(points, weights).reduce(0.0) { $0 + $1.1 * pow($1.0, Double(degree)) }
                #expect(abs(integral - 1 / Double(degree + 1)) < 1e-12, "\(count) points, degree \(degree)")
            }
        }
    }

    @Test func `integrated gradients add up to the difference of scores`() throws {
        let explainer = try golden.explainer()
        let result = try golden.attribute(IntegratedGradients(steps: 200, baseline: .black), by: explainer)
        let scores = try explainer.focuses(on: golden.images).map(\.score.value)
        for (row, gap) in result.numbers[0].values.enumerated() {
            #expect(abs(Double(gap)) < 0.01 * abs(scores[row]), "gap \(gap) of \(scores[row])")
        }
        let few = try golden.attribute(IntegratedGradients(steps: 1, baseline: .black), by: explainer)
        #expect(few.numbers[0].values.map(abs).max()! > result.numbers[0].values.map(abs).max()!)
    }

    @Test func `the strongest place is the map's maximum, and stays chosen while pixels change`() throws {
        let explainer = try golden.explainer(.unit(layer: "relu2", channel: 3, .strongest))
        let node = try golden.model.network.index(of: "relu2")
        var request = PlanRequest(batch: 1)
        request.activations = [node]
        let maps = try NetworkRunner(golden.model, request, threads: 1).activations(of: golden.images)[node]!
        for (row, found) in try explainer.focuses(on: golden.images).enumerated() {
            let map = maps.row(row).row(3)
            #expect(abs(found.score.value - Double(map.range!.upperBound)) < 1e-6)
            #expect(found.focus.elements == 3 * 56 + map.indexOfMaximum!..<3 * 56 + map.indexOfMaximum! + 1)
        }
    }

    @Test func `maps do not depend on the images beside them or on threads`() throws {
        let methods: [any AttributionMethod] = [
            GradientAttribution(.guided), IntegratedGradients(steps: 7, baseline: .gray),
            try GradCAM(layer: nil, golden.explainer().rule, in: golden.model.network),
            try Occlusion(window: 5, stride: 5, fill: .mean, imageShape: [3, 20, 18]),
            // More than are computed at once.
            SmoothGrad(copies: 70, level: 0.1, seed: 1, GradientAttribution(.standard)),
        ]
        for method in methods {
            let together = try golden.attribute(method, by: golden.explainer(threads: 2)).maps
            let one = try golden.explainer(threads: 1)
            for row in 0..<3 {
                let image = golden.images.rows(row..<row + 1)
                let alone = try method.attribute(
                    NamedImages(image, names: [golden.named.names[row]]), one.focuses(on: image).map(\.focus), one
                ).maps
                #expect(alone.row(0) == together.row(row))
            }
        }
    }

    @Test func `grad-CAM takes the last map before the classifier`() throws {
        let method = try GradCAM(layer: nil, golden.explainer().rule, in: golden.model.network)
        #expect(golden.model.network.nodes[method.layer].name == "relu2")
        #expect(method.facts == [AttributionFact("layer", "relu2")])
    }

    @Test func `SmoothGrad is the mean over noisy copies of a stated deviation`() throws {
        let plain = GradientAttribution(.standard)
        let smoothing = SmoothGrad(copies: 12, level: 0.2, seed: 5, plain)
        let explainer = try golden.explainer()
        let image = golden.images.row(1)
        let copies = smoothing.noisyCopies(0..<12, of: image, named: "b", threads: 2)
        let focus = try explainer.focuses(on: golden.images)[1].focus
        let each = try plain.attribute(
            NamedImages(copies, names: (0..<12).map(String.init)), [Focus](repeating: focus, count: 12), explainer
        ).maps
        let smooth = try golden.attribute(smoothing, by: explainer).maps.row(1)
        for index in stride(from: 0, to: image.count, by: 97) {
            let mean = (0..<12).reduce(0.0) { $0 + Double(each.row($1).scalars[index]) } / 12
            #expect(abs(Double(smooth.scalars[index]) - mean) < 1e-6)
        }
        let noise = (0..<12).flatMap { (copies.row($0) - image).scalars }
        let range = image.range!.upperBound - image.range!.lowerBound
        let deviation = sqrt(noise.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(noise.count))
        #expect(abs(deviation / Double(0.2 * range) - 1) < 0.03)
        #expect(smoothing.noisyCopies(0..<12, of: image, named: "c", threads: 1) != copies)
        #expect(smoothing.noisyCopies(3..<7, of: image, named: "b", threads: 1) == copies.rows(3..<7))
    }

    @Test func `windows reach the edge, the last one cut off`() {
        #expect(Occlusion.windows(length: 224, window: 15, stride: 1).count == 210)
        #expect(Occlusion.windows(length: 32, window: 8, stride: 4).count == 7)
        #expect(Occlusion.windows(length: 10, window: 4, stride: 4) == [0..<4, 4..<8, 8..<10])
        #expect(Occlusion.windows(length: 4, window: 4, stride: 2) == [0..<4])
    }

    @Test func `a mean in the network's channel order becomes a color of the image`() throws {
        let network = golden.model.network
        let caffe = Model(randomlyInitialized: network, seed: 0, input: .caffe)
        for (ours, theirs) in zip(PlainColor.mean.values(of: caffe), [123.68, 116.779, 103.939]) {
            #expect(abs(Double(ours) - theirs / 255) < 1e-6)
        }
        let colors = PlainColor.mean.values(of: Model(randomlyInitialized: network, seed: 0, input: .torchvision))
        for (ours, theirs) in zip(colors, [0.485, 0.456, 0.406]) { #expect(abs(Double(ours) - theirs) < 1e-6) }
    }
}
