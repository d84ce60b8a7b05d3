/// The one list of layer kinds.
public enum LayerKinds {
    public static let all: [any Layer.Type] = [
        AdaptiveAveragePooling.self,
        Addition.self,
        AveragePooling.self,
        BatchNormalization.self,
        ChannelScale.self,
        Clip.self,
        Concatenation.self,
        Convolution.self,
        Dropout.self,
        Flatten.self,
        Hardswish.self,
        IdentityShortcut.self,
        LeakyReLU.self,
        Linear.self,
        LocalResponseNormalization.self,
        LogSoftmax.self,
        MaxPooling.self,
        Multiplication.self,
        ReLU.self,
        Reshape.self,
        SiLU.self,
        Sigmoid.self,
        Softmax.self,
        Tanh.self,
        ZeroPadding.self,
    ]

    static let byName: [String: any Layer.Type] = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
}
