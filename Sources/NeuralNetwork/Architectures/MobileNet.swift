extension Architecture {
    /// MobileNet v2: depthwise convolutions between a widening and a narrowing 1×1; 3,504,872 parameters.
    ///
    /// Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018, table 2.
    static let mobileNetV2 = Architecture("mobilenet_v2", "MobileNet v2: 17 inverted residual blocks.") { net in
        net.limitedUnit("features.0", 32, 3, stride: 2)
        var index = 1
        for (expansion, filters, blocks, stride) in [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ] {
            for number in 0..<blocks {
                net.invertedResidual(
                    "features.\(index)", expansion: expansion, filters, stride: number == 0 ? stride : 1)
                index += 1
            }
        }
        net.limitedUnit("features.\(index)", 1280, 1)
        net.append("adaptive_avg_pool2d", AdaptiveAveragePooling(outputSize: [1, 1]))
        net.append("flatten", Flatten())
        net.append("classifier.0", Dropout(probability: 0.2))
        net.linear("classifier.1", 1000)
    }
}

extension NetworkBuilder {
    /// Convolution, batch normalisation and a ReLU that ends at 6.
    fileprivate mutating func limitedUnit(
        _ name: String, _ filters: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1
    ) {
        convolution(
            "\(name).0", filters, kernel, stride: stride, padding: kernel / 2, groups: groups, hasBias: false)
        normalization("\(name).1")
        append("\(name).2", ReLU(limit: 6))
    }

    fileprivate mutating func invertedResidual(_ name: String, expansion: Int, _ filters: Int, stride: Int) {
        let (start, inputs) = (end, channels)
        var index = 0
        func next() -> String {
            defer { index += 1 }
            return "\(name).conv.\(index)"
        }
        if expansion != 1 { limitedUnit(next(), inputs * expansion, 1) }
        limitedUnit(next(), channels, 3, stride: stride, groups: channels)
        convolution(next(), filters, 1, hasBias: false)
        normalization(next())
        if stride == 1 && inputs == filters { append("\(name).add", Addition(), inputs: [start, end]) }
    }
}
