import ForeignFiles

/// A tensor that a pickle asks PyTorch to rebuild.
enum RebuiltTensor: Sendable {
    case view(TensorView)
    /// Of a kind that is listed, but not read: `sparse`, `torch.ComplexFloatStorage`. The shape is empty where the file
    /// does not say it.
    case unreadable(kind: String, shape: [Int])
}

/// A storage as a pickle names it.
struct StorageIdentifier {
    /// `nil` where its numbers are of a type that is not read.
    let type: ScalarType?
    let typeName: String
    /// Bytes of one number.
    let width: Int
    /// The storage in the file that this is, or is a part of.
    let root: String
    /// Elements of the root before the first.
    let offset: Int
    let count: Int

    /// `('storage', type, key, location, count)`, and in the older format what part of another storage it is. The
    /// location, `cuda:0` for example, is where the tensor was and does not matter.
    init(_ identifier: PickleValue, in pickle: Pickle) throws(ForeignFileError) {
        guard let values = pickle.elements(identifier), values.count >= 5, pickle.text(values[0]) == "storage",
            let typeName = pickle.global(values[1]),
            let width = PyTorchGlobals.storages[typeName]?.byteWidth ?? PyTorchGlobals.unsupportedStorages[typeName],
            let key = pickle.text(values[2]), let count = pickle.integer(values[4]), count >= 0
        else {
            throw pickle.error(
                "refers to something that is no storage of numbers",
                fix: "save the weights alone: torch.save(model.state_dict(), 'weights.pth')")
        }
        type = PyTorchGlobals.storages[typeName]
        self.typeName = typeName
        self.width = width
        guard values.count > 5, let part = pickle.elements(values[5]) else {
            (root, offset, self.count) = (key, 0, count)
            return
        }
        guard part.count == 3, let offset = pickle.integer(part[1]), offset >= 0,
            let size = pickle.integer(part[2]), size >= 0
        else { throw pickle.error("storage '\(key)' does not say which part of another it is") }
        (root, self.offset, self.count) = (key, offset, size)
    }
}

extension PyTorchContainer {
    /// The tensor that a value stands for; `nil` when it is none.
    /// - Parameter name: the tensor's, for errors.
    func tensor(_ value: PickleValue, name: String) throws(ForeignFileError) -> RebuiltTensor? {
        if let identifier = pickle.persistentIdentifier(value) {
            return (pickle.integer(identifier) ?? pickle.text(identifier).flatMap { Int($0) }).flatMap { tensors[$0] }
        }
        guard let call = pickle.call(value) else { return nil }
        var (function, arguments) = (call.global, call.arguments)
        // Wrappers around the function that rebuilds the tensor; more than a few are no tensor.
        for _ in 0..<4 {
            if let (kind, place) = PyTorchGlobals.unsupported[function] {
                return .unreadable(kind: kind, shape: shape(at: place, in: arguments))
            }
            switch function {
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
                guard let inner = arguments.first, let call = pickle.call(inner) else { return nil }
                (function, arguments) = (call.global, call.arguments)
            case "torch._tensor._rebuild_from_type_v2":
                guard arguments.count > 2, let inner = pickle.global(arguments[0]) else { return nil }
                (function, arguments) = (inner, pickle.elements(arguments[2]) ?? [])
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3":
                return try rebuilt(arguments, type: function.hasSuffix("v3"), name: name)
            default: return nil
            }
        }
        return nil
    }

    /// `(storage, offset, lengths, strides, …)`, in version 3 with the type as the seventh.
    private func rebuilt(
        _ arguments: [PickleValue], type isTyped: Bool, name: String
    ) throws(ForeignFileError) -> RebuiltTensor {
        guard arguments.count >= 4, let identifier = pickle.persistentIdentifier(arguments[0]),
            let offset = pickle.integer(arguments[1]), let shape = integers(arguments[2]),
            let strides = integers(arguments[3])
        else { throw pickle.error("tensor '\(name)' has no storage, offset, shape or strides") }
        let storage = try StorageIdentifier(identifier, in: pickle)
        var (type, typeName) = (storage.type, storage.typeName)
        if isTyped {
            typeName = arguments.count > 6 ? pickle.global(arguments[6]) ?? "?" : "?"
            type = ScalarType(rawValue: String(typeName.dropFirst("torch.".count)))
        }
        guard let type, let width = storage.type?.byteWidth else { return .unreadable(kind: typeName, shape: shape) }
        // What PyTorch would still have to do to the numbers: `{'neg': True}`.
        let metadata = isTyped ? 7 : 6
        if arguments.count > metadata, pickle.pairs(arguments[metadata], atMost: 1)?.isEmpty == false {
            return .unreadable(kind: "lazy view", shape: shape)
        }
        guard let range = storages[storage.root] else {
            throw pickle.error("tensor '\(name)' lies in storage '\(storage.root)', which the file does not have")
        }
        let available = range.count / width
        guard storage.offset <= available, storage.count <= available - storage.offset else {
            throw pickle.error(
                "tensor '\(name)' lies in a storage that claims \(storage.count) numbers, but has \(available)")
        }
        let start = range.lowerBound + storage.offset * width
        do {
            return .view(
                try TensorView(
                    type: type, shape: shape, strides: strides, offset: offset,
                    storage: start..<start + storage.count * width, file: file))
        } catch {
            throw pickle.error("tensor '\(name)' \(error.what)")
        }
    }

    /// The shape that an argument is, given its position and, in tuples, those below; empty where it is none.
    private func shape(at place: [Int], in arguments: [PickleValue]) -> [Int] {
        var members = arguments
        for index in place.dropLast() {
            guard index < members.count, let inner = pickle.elements(members[index]) else { return [] }
            members = inner
        }
        guard let last = place.last, last < members.count else { return [] }
        return integers(members[last]).flatMap { $0.allSatisfy { $0 >= 0 } ? $0 : nil } ?? []
    }

    /// Whole numbers of a tuple, list or `torch.Size`.
    private func integers(_ value: PickleValue) -> [Int]? {
        var value = value
        if let call = pickle.call(value), call.global == "torch.Size", let inner = call.arguments.first {
            value = inner
        }
        // The list may be shared by any number of tensors.
        guard let elements = pickle.elements(value), elements.count <= TensorView.mostAxes else { return nil }
        let numbers = elements.compactMap(pickle.integer)
        return numbers.count == elements.count ? numbers : nil
    }
}
