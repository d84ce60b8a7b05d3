package import Tensors

/// A linear map from the numbers that are optimised to raw planes `[channels, height, width]`.
package protocol ImageParameterization: Sendable {
    /// Shape of the parameters.
    var parameterShape: [Int] { get }

    /// Parameters to start from.
    func start(_ random: CounterRandom) -> Tensor

    /// Writes the planes that belong to the parameters.
    func synthesize(_ parameters: UnsafeBufferPointer<Float>, into planes: UnsafeMutableBufferPointer<Float>)

    /// Writes ∂/∂parameters, given ∂/∂planes: the adjoint of `synthesize`.
    func analyze(_ planes: UnsafeBufferPointer<Float>, into parameters: UnsafeMutableBufferPointer<Float>)
}

extension ImageParameterization {
    /// Normal numbers of small deviation: images that are all but grey.
    func smallNoise(_ random: CounterRandom) -> Tensor {
        let deviation: Float = 0.01
        return Tensor(uninitialized: parameterShape) { values in
            for index in values.indices { values[index] = deviation * random.normal(index) }
        }
    }
}
