public import Tensors

/// Where a plan takes the values of parameters from, by full name.
public protocol WeightSource: Sendable {
    /// Calls `body` with the row-major values of a parameter.
    func withParameter(_ name: String, _ body: (UnsafePointer<Float>) -> Void)
}

extension [String: Tensor]: WeightSource {
    public func withParameter(_ name: String, _ body: (UnsafePointer<Float>) -> Void) {
        guard let tensor = self[name] else { preconditionFailure("there is no parameter '\(name)'") }
        tensor.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
