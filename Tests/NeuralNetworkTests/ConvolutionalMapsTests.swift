import JSONValues
import NeuralNetwork
import Testing

@Suite struct ConvolutionalMapsTests {
    private static func layer(_ name: String, _ kind: String, _ inputs: [String], _ settings: String = "") -> String {
        let sources = inputs.map { "\"\($0)\"" }.joined(separator: ", ")
        return "{ \"name\": \"\(name)\", \"kind\": \"\(kind)\", \"inputs\": [\(sources)]\(settings) }"
    }

    private static func convolution(_ name: String, _ input: String, from: Int = 2, to: Int = 2) -> String {
        layer(name, "convolution", [input], ", \"in_channels\": \(from), \"out_channels\": \(to), \"kernel\": 1")
    }

    private func last(_ layers: [String], before goal: String) throws -> String? {
        let text = "{ \"name\": \"net\", \"input\": [2, 4, 4], \"layers\": [\(layers.joined(separator: ","))] }"
        let network = try Network(json: JSONDocument(parsing: text).root)
        return network.lastConvolutionalMaps(before: try network.index(of: goal)).map { network.nodes[$0].name }
    }

    @Test func `norm and activation belong to a convolution, pooling does not`() throws {
        let layers = [
            Self.convolution("a", "input"), Self.layer("norm", "batch_normalization", ["a"], ", \"channels\": 2"),
            Self.layer("relu", "relu", ["norm"]), Self.layer("pool", "max_pooling", ["relu"], ", \"kernel\": 2"),
            Self.layer("flatten", "flatten", ["pool"]),
            Self.layer("head", "linear", ["flatten"], ", \"in_features\": 8, \"out_features\": 3"),
        ]
        #expect(try last(layers, before: "head") == "relu")
        #expect(try last(layers, before: "relu") == nil)
    }

    @Test func `branches are followed to where they meet, up to a classifier of 1x1 kernels`() throws {
        let layers = [
            Self.convolution("squeeze", "input"), Self.convolution("left", "squeeze"),
            Self.layer("l", "relu", ["left"]),
            Self.convolution("right", "squeeze"), Self.layer("r", "relu", ["right"]),
            Self.layer("cat", "concatenation", ["l", "r"]), Self.layer("drop", "dropout", ["cat"]),
            Self.convolution("classifier", "drop", from: 4, to: 3), Self.layer("relu", "relu", ["classifier"]),
            Self.layer("pool", "adaptive_average_pooling", ["relu"], ", \"size\": 1"),
        ]
        #expect(try last(layers, before: "pool") == "cat")
    }

    @Test func `a map that several layers read is the last, what does not feed the goal counts for nothing`() throws {
        let layers = [
            Self.convolution("a", "input"), Self.layer("relu", "relu", ["a"]), Self.convolution("b", "relu"),
            Self.layer("sum", "addition", ["relu", "b"]), Self.layer("end", "relu", ["sum"]),
            Self.convolution("head", "end"), Self.convolution("aside", "end"),
        ]
        #expect(try last(layers, before: "head") == "end")
        #expect(try last(layers, before: "b") == "relu")
    }
}
