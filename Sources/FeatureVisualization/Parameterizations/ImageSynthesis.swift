import CKernels
package import Tensors

/// Parameters to an image in [0, 1], and gradients back: planes, colours, logistic function.
package struct ImageSynthesis: Sendable {
    /// `[channels, height, width]`.
    package let shape: [Int]
    private let parameterization: any ImageParameterization
    private let matrix: [Float]?

    package init(shape: [Int], settings: MaximizationSettings) {
        self.shape = shape
        parameterization =
            switch settings.parameterization {
            case .fourier: FourierParameterization(shape: shape, decay: settings.spectrumDecay)
            case .pixel: PixelParameterization(shape: shape)
            case .laplacian: LaplacianParameterization(shape: shape)
            }
        matrix = settings.color.matrix(channels: shape[0])
    }

    package var parameterShape: [Int] { parameterization.parameterShape }

    /// Parameters to start from.
    package func start(_ random: CounterRandom) -> Tensor { parameterization.start(random) }

    /// The image of the given parameters.
    package func image(_ parameters: Tensor) -> Tensor {
        let planes = Tensor(uninitialized: shape) { planes in
            parameters.withUnsafeBufferPointer { parameterization.synthesize($0, into: planes) }
        }
        return Tensor(uninitialized: shape) { pixels in
            planes.withUnsafeBufferPointer {
                ck_pixels(pixels.baseAddress, $0.baseAddress, matrix, shape[0], shape[1] * shape[2])
            }
        }
    }

    /// ∂/∂parameters from ∂/∂image at that image.
    package func gradient(_ imageGradient: Tensor, at image: Tensor) -> Tensor {
        let planes = Tensor(uninitialized: shape) { planes in
            imageGradient.withUnsafeBufferPointer { gradient in
                image.withUnsafeBufferPointer { image in
                    ck_pixels_backward(
                        planes.baseAddress, gradient.baseAddress, image.baseAddress, matrix, shape[0],
                        shape[1] * shape[2])
                }
            }
        }
        return Tensor(uninitialized: parameterShape) { parameters in
            planes.withUnsafeBufferPointer { parameterization.analyze($0, into: parameters) }
        }
    }
}
