extension Architecture {
    /// Two blocks of 5×5 convolution without padding, batch norm, ReLU and max pooling, then three linear layers with
    /// dropout: `block1.0` … `block2.3`, `fc_layers.0` … `fc_layers.6`.
    static func smallCNN(_ name: String, inputShape: [Int], _ summary: String) -> Architecture {
        Architecture(name, summary, input: .unit) { () throws(NetworkError) in
            var builder = NetworkBuilder(inputShape: inputShape)
            for (block, channels) in [("block1", 64), ("block2", 32)] {
                try builder.append(
                    "\(block).0",
                    Convolution(inputChannels: builder.channels, outputChannels: channels, kernel: [5, 5]))
                try builder.append("\(block).1", BatchNormalization(channels: channels))
                try builder.append("\(block).2", ReLU())
                try builder.append("\(block).3", MaxPooling(kernel: [2, 2]))
            }
            try builder.append("flatten", Flatten())
            for (index, features) in [64, 32].enumerated() {
                try builder.append(
                    "fc_layers.\(index * 3)", Linear(inputFeatures: builder.channels, outputFeatures: features))
                try builder.append("fc_layers.\(index * 3 + 1)", ReLU())
                try builder.append("fc_layers.\(index * 3 + 2)", Dropout(probability: 0.2))
            }
            try builder.append("fc_layers.6", Linear(inputFeatures: builder.channels, outputFeatures: 10))
            return try builder.network(named: name)
        }
    }
}
