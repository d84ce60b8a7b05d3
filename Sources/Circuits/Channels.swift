import NeuralNetwork

/// Whether output channel c depends on input channel c alone (or on the others only as a scale).
func keepsChannels(_ layer: any Layer) -> Bool {
    switch layer {
    case is ReLU, is LeakyReLU, is Clip, is Sigmoid, is Tanh, is SiLU, is Hardswish, is MaxPooling, is AveragePooling,
        is AdaptiveAveragePooling, is ZeroPadding, is BatchNormalization, is ChannelScale, is Dropout,
        is LocalResponseNormalization:
        true
    default: false
    }
}

extension Network {
    /// Number of channels that a source gives.
    func channelCount(of source: Source) -> Int {
        switch source {
        case .networkInput: inputShape[0]
        case .node(let index): shapes[index][0]
        }
    }
}
