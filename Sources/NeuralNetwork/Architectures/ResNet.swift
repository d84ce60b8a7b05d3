extension Architecture {
    /// Residual networks; in bottlenecks the 3×3 convolution has the stride, as in torchvision.
    ///
    /// Source: He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016, table 1.
    static let resNets = [
        resNet(18, [2, 2, 2, 2], .basic), resNet(34, [3, 4, 6, 3], .basic),
        resNet(50, [3, 4, 6, 3], .bottleneck), resNet(101, [3, 4, 23, 3], .bottleneck),
        resNet(152, [3, 8, 36, 3], .bottleneck),
    ]

    private enum Block {
        /// Two 3×3 convolutions.
        case basic
        /// 1×1, 3×3 and 1×1 with four times the filters.
        case bottleneck
    }

    /// - Parameter blocks: in each of the four layers.
    private static func resNet(_ depth: Int, _ blocks: [Int], _ block: Block) -> Architecture {
        let kind = block == .basic ? "basic" : "bottleneck"
        let summary = "Residual network of \(blocks.reduce(0, +)) \(kind) blocks."
        return Architecture("resnet\(depth)", summary) { net in
            net.convolution("conv1", 64, 7, stride: 2, padding: 3, hasBias: false)
            net.normalization("bn1")
            net.append("relu", ReLU())
            net.maxPooling("maxpool", 3, stride: 2, padding: 1)
            for (layer, filters) in [64, 128, 256, 512].enumerated() {
                for number in 0..<blocks[layer] {
                    let name = "layer\(layer + 1).\(number)"
                    let stride = layer > 0 && number == 0 ? 2 : 1
                    switch block {
                    case .basic: net.basicBlock(name, filters, stride: stride)
                    case .bottleneck: net.bottleneck(name, filters, stride: stride)
                    }
                }
            }
            net.append("avgpool", AdaptiveAveragePooling(outputSize: [1, 1]))
            net.append("flatten", Flatten())
            net.linear("fc", 1000)
        }
    }
}

extension NetworkBuilder {
    fileprivate mutating func basicBlock(_ name: String, _ filters: Int, stride: Int) {
        let start = end
        convolution("\(name).conv1", filters, 3, stride: stride, padding: 1, hasBias: false)
        normalization("\(name).bn1")
        append("\(name).relu", ReLU())
        convolution("\(name).conv2", filters, 3, padding: 1, hasBias: false)
        normalization("\(name).bn2")
        addShortcut(name, from: start, stride: stride)
        append("\(name).relu_1", ReLU())
    }

    fileprivate mutating func bottleneck(_ name: String, _ filters: Int, stride: Int) {
        let start = end
        convolution("\(name).conv1", filters, 1, hasBias: false)
        normalization("\(name).bn1")
        append("\(name).relu", ReLU())
        convolution("\(name).conv2", filters, 3, stride: stride, padding: 1, hasBias: false)
        normalization("\(name).bn2")
        append("\(name).relu_1", ReLU())
        convolution("\(name).conv3", 4 * filters, 1, hasBias: false)
        normalization("\(name).bn3")
        addShortcut(name, from: start, stride: stride)
        append("\(name).relu_2", ReLU())
    }

    /// Adds what a block read: as it is, or projected where the block changes the shape.
    private mutating func addShortcut(_ name: String, from start: Network.Source, stride: Int) {
        let (residual, filters) = (end, channels)
        end = start
        if stride != 1 || channels != filters {
            convolution("\(name).downsample.0", filters, 1, stride: stride, hasBias: false)
            normalization("\(name).downsample.1")
        }
        append("\(name).add", Addition(), inputs: [residual, end])
    }
}
