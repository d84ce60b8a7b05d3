extension Architecture {
    /// AlexNet in one tower, as torchvision has it; 61,100,840 parameters.
    ///
    /// Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014.
    static let alexNet = Architecture("alexnet", "AlexNet in one tower: 5 convolutions and 3 linear layers.") { net in
        net.convolution("features.0", 64, 11, stride: 4, padding: 2)
        net.append("features.1", ReLU())
        net.maxPooling("features.2", 3, stride: 2)
        net.convolution("features.3", 192, 5, padding: 2)
        net.append("features.4", ReLU())
        net.maxPooling("features.5", 3, stride: 2)
        net.convolution("features.6", 384, 3, padding: 1)
        net.append("features.7", ReLU())
        net.convolution("features.8", 256, 3, padding: 1)
        net.append("features.9", ReLU())
        net.convolution("features.10", 256, 3, padding: 1)
        net.append("features.11", ReLU())
        net.maxPooling("features.12", 3, stride: 2)
        net.append("avgpool", AdaptiveAveragePooling(outputSize: [6, 6]))
        net.append("flatten", Flatten())
        for index in [0, 3] {
            net.append("classifier.\(index)", Dropout())
            net.linear("classifier.\(index + 1)", 4096)
            net.append("classifier.\(index + 2)", ReLU())
        }
        net.linear("classifier.6", 1000)
    }
}
