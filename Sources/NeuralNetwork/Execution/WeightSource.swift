public import Tensors

/// Where a plan takes the values of parameters from, by full name.
public protocol WeightSource: Sendable {
    /// The row-major values of a parameter.
    func memory(of name: String) -> TensorMemory
}

extension WeightSource {
    /// Calls `body` with the row-major values of a parameter.
    func withParameter(_ name: String, _ body: (UnsafePointer<Float>) -> Void) {
        let memory = memory(of: name)
        withExtendedLifetime(memory) { body(memory.pointer) }
    }
}

extension [String: Tensor]: WeightSource {
    public func memory(of name: String) -> TensorMemory {
        guard let tensor = self[name] else { preconditionFailure("there is no parameter '\(name)'") }
        return tensor.memory
    }
}
