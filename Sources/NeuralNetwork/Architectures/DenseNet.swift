extension Architecture {
    /// DenseNet with 121 layers: each dense layer reads all before it in its block; 7,978,856 parameters.
    ///
    /// torchvision's published weights are older than its names: `denselayer1.norm.1.weight` is `denselayer1.norm1.weight`.
    ///
    /// Source: Huang, Liu, van der Maaten & Weinberger, "Densely connected convolutional networks", CVPR 2017, table 1.
    static let denseNet121 = Architecture(
        "densenet121", "DenseNet: 4 blocks of 6, 12, 24 and 16 dense layers, 32 new channels each.",
        published: PublishedNames(
            older: [(".norm.1.", ".norm1."), (".norm.2.", ".norm2."), (".conv.1.", ".conv1."), (".conv.2.", ".conv2.")])
    ) { net in
        net.convolution("features.conv0", 64, 7, stride: 2, padding: 3, hasBias: false)
        net.normalization("features.norm0")
        net.append("features.relu0", ReLU())
        net.maxPooling("features.pool0", 3, stride: 2, padding: 1)
        for (index, layers) in [6, 12, 24, 16].enumerated() {
            if index > 0 { net.transition("features.transition\(index)") }
            net.denseBlock("features.denseblock\(index + 1)", layers: layers, growth: 32)
        }
        net.normalization("features.norm5")
        net.append("relu", ReLU())
        net.append("adaptive_avg_pool2d", AdaptiveAveragePooling(outputSize: [1, 1]))
        net.append("flatten", Flatten())
        net.linear("classifier", 1000)
    }
}

extension NetworkBuilder {
    fileprivate mutating func denseBlock(_ name: String, layers: Int, growth: Int) {
        var parts = [end]
        for number in 1...layers {
            let layer = "\(name).denselayer\(number)"
            if parts.count > 1 { append("\(layer).cat", Concatenation(), inputs: parts) }
            normalization("\(layer).norm1")
            append("\(layer).relu1", ReLU())
            convolution("\(layer).conv1", 4 * growth, 1, hasBias: false)
            normalization("\(layer).norm2")
            append("\(layer).relu2", ReLU())
            convolution("\(layer).conv2", growth, 3, padding: 1, hasBias: false)
            parts.append(end)
        }
        append("\(name).cat", Concatenation(), inputs: parts)
    }

    /// Half the channels at half the size.
    fileprivate mutating func transition(_ name: String) {
        normalization("\(name).norm")
        append("\(name).relu", ReLU())
        convolution("\(name).conv", channels / 2, 1, hasBias: false)
        append("\(name).pool", AveragePooling(kernel: [2, 2]))
    }
}
