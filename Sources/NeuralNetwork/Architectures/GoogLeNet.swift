extension Architecture {
    /// GoogLeNet, batch-normalised, with torchvision's 3×3 where the paper has 5×5; 6,624,904 parameters without the two
    /// classifiers that help in training.
    ///
    /// torchvision's published weights want [−1, 1] (its `transform_input`).
    ///
    /// Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, table 1.
    static let googLeNet = Architecture(
        "googlenet", "GoogLeNet: 9 inception modules, batch-normalised.", input: .tf,
        published: PublishedNames(unused: ["aux1.*", "aux2.*"])
    ) { net in
        net.unit("conv1", 64, 7, stride: 2)
        net.maxPooling("maxpool1", 3, stride: 2, ceiling: true)
        net.unit("conv2", 64, 1)
        net.unit("conv3", 192, 3)
        net.maxPooling("maxpool2", 3, stride: 2, ceiling: true)
        net.inception("3a", 64, (96, 128), (16, 32), 32)
        net.inception("3b", 128, (128, 192), (32, 96), 64)
        net.maxPooling("maxpool3", 3, stride: 2, ceiling: true)
        net.inception("4a", 192, (96, 208), (16, 48), 64)
        net.inception("4b", 160, (112, 224), (24, 64), 64)
        net.inception("4c", 128, (128, 256), (24, 64), 64)
        net.inception("4d", 112, (144, 288), (32, 64), 64)
        net.inception("4e", 256, (160, 320), (32, 128), 128)
        net.maxPooling("maxpool4", 2, stride: 2, ceiling: true)
        net.inception("5a", 256, (160, 320), (32, 128), 128)
        net.inception("5b", 384, (192, 384), (48, 128), 128)
        net.append("avgpool", AdaptiveAveragePooling(outputSize: [1, 1]))
        net.append("flatten", Flatten())
        net.append("dropout", Dropout(probability: 0.2))
        net.linear("fc", 1000)
    }
}

extension NetworkBuilder {
    /// The columns of the paper's table: #1×1; #3×3 reduce and #3×3; #5×5 reduce and #5×5; pool proj.
    fileprivate mutating func inception(
        _ name: String, _ small: Int, _ medium: (Int, Int), _ large: (Int, Int), _ pooled: Int
    ) {
        let name = "inception\(name)"
        concatenate(
            "\(name).cat",
            { net in net.unit("\(name).branch1", small, 1) },
            { net in
                net.unit("\(name).branch2.0", medium.0, 1)
                net.unit("\(name).branch2.1", medium.1, 3)
            },
            { net in
                net.unit("\(name).branch3.0", large.0, 1)
                net.unit("\(name).branch3.1", large.1, 3)
            },
            { net in
                net.maxPooling("\(name).branch4.0", 3, stride: 1, padding: 1, ceiling: true)
                net.unit("\(name).branch4.1", pooled, 1)
            })
    }
}
