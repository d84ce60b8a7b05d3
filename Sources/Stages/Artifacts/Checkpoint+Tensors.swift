import Pipeline
import Tensors

extension Checkpoint {
    /// Puts a tensor in, without copying it.
    mutating func set(_ name: String, _ tensor: Tensor) {
        set(name + ".shape", tensor.shape)
        setBytes(name, count: tensor.count * MemoryLayout<Float>.stride) { body in
            try tensor.withUnsafeBufferPointer { try body(UnsafeRawBufferPointer($0)) }
        }
    }

    /// The tensor of a name; `nil` where there is none.
    func tensor(_ name: String) -> Tensor? {
        guard let shape = array(name + ".shape", of: Int.self), let scalars = array(name, of: Float.self),
            shape.allSatisfy({ $0 >= 0 }), shape.elementCount == scalars.count
        else { return nil }
        return Tensor(shape: shape, scalars)
    }

    /// Puts tensors in under a prefix.
    mutating func set(_ tensors: [String: Tensor], under prefix: String) {
        for (name, tensor) in tensors { set(prefix + name, tensor) }
    }

    /// All tensors under a prefix, by their names without it; `nil` where one is not whole.
    func tensors(under prefix: String) -> [String: Tensor]? {
        var result: [String: Tensor] = [:]
        let known = Set(names)
        for name in known where name.hasPrefix(prefix) && known.contains(name + ".shape") {
            guard let tensor = tensor(name) else { return nil }
            result[String(name.dropFirst(prefix.count))] = tensor
        }
        return result
    }
}
