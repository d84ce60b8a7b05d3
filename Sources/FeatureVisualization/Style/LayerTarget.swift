import Tensors

/// What a layer's activations shall come near to: weight · mean of (x − target)² / mean of target².
///
/// Divided by the target's own size, a layer counts by its weight and not by how strongly it answers, which differs a
/// hundredfold between layers, networks and the ways in which pixels are prepared.
struct LayerTarget: Sendable {
    enum Kind: Sendable {
        /// The activations themselves.
        case content
        /// Their Gram matrix.
        case style
    }

    let kind: Kind
    let weight: Double
    private let target: Tensor
    /// Mean of the target's squares; 1 for a layer that says nothing at all.
    private let size: Double

    /// - Parameter activation: of the image that is to be resembled, without the batch axis.
    init(_ kind: Kind, weight: Double, activation: Tensor) {
        (self.kind, self.weight) = (kind, weight)
        target = kind == .content ? activation : GramMatrix.of(activation)
        let square = target.norm * target.norm / Double(target.count)
        size = square > 0 ? square : 1
    }

    /// The loss at an activation, and its gradient there.
    func loss(_ activation: Tensor) -> (value: Double, gradient: Tensor) {
        let difference = (kind == .content ? activation : GramMatrix.of(activation)) - target
        let scale = weight / (Double(target.count) * size)
        let gradient = difference * Float(2 * scale)
        return (
            scale * difference.norm * difference.norm,
            kind == .content ? gradient : GramMatrix.adjoint(gradient, at: activation)
        )
    }
}
