import Attribution
import JSONValues
import NeuralNetwork
import Testing

@Suite struct ErrorTests {
    @Test(arguments: [
        ("predicted", AttributionTarget.predictedClass), ("207", .classIndex(207)),
        ("features.14:220", .unit(layer: "features.14", channel: 220, .everywhere)),
        ("a:b:3@center", .unit(layer: "a:b", channel: 3, .center)),
        ("x:0@strongest", .unit(layer: "x", channel: 0, .strongest)),
        ("x:0@4,11", .unit(layer: "x", channel: 0, .at(row: 4, column: 11))),
    ])
    func `targets are read as they are written`(text: String, target: AttributionTarget) {
        #expect(AttributionTarget(text) == target)
        #expect(target.description == text)
    }

    @Test(arguments: ["", "cat", "x:", ":3", "x:-1", "x:1@", "x:1@middle", "x:1@1", "x:1@1,2,3", "x:1@-1,2"])
    func `what is no target is not read`(text: String) { #expect(AttributionTarget(text) == nil) }

    @Test func `classes, channels and places that are not there`() throws {
        let network = try Golden().model.network
        func problem(_ target: AttributionTarget) -> AttributionError? {
            do {
                _ = try FocusRule(target, .logit, in: network)
                return nil
            } catch { return error as? AttributionError }
        }
        #expect(problem(.classIndex(5)) == .classOutOfRange(5, count: 5))
        #expect(
            problem(.unit(layer: "conv2", channel: 12, .center))
                == .channelOutOfRange(layer: "conv2", channel: 12, count: 12))
        #expect(
            problem(.unit(layer: "conv2", channel: 0, .at(row: 8, column: 0)))
                == .positionOutOfRange(layer: "conv2", row: 8, column: 0, map: [8, 7]))
        #expect(throws: NetworkError.self) {
            try FocusRule(.unit(layer: "conv9", channel: 0, .center), .logit, in: network)
        }
    }

    @Test func `probabilities of what has none`() throws {
        func network(_ layers: String, count: Int) throws -> Network {
            try Network(
                json: JSONDocument(
                    parsing: """
                        { "name": "net", "input": [1, 2, 2], "layers": [
                          { "name": "flatten", "kind": "flatten" },
                          { "name": "head", "kind": "linear", "in_features": 4, "out_features": \(count) }\(layers) ] }
                        """
                ).root)
        }
        func problem(_ target: AttributionTarget, _ network: Network) -> AttributionError? {
            do {
                _ = try FocusRule(target, .probability, in: network)
                return nil
            } catch { return error as? AttributionError }
        }
        #expect(problem(.predictedClass, try network("", count: 2)) == nil)
        #expect(problem(.predictedClass, try network("", count: 1)) == .probabilityOfOneScore(network: "net"))
        let sigmoids = try network(#", { "name": "end", "kind": "sigmoid" }"#, count: 2)
        #expect(problem(.predictedClass, sigmoids) == .probabilityOfSigmoids(layer: "end"))
        let unit = AttributionTarget.unit(layer: "head", channel: 0, .everywhere)
        #expect(problem(unit, try network("", count: 2)) == .probabilityOfUnit("head:0"))
    }

    @Test func `rules for ReLUs want ReLUs, and say what they leave alone`() throws {
        func network(_ kinds: [String]) throws -> Network {
            let layers = kinds.enumerated().map { #", { "name": "l\#($0)", "kind": "\#($1)" }"# }.joined()
            return try Network(
                json: JSONDocument(
                    parsing: """
                        { "name": "net", "input": [1, 2, 2], "layers": [
                          { "name": "flatten", "kind": "flatten" }\(layers),
                          { "name": "head", "kind": "linear", "in_features": 4, "out_features": 2 } ] }
                        """
                ).root)
        }
        func method(_ kinds: [String]) throws -> GradientAttribution {
            let network = try network(kinds)
            return try GradientAttribution(.guided, FocusRule(.predictedClass, .logit, in: network), in: network)
        }
        #expect(throws: AttributionError.noReLU(.guided, target: "head")) { try method(["leaky_relu"]) }
        #expect(throws: AttributionError.noReLU(.guided, target: "head")) { try method([]) }
        #expect(try method(["relu"]).caveat == nil)
        let caveat = try #require(try method(["relu", "silu", "tanh"]).caveat)
        #expect(caveat.contains("'l1' (silu) and 1 more hand back the true gradient"))
    }

    @Test func `layers without maps, or behind what is explained`() throws {
        let network = try Golden().model.network
        let rule = try FocusRule(.unit(layer: "relu1", channel: 0, .center), .logit, in: network)
        #expect(throws: AttributionError.noMap(layer: "head")) { try GradCAM(layer: "head", rule, in: network) }
        #expect(throws: AttributionError.layerBehindTarget(layer: "conv2", target: "relu1")) {
            try GradCAM(layer: "conv2", rule, in: network)
        }
    }

    @Test func `windows larger than the image, strides that leave gaps`() {
        #expect(throws: AttributionError.windowTooLarge(window: 19, image: [20, 18])) {
            try Occlusion(window: 19, stride: 1, fill: .mean, imageShape: [3, 20, 18])
        }
        #expect(throws: AttributionError.strideAboveWindow(stride: 5, window: 4)) {
            try Occlusion(window: 4, stride: 5, fill: .mean, imageShape: [3, 20, 18])
        }
    }
}
