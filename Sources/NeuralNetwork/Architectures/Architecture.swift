/// A network that is known by name.
///
/// Layers are called as in `torchvision.models.feature_extraction.get_graph_node_names`: a module by its dotted name
/// (`layer1.0.conv1`), an operation without a module by the module that computes it and the operation
/// (`layer1.0.add`, `inception3a.cat`, `flatten`). What a module computes a second and third time ends in `_1` and `_2`:
/// `layer1.0.relu_1` is the ReLU behind the sum.
public struct Architecture: Sendable {
    public let name: String
    /// One sentence for `convscope models`.
    public let summary: String
    /// How its published weights, or the data it is usually trained on, want their input.
    public let input: InputContract
    public let published: PublishedNames
    private let inputShape: [Int]
    private let build: @Sendable (inout NetworkBuilder) -> Void

    init(
        _ name: String, _ summary: String, inputShape: [Int] = [3, 224, 224], input: InputContract = .torchvision,
        published: PublishedNames = .same, build: @escaping @Sendable (inout NetworkBuilder) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.input = input
        self.published = published
        self.inputShape = inputShape
        self.build = build
    }

    /// The network. Built-in descriptions are right by construction.
    public var network: Network {
        var builder = NetworkBuilder(inputShape: inputShape)
        build(&builder)
        return builder.network(named: name)
    }

    /// The one list of built-in architectures.
    public static let all: [Architecture] =
        smallCNNs + [alexNet] + vggs + squeezeNets + resNets + [googLeNet, inceptionV3, denseNet121, mobileNetV2]

    /// The architecture of that name.
    public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
