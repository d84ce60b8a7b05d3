/// The one list of layer kinds.
public enum LayerKinds {
    public static let all: [any Layer.Type] = [
        AdaptiveAveragePooling.self,
        Addition.self,
        AveragePooling.self,
        BatchNormalization.self,
        Concatenation.self,
        Convolution.self,
        Dropout.self,
        Flatten.self,
        Linear.self,
        LocalResponseNormalization.self,
        LogSoftmax.self,
        MaxPooling.self,
        ReLU.self,
        Softmax.self,
    ]

    static let byName: [String: any Layer.Type] = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
}
