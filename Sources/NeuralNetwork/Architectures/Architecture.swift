/// A network that is known by name.
public struct Architecture: Sendable {
    public let name: String
    /// One sentence for `convscope models`.
    public let summary: String
    /// How its published weights, or the data it is usually trained on, want their input.
    public let input: InputContract
    private let make: @Sendable () throws(NetworkError) -> Network

    init(
        _ name: String, _ summary: String, input: InputContract,
        make: @escaping @Sendable () throws(NetworkError) -> Network
    ) {
        self.name = name
        self.summary = summary
        self.input = input
        self.make = make
    }

    /// The network. Built-in descriptions are right by construction.
    public var network: Network {
        do throws(NetworkError) { return try make() } catch { preconditionFailure("\(name): \(error.what)") }
    }

    /// The one list of built-in architectures.
    public static let all: [Architecture] = [
        .smallCNN("cifar10-cnn", inputShape: [3, 32, 32], "The small CNN for CIFAR-10: two blocks of 5×5 filters."),
        .smallCNN("mnist-cnn", inputShape: [1, 28, 28], "The same for MNIST and Fashion-MNIST: one channel of 28×28."),
        .vgg16,
    ]

    /// The architecture of that name.
    public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
