extension Architecture {
    /// VGG with 16 layers and torchvision's names; 138,357,544 parameters.
    ///
    /// Source: Simonyan & Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015.
    static let vgg16 = Architecture(
        "vgg16", "VGG with 13 convolutions and 3 linear layers, for ImageNet at 224×224.", input: .torchvision
    ) { () throws(NetworkError) in
        var builder = NetworkBuilder(inputShape: [3, 224, 224])
        var index = 0
        for (convolutions, channels) in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)] {
            for _ in 0..<convolutions {
                try builder.append(
                    "features.\(index)",
                    Convolution(
                        inputChannels: builder.channels, outputChannels: channels, kernel: [3, 3], padding: [1, 1]))
                try builder.append("features.\(index + 1)", ReLU())
                index += 2
            }
            try builder.append("features.\(index)", MaxPooling(kernel: [2, 2]))
            index += 1
        }
        try builder.append("avgpool", AdaptiveAveragePooling(outputSize: [7, 7]))
        try builder.append("flatten", Flatten())
        for index in [0, 3] {
            try builder.append("classifier.\(index)", Linear(inputFeatures: builder.channels, outputFeatures: 4096))
            try builder.append("classifier.\(index + 1)", ReLU())
            try builder.append("classifier.\(index + 2)", Dropout())
        }
        try builder.append("classifier.6", Linear(inputFeatures: 4096, outputFeatures: 1000))
        return try builder.network(named: "vgg16")
    }
}
