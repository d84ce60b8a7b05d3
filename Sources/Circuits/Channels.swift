import NeuralNetwork

/// Whether output channel c depends on input channel c alone (or on the others only as a scale).
func keepsChannels(_ layer: any Layer) -> Bool {
    layer is ReLU || layer is MaxPooling || layer is AveragePooling || layer is AdaptiveAveragePooling
        || layer is BatchNormalization || layer is Dropout || layer is LocalResponseNormalization
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
