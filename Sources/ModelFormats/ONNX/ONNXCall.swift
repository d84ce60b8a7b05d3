import ForeignFiles
import NeuralNetwork

/// A node with the values of its inputs: what an operator asks when it becomes a layer.
struct ONNXCall {
    let node: ONNXNode
    /// `nil` for those that are left out.
    let inputs: [ONNXValue?]
    /// Version of the operators.
    let opset: Int

    // MARK: - Inputs

    func hasInput(_ index: Int) -> Bool { inputs.indices.contains(index) && inputs[index] != nil }

    func value(_ index: Int) throws(ONNXProblem) -> ONNXValue {
        guard hasInput(index), let value = inputs[index] else { throw ONNXProblem("input \(index + 1) is missing") }
        return value
    }

    func activation(_ index: Int) throws(ONNXProblem) -> ONNXActivation {
        guard case .activation(let activation) = try value(index) else {
            throw ONNXProblem("input \(index + 1) is a constant")
        }
        return activation
    }

    /// An input of the shape `[batch, channels, height, width]`.
    func maps(_ index: Int) throws(ONNXProblem) -> ONNXActivation {
        let activation = try activation(index)
        guard activation.shape.count == 3, activation.view == .same else {
            throw ONNXProblem(
                "its input has the axes \(activation.shape(batch: 1)), not [batch, channels, height, width]")
        }
        return activation
    }

    func constant(_ index: Int) throws(ONNXProblem) -> ONNXConstant {
        guard case .constant(let constant) = try value(index) else {
            throw ONNXProblem("input \(index + 1) is computed from the image, not stored in the file")
        }
        return constant
    }

    /// A constant of a given shape.
    func constant(_ index: Int, shape: [Int]) throws(ONNXProblem) -> ONNXConstant {
        let constant = try constant(index)
        guard constant.shape == shape else {
            throw ONNXProblem("'\(constant.name)' has the shape \(constant.shape), not \(shape)")
        }
        return constant
    }

    /// The whole numbers of an input.
    func integers(_ index: Int) throws(ONNXProblem) -> [Int] {
        let constant = try constant(index)
        guard let integers = constant.integers else {
            throw ONNXProblem("'\(constant.name)' is no short list of whole numbers")
        }
        return integers
    }

    // MARK: - Attributes

    func integer(_ name: String, default fallback: Int) throws(ONNXProblem) -> Int {
        try attribute(name) { attribute throws(ForeignFileError) in try attribute.integer } ?? fallback
    }

    /// A finite number.
    func number(_ name: String, default fallback: Float) throws(ONNXProblem) -> Float {
        let number = try attribute(name) { attribute throws(ForeignFileError) in try attribute.float } ?? fallback
        guard number.isFinite else { throw ONNXProblem("'\(name)' is \(number)") }
        return number
    }

    func text(_ name: String) throws(ONNXProblem) -> String? {
        try attribute(name) { attribute throws(ForeignFileError) in try attribute.text }
    }

    func integers(_ name: String) throws(ONNXProblem) -> [Int]? {
        try attribute(name) { attribute throws(ForeignFileError) in try attribute.integers }
    }

    /// A list of `count` sizes; none that fits a picture is larger than 2²⁰.
    func sizes(_ name: String, count: Int, minimum: Int = 0) throws(ONNXProblem) -> [Int]? {
        guard let sizes = try integers(name) else { return nil }
        guard sizes.count == count, sizes.allSatisfy({ minimum...1 << 20 ~= $0 }) else {
            throw ONNXProblem("'\(name)' is \(sizes), not \(count) numbers from \(minimum) on")
        }
        return sizes
    }

    /// Axes, of which the newer versions of an operator make an input.
    func axes(input: Int) throws(ONNXProblem) -> [Int]? {
        if let axes = try integers("axes") { return axes }
        return hasInput(input) ? try integers(input) : nil
    }

    private func attribute<Result>(
        _ name: String, _ read: (ONNXAttribute) throws(ForeignFileError) -> Result?
    ) throws(ONNXProblem) -> Result? {
        guard let attribute = node.attributes[name] else { return nil }
        do { return try read(attribute) } catch { throw ONNXProblem("'\(name)': \(error.what)") }
    }
}

/// A position among `rank` axes; negative ones count from the end.
func axis(_ axis: Int, of rank: Int) throws(ONNXProblem) -> Int {
    guard -rank..<rank ~= axis else { throw ONNXProblem("there is no axis \(axis) among \(rank)") }
    return axis < 0 ? axis + rank : axis
}
