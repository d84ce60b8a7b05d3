import ForeignFiles
import Tensors

/// How the axes of a variable of Keras, channels last, become those of a parameter here, channels first.
enum KerasAxes: Sendable {
    case same
    /// `[height, width, in, out]` to `[out, in, height, width]`.
    case convolution
    /// `[height, width, in, multiplier]` to `[in · multiplier, 1, height, width]`.
    case depthwise
    /// `[in, out]` to `[out, in]`.
    case dense

    init(role: String, rank: Int) {
        self =
            switch (role, rank) {
            case ("depthwise_kernel", 4): .depthwise
            case (_, 4): .convolution
            case ("kernel", 2): .dense
            default: .same
            }
    }

    /// How many axes the variable has; `nil` where that is open.
    var rank: Int? {
        switch self {
        case .same: nil
        case .convolution, .depthwise: 4
        case .dense: 2
        }
    }

    /// The shape of the parameter.
    func shape(of shape: [Int]) -> [Int] {
        switch self {
        case .same: shape
        case .convolution: [shape[3], shape[2], shape[0], shape[1]]
        case .depthwise: [shape[2] * shape[3], 1, shape[0], shape[1]]
        case .dense: [shape[1], shape[0]]
        }
    }

    /// Reads a variable as the parameter.
    func tensor(of dataset: HDF5Dataset) throws(ModelFileError) -> Tensor {
        let numbers: [Float]
        do { numbers = try dataset.floats() } catch { throw ModelFileError(error) }
        let shape = dataset.shape
        let order: [Int]
        switch self {
        case .same: return Tensor(shape: shape, numbers)
        case .convolution: order = [3, 2, 0, 1]
        case .depthwise: order = [2, 3, 0, 1]
        case .dense: order = [1, 0]
        }
        return numbers.withUnsafeBufferPointer { Tensor($0, of: shape, transposed: order) }
            .reshaped(to: self.shape(of: shape))
    }
}
