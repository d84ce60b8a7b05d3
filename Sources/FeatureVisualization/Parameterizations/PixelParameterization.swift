import Tensors

/// One number per pixel and channel, as it is.
struct PixelParameterization: ImageParameterization {
    let parameterShape: [Int]

    /// - Parameter shape: `[channels, height, width]`.
    init(shape: [Int]) { parameterShape = shape }

    func start(_ random: CounterRandom) -> Tensor { smallNoise(random) }

    func synthesize(_ parameters: UnsafeBufferPointer<Float>, into planes: UnsafeMutableBufferPointer<Float>) {
        _ = planes.update(fromContentsOf: parameters)
    }

    func analyze(_ planes: UnsafeBufferPointer<Float>, into parameters: UnsafeMutableBufferPointer<Float>) {
        _ = parameters.update(fromContentsOf: planes)
    }
}
