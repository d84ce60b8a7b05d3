import FeatureVisualization
import NeuralNetwork
import Pipeline

/// Which layers hold the content of an image, and which its style.
struct StyleLayers {
    let content: [String]
    let style: [String]

    /// Of VGG-19, in torchvision's names: relu4_2, and relu1_1, relu2_1, relu3_1, relu4_1, relu5_1.
    private static let usual = StyleLayers(
        content: ["features.22"], style: ["features.1", "features.6", "features.11", "features.20", "features.29"])

    private init(content: [String], style: [String]) { (self.content, self.style) = (content, style) }

    /// What is named, and else VGG-19's where the network has ReLUs of those names.
    init(content: [String]?, style: [String]?, of network: Network) throws(ParameterError) {
        self.init(
            content: try Self.layers(content, Self.usual.content, "content_layers", network),
            style: try Self.layers(style, Self.usual.style, "style_layers", network))
    }

    private static func layers(
        _ named: [String]?, _ usual: [String], _ parameter: String, _ network: Network
    ) throws(ParameterError) -> [String] {
        if let named { return named }
        let hasUsual = usual.allSatisfy { name in
            (try? network.index(of: name)).map { network.nodes[$0].layer is ReLU } ?? false
        }
        if hasUsual { return usual }
        let convolutions = network.nodes.filter { $0.layer is Convolution }.map(\.name)
        let shown = convolutions.count <= 30 ? convolutions : convolutions.prefix(30) + ["…"]
        throw ParameterError(
            parameter: parameter,
            "none are named, and '\(network.name)' has not those of VGG-19 that are usual (\(usual.joined(separator: ", ")))",
            fix: "name some; its convolutions are \(shown.joined(separator: ", "))")
    }
}
