extension Architecture {
    /// Inception v3 with torchvision's names; 23,834,568 parameters without the classifier that helps in training.
    ///
    /// torchvision's published weights want [−1, 1] (its `transform_input`).
    ///
    /// Source: Szegedy et al., "Rethinking the inception architecture for computer vision", CVPR 2016, table 1.
    static let inceptionV3 = Architecture(
        "inception_v3", "Inception v3: 11 modules of factorised convolutions.", inputShape: [3, 299, 299], input: .tf,
        published: PublishedNames(unused: ["AuxLogits.*"])
    ) { net in
        net.unit("Conv2d_1a_3x3", 32, 3, stride: 2, isPadded: false)
        net.unit("Conv2d_2a_3x3", 32, 3, isPadded: false)
        net.unit("Conv2d_2b_3x3", 64, 3)
        net.maxPooling("maxpool1", 3, stride: 2)
        net.unit("Conv2d_3b_1x1", 80, 1)
        net.unit("Conv2d_4a_3x3", 192, 3, isPadded: false)
        net.maxPooling("maxpool2", 3, stride: 2)
        net.inceptionA("Mixed_5b", pooled: 32)
        net.inceptionA("Mixed_5c", pooled: 64)
        net.inceptionA("Mixed_5d", pooled: 64)
        net.inceptionB("Mixed_6a")
        net.inceptionC("Mixed_6b", inner: 128)
        net.inceptionC("Mixed_6c", inner: 160)
        net.inceptionC("Mixed_6d", inner: 160)
        net.inceptionC("Mixed_6e", inner: 192)
        net.inceptionD("Mixed_7a")
        net.inceptionE("Mixed_7b")
        net.inceptionE("Mixed_7c")
        net.append("avgpool", AdaptiveAveragePooling(outputSize: [1, 1]))
        net.append("dropout", Dropout())
        net.append("flatten", Flatten())
        net.linear("fc", 1000)
    }
}

extension NetworkBuilder {
    /// The paper's figure 5.
    fileprivate mutating func inceptionA(_ name: String, pooled: Int) {
        concatenate(
            "\(name).cat",
            { net in net.unit("\(name).branch1x1", 64, 1) },
            { net in
                net.unit("\(name).branch5x5_1", 48, 1)
                net.unit("\(name).branch5x5_2", 64, 5)
            },
            { net in
                net.unit("\(name).branch3x3dbl_1", 64, 1)
                net.unit("\(name).branch3x3dbl_2", 96, 3)
                net.unit("\(name).branch3x3dbl_3", 96, 3)
            },
            { net in net.pooledUnit(name, pooled) })
    }

    /// Half the size, from 35 × 35: figure 10.
    fileprivate mutating func inceptionB(_ name: String) {
        concatenate(
            "\(name).cat",
            { net in net.unit("\(name).branch3x3", 384, 3, stride: 2, isPadded: false) },
            { net in
                net.unit("\(name).branch3x3dbl_1", 64, 1)
                net.unit("\(name).branch3x3dbl_2", 96, 3)
                net.unit("\(name).branch3x3dbl_3", 96, 3, stride: 2, isPadded: false)
            },
            { net in net.maxPooling("\(name).max_pool2d", 3, stride: 2) })
    }

    /// Figure 6: 7×7 convolutions as 1×7 and 7×1.
    fileprivate mutating func inceptionC(_ name: String, inner: Int) {
        concatenate(
            "\(name).cat",
            { net in net.unit("\(name).branch1x1", 192, 1) },
            { net in
                net.unit("\(name).branch7x7_1", inner, 1)
                net.unit("\(name).branch7x7_2", inner, 1, 7)
                net.unit("\(name).branch7x7_3", 192, 7, 1)
            },
            { net in
                net.unit("\(name).branch7x7dbl_1", inner, 1)
                net.unit("\(name).branch7x7dbl_2", inner, 7, 1)
                net.unit("\(name).branch7x7dbl_3", inner, 1, 7)
                net.unit("\(name).branch7x7dbl_4", inner, 7, 1)
                net.unit("\(name).branch7x7dbl_5", 192, 1, 7)
            },
            { net in net.pooledUnit(name, 192) })
    }

    /// Half the size, from 17 × 17.
    fileprivate mutating func inceptionD(_ name: String) {
        concatenate(
            "\(name).cat",
            { net in
                net.unit("\(name).branch3x3_1", 192, 1)
                net.unit("\(name).branch3x3_2", 320, 3, stride: 2, isPadded: false)
            },
            { net in
                net.unit("\(name).branch7x7x3_1", 192, 1)
                net.unit("\(name).branch7x7x3_2", 192, 1, 7)
                net.unit("\(name).branch7x7x3_3", 192, 7, 1)
                net.unit("\(name).branch7x7x3_4", 192, 3, stride: 2, isPadded: false)
            },
            { net in net.maxPooling("\(name).max_pool2d", 3, stride: 2) })
    }

    /// Figure 7: 1×3 and 3×1 side by side.
    fileprivate mutating func inceptionE(_ name: String) {
        concatenate(
            "\(name).cat_2",
            { net in net.unit("\(name).branch1x1", 320, 1) },
            { net in
                net.unit("\(name).branch3x3_1", 384, 1)
                net.concatenate(
                    "\(name).cat",
                    { net in net.unit("\(name).branch3x3_2a", 384, 1, 3) },
                    { net in net.unit("\(name).branch3x3_2b", 384, 3, 1) })
            },
            { net in
                net.unit("\(name).branch3x3dbl_1", 448, 1)
                net.unit("\(name).branch3x3dbl_2", 384, 3)
                net.concatenate(
                    "\(name).cat_1",
                    { net in net.unit("\(name).branch3x3dbl_3a", 384, 1, 3) },
                    { net in net.unit("\(name).branch3x3dbl_3b", 384, 3, 1) })
            },
            { net in net.pooledUnit(name, 192) })
    }

    /// The branch that averages first.
    private mutating func pooledUnit(_ name: String, _ filters: Int) {
        append("\(name).avg_pool2d", AveragePooling(kernel: [3, 3], stride: [1, 1], padding: [1, 1]))
        unit("\(name).branch_pool", filters, 1)
    }
}
