import JSONValues

/// An operator of Python or a function of TensorFlow that a model calls between its layers, as the preparations of images
/// in `keras.applications` do.
enum KerasOperation: Equatable {
    case add, subtract, multiply, divide
    /// Picks channels, as `x[..., ::-1]`.
    case item
    /// Puts maps without a channel axis together.
    case stack
    /// By its name in Keras.
    case activation(String)

    /// `nil` for a layer that is none. Keras 2 has all of them as two kinds of layers, Keras 3 a kind for each.
    init?(_ layer: KerasGraph.Layer) {
        let name =
            ["TFOpLambda", "SlicingOpLambda"].contains(layer.kind)
            ? layer.config["function"]?.string ?? "" : layer.kind
        guard let operation = Self.byName[name] else { return nil }
        self = operation
    }

    private static let byName: [String: KerasOperation] = [
        "Add": .add, "math.add": .add, "__operators__.add": .add, "nn.bias_add": .add,
        "Subtract": .subtract, "math.subtract": .subtract,
        "Multiply": .multiply, "math.multiply": .multiply,
        "Divide": .divide, "TrueDivide": .divide, "math.divide": .divide, "math.truediv": .divide,
        "GetItem": .item, "__operators__.getitem": .item,
        "Stack": .stack,
        "Relu": .activation("relu"), "nn.relu": .activation("relu"),
        "Relu6": .activation("relu6"), "nn.relu6": .activation("relu6"),
        "Sigmoid": .activation("sigmoid"), "math.sigmoid": .activation("sigmoid"),
        "Tanh": .activation("tanh"), "math.tanh": .activation("tanh"),
        "Silu": .activation("silu"), "nn.silu": .activation("silu"),
        "Softmax": .activation("softmax"), "nn.softmax": .activation("softmax"),
    ]
}
