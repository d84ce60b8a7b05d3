import Tensors

/// How the channels of a layer go together, wherever in the image: the texture without the places.
///
/// G = A Aᵀ / (C · H · W) for activations A, `[channels, height · width]`. Its size does not depend on the image's.
/// Source: Gatys, Ecker & Bethge, "Image style transfer using convolutional neural networks", CVPR 2016; divided as in
/// neural-style.
enum GramMatrix {
    /// - Parameter maps: `[channels, height, width]`.
    static func of(_ maps: Tensor) -> Tensor {
        let flat = maps.reshaped(to: [maps.shape[0], maps.rowCount])
        return Tensor.product(flat, transposed: false, flat, transposed: true) * (1 / Float(maps.count))
    }

    /// ∂/∂maps from ∂/∂G, which is symmetric.
    static func adjoint(_ gradient: Tensor, at maps: Tensor) -> Tensor {
        let flat = maps.reshaped(to: [maps.shape[0], maps.rowCount])
        return (Tensor.product(gradient, flat) * (2 / Float(maps.count))).reshaped(to: maps.shape)
    }
}
