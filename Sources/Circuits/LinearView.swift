import NeuralNetwork
import Synchronization
import Tensors

/// From where a unit looks back at an earlier layer: the size of the image, the unit's position in its map, and the
/// part of the earlier layer's map that it sees.
struct LinearView {
    let imageShape: [Int]
    /// Row-major, in the middle of the unit's map; 0 in a vector.
    let position: Int
    let rows: Range<Int>
    let columns: Range<Int>
    /// Whether the unit would see more than there is.
    let isCutOff: Bool

    /// Images are enlarged up to so many times to make room, and while all layers' maps together have at most so many
    /// numbers (2 GiB).
    private static let largestFactor = 8
    private static let mostNumbers = 1 << 29

    /// Takes the network's own image size, or the least multiple whose maps have room for all that the unit sees; its
    /// own where none has.
    init(_ path: LinearizedPath) {
        let native = path.network.inputShape
        let own = Self(path, path.network)
        var chosen = own
        var factor = 2
        while chosen.isCutOff, factor <= Self.largestFactor {
            let shape = [native[0], factor * native[1], factor * native[2]]
            guard let larger = try? path.network.withInput(shape: shape),
                larger.shapes.reduce(0, { $0 + $1.elementCount }) <= Self.mostNumbers
            else { break }
            chosen = Self(path, larger)
            factor += 1
        }
        self = chosen.isCutOff ? own : chosen
    }

    private init(_ path: LinearizedPath, _ network: Network) {
        let shape = network.shapes[path.target]
        let map =
            switch path.origin {
            case .networkInput: network.inputShape
            case .node(let index): network.shapes[index]
            }
        let field = network.receptiveFields(in: path.origin)[path.target]!
        let place = shape.count == 3 ? [shape[1] / 2, shape[2] / 2] : [0, 0]
        let axes = (0..<2).map { axis -> (seen: Range<Int>, isCutOff: Bool) in
            let length = map[1 + axis]
            guard let size = field.size?[axis] else { return (0..<length, false) }
            let first = field.start[axis] + place[axis] * field.stride[axis]
            let seen = (first..<first + size).clamped(to: 0..<length)
            return (seen, seen.count < size)
        }
        imageShape = network.inputShape
        position = shape.count == 3 ? place[0] * shape[2] + place[1] : 0
        (rows, columns) = (axes[0].seen, axes[1].seen)
        isCutOff = axes.contains { $0.isCutOff }
    }

    /// The gradient of a unit with respect to the earlier layer on an image of zeros, `[channels, height, width]`.
    func gradient(_ path: LinearizedPath, _ model: Model, channel: Int) throws -> Tensor {
        // Pixels are the network's input itself here, so that zeros mean zeros.
        let linear = try Model(network: path.network, weights: model.weights, input: .unit)
        var request = PlanRequest(batch: 1)
        request.inputShape = imageShape
        request.seeds = [path.target]
        request.algorithm = .direct
        let shape: [Int]
        switch path.origin {
        case .networkInput:
            request.inputGradient = true
            shape = imageShape
        case .node(let index):
            request.gradients = [index]
            shape = path.network.shape(of: index, inputShape: imageShape)
        }
        let positions = path.network.shape(of: path.target, inputShape: imageShape).dropFirst().reduce(1, *)
        let result = Mutex(Tensor(shape: shape))
        try NetworkRunner(linear, request, threads: 1).run(1) { _, pixels in
            pixels.update(repeating: 0)
        } handler: { _, tap, values in
            switch tap {
            case .seed: values[channel * positions + position] = 1
            case .gradient, .inputGradient:
                let gradient = Tensor(uninitialized: shape) { _ = $0.update(fromContentsOf: values[..<$0.count]) }
                result.withLock { $0 = gradient }
            case .activation: break
            }
        }
        return result.withLock { $0 }
    }

    /// What the unit sees of a map `[height, width]`.
    func cut(from map: Tensor) -> Tensor {
        Tensor(uninitialized: [rows.count, columns.count]) { target in
            for (index, row) in rows.enumerated() {
                for (place, column) in columns.enumerated() {
                    target[index * columns.count + place] = map[row, column]
                }
            }
        }
    }
}
