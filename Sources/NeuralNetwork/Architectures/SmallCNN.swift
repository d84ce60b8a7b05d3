extension Architecture {
    static let smallCNNs = [
        smallCNN("cifar10-cnn", inputShape: [3, 32, 32], "The small CNN for CIFAR-10: two blocks of 5×5 filters."),
        smallCNN("mnist-cnn", inputShape: [1, 28, 28], "The same for MNIST and Fashion-MNIST: one channel of 28×28."),
    ]

    /// Two blocks of 5×5 convolution without padding, batch norm, ReLU and max pooling, then three linear layers with
    /// dropout: `block1.0` … `block2.3`, `fc_layers.0` … `fc_layers.6`.
    private static func smallCNN(_ name: String, inputShape: [Int], _ summary: String) -> Architecture {
        Architecture(name, summary, inputShape: inputShape, input: .unit) { net in
            for (block, channels) in [("block1", 64), ("block2", 32)] {
                net.convolution("\(block).0", channels, 5)
                net.normalization("\(block).1")
                net.append("\(block).2", ReLU())
                net.maxPooling("\(block).3", 2, stride: 2)
            }
            net.append("flatten", Flatten())
            for (index, features) in [64, 32].enumerated() {
                net.linear("fc_layers.\(index * 3)", features)
                net.append("fc_layers.\(index * 3 + 1)", ReLU())
                net.append("fc_layers.\(index * 3 + 2)", Dropout(probability: 0.2))
            }
            net.linear("fc_layers.6", 10)
        }
    }
}
