import NeuralNetwork
import Tensors

/// All tensors of a network one after the other, where several threads may write parts of their own.
///
/// `@unchecked Sendable`: written only by `ParameterUpdate`, in slices that do not overlap, and between steps by the trainer.
final class ParameterMemory: WeightSource, @unchecked Sendable {
    /// A tensor's place.
    struct Entry: Sendable {
        let name: String
        let shape: [Int]
        let offset: Int
        var count: Int { shape.elementCount }
    }

    let entries: [Entry]
    let base: UnsafeMutablePointer<Float>
    private let byName: [String: Int]

    /// Memory for all parameters of a network, holding zeros.
    init(_ network: Network) {
        var entries: [Entry] = []
        var end = 0
        for (name, _, specification) in network.parameters {
            entries.append(Entry(name: name, shape: specification.shape, offset: end))
            end += (specification.shape.elementCount + 15) / 16 * 16
        }
        self.entries = entries
        byName = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
        base = UnsafeMutableRawPointer.allocate(byteCount: max(end, 1) * 4, alignment: 64)
            .bindMemory(to: Float.self, capacity: end)
        base.initialize(repeating: 0, count: end)
    }

    deinit { base.deallocate() }

    func entry(_ name: String) -> Entry { entries[byName[name]!] }

    func memory(of name: String) -> TensorMemory {
        TensorMemory(pointer: UnsafePointer(base + entry(name).offset), owner: self)
    }

    /// Copies of all tensors under a prefix.
    func tensors(prefix: String = "") -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for entry in entries {
            result[prefix + entry.name] = Tensor(uninitialized: entry.shape) {
                $0.baseAddress!.update(from: base + entry.offset, count: entry.count)
            }
        }
        return result
    }

    /// Takes the values of all tensors from those under a prefix.
    func load(_ tensors: [String: Tensor], prefix: String = "") throws(TrainingError) {
        for entry in entries {
            guard let tensor = tensors[prefix + entry.name] else { throw .stateLacks(tensor: prefix + entry.name) }
            guard tensor.shape == entry.shape else {
                throw .stateHasOtherShape(tensor: prefix + entry.name, expected: entry.shape, found: tensor.shape)
            }
            tensor.withUnsafeBufferPointer { (base + entry.offset).update(from: $0.baseAddress!, count: $0.count) }
        }
    }
}
