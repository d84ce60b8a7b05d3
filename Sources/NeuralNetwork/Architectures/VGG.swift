extension Architecture {
    /// VGG with 11 to 19 layers, without and with batch normalisation.
    ///
    /// Layers of the plain vgg16 and vgg19 answer to Keras's names too, where an activation belongs to its convolution:
    /// `block3_conv1` is the convolution before its ReLU.
    ///
    /// Source: Simonyan & Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015,
    /// columns A, B, D and E of table 1.
    static let vggs = [
        vgg("vgg11", [1, 1, 2, 2, 2]), vgg("vgg11_bn", [1, 1, 2, 2, 2], isNormalized: true),
        vgg("vgg13", [2, 2, 2, 2, 2]), vgg("vgg13_bn", [2, 2, 2, 2, 2], isNormalized: true),
        vgg("vgg16", [2, 2, 3, 3, 3], keras: true), vgg("vgg16_bn", [2, 2, 3, 3, 3], isNormalized: true),
        vgg("vgg19", [2, 2, 4, 4, 4], keras: true), vgg("vgg19_bn", [2, 2, 4, 4, 4], isNormalized: true),
    ]

    /// - Parameter convolutions: of 3×3, in each of the five blocks.
    private static func vgg(
        _ name: String, _ convolutions: [Int], isNormalized: Bool = false, keras: Bool = false
    ) -> Architecture {
        let summary = "VGG with \(convolutions.reduce(0, +)) convolutions and 3 linear layers"
        return Architecture(name, summary + (isNormalized ? ", batch-normalised." : ".")) { net in
            var index = 0
            func next() -> String {
                defer { index += 1 }
                return "features.\(index)"
            }
            func alias(_ name: String) -> String? { keras ? name : nil }
            for (block, filters) in [64, 128, 256, 512, 512].enumerated() {
                for number in 1...convolutions[block] {
                    net.convolution(
                        next(), alias: alias("block\(block + 1)_conv\(number)"), filters, 3, padding: 1)
                    if isNormalized { net.normalization(next()) }
                    net.append(next(), ReLU())
                }
                net.maxPooling(next(), alias: alias("block\(block + 1)_pool"), 2, stride: 2)
            }
            net.append("avgpool", AdaptiveAveragePooling(outputSize: [7, 7]))
            net.append("flatten", Flatten())
            for index in [0, 3] {
                net.linear("classifier.\(index)", alias: alias("fc\(index / 3 + 1)"), 4096)
                net.append("classifier.\(index + 1)", ReLU())
                net.append("classifier.\(index + 2)", Dropout())
            }
            net.linear("classifier.6", alias: alias("predictions"), 1000)
        }
    }
}
