import CKernels
import Glibc

/// An image enlarged and turned about its centre, sampled bilinearly, with grey around it.
struct Resampling: DrawnTransform {
    let output: [Int]
    private let turn: ck_turn

    /// - Parameter degrees: counted anticlockwise as one looks at the image.
    init(height: Int, width: Int, scale: Double, degrees: Double) {
        output = [height, width]
        let angle = degrees * .pi / 180
        turn = ck_turn(cosine: Float(cos(angle) / scale), sine: Float(sin(angle) / scale))
    }

    func apply(_ image: UnsafeBufferPointer<Float>, channels: Int, into result: UnsafeMutableBufferPointer<Float>) {
        ck_resample(result.baseAddress, image.baseAddress, turn, outsideTone, channels, output[0], output[1])
    }

    func applyAdjoint(
        _ result: UnsafeBufferPointer<Float>, channels: Int, into image: UnsafeMutableBufferPointer<Float>
    ) {
        ck_resample_adjoint(image.baseAddress, result.baseAddress, turn, channels, output[0], output[1])
    }
}
