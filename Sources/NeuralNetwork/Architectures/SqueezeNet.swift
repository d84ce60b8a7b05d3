extension Architecture {
    /// SqueezeNet 1.0 and 1.1: fire modules, and a convolution as classifier.
    ///
    /// Layers answer to their authors' names too, which Caffe's and Keras's files have, with dots for slashes:
    /// `fire2.squeeze1x1`. A convolution's is the one before its ReLU.
    ///
    /// Source: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016, table 1; 1.1 from
    /// the authors' repository.
    static let squeezeNets = [
        Architecture("squeezenet1_0", "SqueezeNet 1.0: 8 fire modules between convolutions.") { net in
            net.convolution("features.0", alias: "conv1", 96, 7, stride: 2)
            net.append("features.1", ReLU())
            net.maxPooling("features.2", alias: "pool1", 3, stride: 2, ceiling: true)
            net.fire("features.3", alias: "fire2", squeeze: 16, expand: 64)
            net.fire("features.4", alias: "fire3", squeeze: 16, expand: 64)
            net.fire("features.5", alias: "fire4", squeeze: 32, expand: 128)
            net.maxPooling("features.6", alias: "pool4", 3, stride: 2, ceiling: true)
            net.fire("features.7", alias: "fire5", squeeze: 32, expand: 128)
            net.fire("features.8", alias: "fire6", squeeze: 48, expand: 192)
            net.fire("features.9", alias: "fire7", squeeze: 48, expand: 192)
            net.fire("features.10", alias: "fire8", squeeze: 64, expand: 256)
            net.maxPooling("features.11", alias: "pool8", 3, stride: 2, ceiling: true)
            net.fire("features.12", alias: "fire9", squeeze: 64, expand: 256)
            net.squeezeNetClassifier()
        },
        Architecture("squeezenet1_1", "SqueezeNet 1.1: as 1.0 with less than half of the work.") { net in
            net.convolution("features.0", alias: "conv1", 64, 3, stride: 2)
            net.append("features.1", ReLU())
            net.maxPooling("features.2", alias: "pool1", 3, stride: 2, ceiling: true)
            net.fire("features.3", alias: "fire2", squeeze: 16, expand: 64)
            net.fire("features.4", alias: "fire3", squeeze: 16, expand: 64)
            net.maxPooling("features.5", alias: "pool3", 3, stride: 2, ceiling: true)
            net.fire("features.6", alias: "fire4", squeeze: 32, expand: 128)
            net.fire("features.7", alias: "fire5", squeeze: 32, expand: 128)
            net.maxPooling("features.8", alias: "pool5", 3, stride: 2, ceiling: true)
            net.fire("features.9", alias: "fire6", squeeze: 48, expand: 192)
            net.fire("features.10", alias: "fire7", squeeze: 48, expand: 192)
            net.fire("features.11", alias: "fire8", squeeze: 64, expand: 256)
            net.fire("features.12", alias: "fire9", squeeze: 64, expand: 256)
            net.squeezeNetClassifier()
        },
    ]
}

extension NetworkBuilder {
    /// A few 1×1 filters, and behind them as many 1×1 as 3×3 filters side by side.
    fileprivate mutating func fire(_ name: String, alias: String, squeeze: Int, expand: Int) {
        convolution("\(name).squeeze", alias: "\(alias).squeeze1x1", squeeze, 1)
        append("\(name).squeeze_activation", ReLU())
        concatenate(
            "\(name).cat", alias: "\(alias).concat",
            { net in
                net.convolution("\(name).expand1x1", alias: "\(alias).expand1x1", expand, 1)
                net.append("\(name).expand1x1_activation", ReLU())
            },
            { net in
                net.convolution("\(name).expand3x3", alias: "\(alias).expand3x3", expand, 3, padding: 1)
                net.append("\(name).expand3x3_activation", ReLU())
            })
    }

    fileprivate mutating func squeezeNetClassifier() {
        append("classifier.0", Dropout())
        convolution("classifier.1", alias: "conv10", 1000, 1)
        append("classifier.2", ReLU())
        append("classifier.3", alias: "pool10", AdaptiveAveragePooling(outputSize: [1, 1]))
        append("flatten", Flatten())
    }
}
