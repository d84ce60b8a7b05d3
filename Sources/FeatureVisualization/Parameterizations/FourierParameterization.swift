import CKernels
import Glibc
package import Tensors

/// Planes as sums of waves whose strengths are optimised, low frequencies weighted up by 1/frequency.
///
/// Parameters are `[channels, 2, height, ⌊width/2⌋ + 1]`: real and imaginary parts of the half spectrum that numpy's
/// `rfft2` gives, divided by the weights. Planes are `irfft2(weight · spectrum) / 4` with
/// `weight = √(width · height) / max(frequency, 1 / max(width, height))^decay`.
///
/// Adam moves all parameters by about the same amount, so the weights say how fast which frequencies change; with
/// pixels as parameters all frequencies change alike and images turn to noise.
/// Source: Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017; weights as in lucid.
///
/// - Complexity: O(height · width · log) per plane for sizes of small prime factors.
package struct FourierParameterization: ImageParameterization {
    package let parameterShape: [Int]
    private let channels: Int
    private let height: Int
    private let width: Int
    /// Weight over 4 · height · width, `[height, half]`.
    private let synthesisScale: [Float]
    /// The same, times how often a column of the half spectrum occurs in the whole one.
    private let analysisScale: [Float]
    private let columnRoots: [Float]
    private let rowRoots: [Float]

    private var half: Int { width / 2 + 1 }

    /// - Parameter shape: `[channels, height, width]`.
    package init(shape: [Int], decay: Double) {
        (channels, height, width) = (shape[0], shape[1], shape[2])
        parameterShape = [shape[0], 2, shape[1], shape[2] / 2 + 1]
        let weights = Self.weights(height: shape[1], width: shape[2], decay: decay)
        let (width, half) = (shape[2], shape[2] / 2 + 1)
        let share = 1 / (4 * Double(shape[1] * shape[2]))
        synthesisScale = weights.map { Float($0 * share) }
        analysisScale = weights.enumerated().map { index, weight in
            let column = index % half
            return Float(weight * share * (column == 0 || 2 * column == width ? 1 : 2))
        }
        columnRoots = Self.roots(of: shape[1])
        rowRoots = Self.roots(of: shape[2])
    }

    /// Weights of the half spectrum, `[height, ⌊width/2⌋ + 1]`.
    package static func weights(height: Int, width: Int, decay: Double) -> [Double] {
        let lowest = 1 / Double(max(height, width))
        let size = Double(width * height).squareRoot()
        return (0..<height).flatMap { row in
            (0...width / 2).map { column in
                let vertical = Double(2 * row < height ? row : row - height) / Double(height)
                let horizontal = Double(column) / Double(width)
                return size / pow(max(hypot(vertical, horizontal), lowest), decay)
            }
        }
    }

    package func start(_ random: CounterRandom) -> Tensor { smallNoise(random) }

    package func synthesize(_ parameters: UnsafeBufferPointer<Float>, into planes: UnsafeMutableBufferPointer<Float>) {
        withWork { spectrum, work in
            let count = height * half
            for channel in 0..<channels {
                let source = parameters.baseAddress! + channel * 2 * count
                for part in 0..<2 {
                    ck_scale_by(spectrum + part * count, source + part * count, synthesisScale, count)
                }
                ck_fourier(spectrum, spectrum + count, work, columnRoots, height, half, 1)
                ck_rows_from_spectrum(
                    planes.baseAddress! + channel * height * width, spectrum, spectrum + count, work, rowRoots, height,
                    width)
            }
        }
    }

    package func analyze(_ planes: UnsafeBufferPointer<Float>, into parameters: UnsafeMutableBufferPointer<Float>) {
        withWork { spectrum, work in
            let count = height * half
            for channel in 0..<channels {
                ck_spectrum_of_rows(
                    spectrum, spectrum + count, planes.baseAddress! + channel * height * width, work, rowRoots, height,
                    width)
                ck_fourier(spectrum, spectrum + count, work, columnRoots, height, half, 0)
                let target = parameters.baseAddress! + channel * 2 * count
                for part in 0..<2 {
                    ck_scale_by(target + part * count, spectrum + part * count, analysisScale, count)
                }
            }
        }
    }

    /// Memory for one plane's spectrum, and for the transforms.
    private func withWork(_ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void) {
        let spectrumCount = 2 * height * half
        let workCount = max(spectrumCount, 4 * width * ((height + 1) / 2))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: spectrumCount + workCount) { memory in
            body(memory.baseAddress!, memory.baseAddress! + spectrumCount)
        }
    }

    /// cos(2πj/n), then sin(2πj/n).
    private static func roots(of count: Int) -> [Float] {
        let angles = (0..<count).map { 2 * Double.pi * Double($0) / Double(count) }
        return angles.map { Float(cos($0)) } + angles.map { Float(sin($0)) }
    }
}
