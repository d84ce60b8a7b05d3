import NeuralNetwork

/// What makes a layer of a node, or a constant of constants: the value of the node's first output.
typealias ONNXOperator = @Sendable (ONNXCall, inout ONNXConversion) throws(ONNXProblem) -> ONNXValue

/// The one list of the operators that are read, by ONNX's names.
///
/// Source: onnx/onnx, `docs/Operators.md` and `docs/Changelog.md`, versions 1 to 22.
enum ONNXOperators {
    static let all: [String: ONNXOperator] = [
        "Add": add,
        "AveragePool": averagePool,
        "BatchNormalization": batchNormalization,
        "Cast": cast,
        "Clip": clip,
        "Concat": concat,
        "Constant": constant,
        "Conv": convolution,
        "Div": divide,
        "Dropout": dropout,
        "Flatten": flatten,
        "Gather": gather,
        "Gemm": gemm,
        "GlobalAveragePool": globalAveragePool,
        "GlobalMaxPool": globalMaxPool,
        "HardSigmoid": hardSigmoid,
        "HardSwish": plain(Hardswish()),
        "Identity": identity,
        "LRN": localResponseNormalization,
        "LeakyRelu": leakyReLU,
        "LogSoftmax": logSoftmax,
        "MatMul": matrixProduct,
        "MaxPool": maxPool,
        "Mul": multiply,
        "Pad": pad,
        "ReduceMean": reduceMean,
        "Relu": plain(ReLU()),
        "Reshape": reshape,
        "Shape": shape,
        "Sigmoid": plain(Sigmoid()),
        "Slice": slice,
        "Softmax": softmax,
        "Squeeze": squeeze,
        "Sub": subtract,
        "Sum": sum,
        "Tanh": plain(Tanh()),
        "Transpose": transpose,
        "Unsqueeze": unsqueeze,
    ]
}
