import ForeignFiles

extension PyTorchContainer {
    /// PyTorch 0.1: a tar archive with the files `storages`, `tensors` and `pickle`; the last refers to the others'
    /// numbers.
    static func tar(_ bytes: ForeignBytes) throws(ForeignFileError) -> PyTorchContainer {
        let archive = try TarArchive(bytes)
        func part(_ name: String) throws(ForeignFileError) -> ForeignBytes {
            guard let entry = archive.entry(named: name) else {
                throw bytes.error(
                    at: 0, "is a tar archive without '\(name)', so no PyTorch file",
                    fix: "write it with torch.save(model.state_dict(), path)")
            }
            return entry.contents
        }
        var storages = TarStorages()
        try storages.read(try part("storages"))
        let tensors = try storages.tensors(try part("tensors"), file: bytes.file)
        let pickle = try Pickle(try part("pickle"), globals: PyTorchGlobals.allowed)
        var container = PyTorchContainer(pickle: pickle, file: bytes.file, storages: [:])
        container.tensors = tensors
        return container
    }
}

/// Storages of a tar file by their numbers: the type of their numbers and where they lie.
private struct TarStorages {
    private var storages: [Int: (type: ScalarType, range: Range<Int>)] = [:]

    /// Pickles and raw numbers in turn, and at last a list of storages that are parts of others.
    mutating func read(_ bytes: ForeignBytes) throws(ForeignFileError) {
        var position = 0
        let count = try Self.pickle(bytes, &position)
        for _ in 0..<(try Self.count(count)) {
            let head = try Self.pickle(bytes, &position)
            guard let values = head.elements(head.root), values.count == 3, let key = head.integer(values[0]),
                let name = head.global(values[2]), let type = PyTorchGlobals.storages[name]
            else { throw head.error("a storage has no number, or a type that is not read") }
            let length = try bytes.integer(Int64.self, at: position)
            let (size, overflow) = Int(length).multipliedReportingOverflow(by: type.byteWidth)
            guard !overflow else { throw bytes.error(at: position, "a storage claims \(length) numbers") }
            storages[key] = (type, try bytes.part(at: position + 8, count: size, "a storage").range)
            position += 8 + size
        }
        let views = try Self.pickle(bytes, &position)
        for view in views.elements(views.root) ?? [] {
            let numbers = (views.elements(view) ?? []).compactMap(views.integer)
            guard numbers.count == 4, let root = storages[numbers[1]], case let width = root.type.byteWidth,
                (0...root.range.count / width).contains(numbers[2]),
                (0...root.range.count / width - numbers[2]).contains(numbers[3])
            else { throw views.error("a storage claims to be part of another, but does not fit") }
            let start = root.range.lowerBound + numbers[2] * width
            storages[numbers[0]] = (root.type, start..<start + numbers[3] * width)
        }
    }

    /// A pickle and raw numbers for each tensor: rank, four bytes of nothing, lengths, strides, offset.
    func tensors(_ bytes: ForeignBytes, file: MappedFile) throws(ForeignFileError) -> [Int: RebuiltTensor] {
        var position = 0
        var tensors: [Int: RebuiltTensor] = [:]
        for _ in 0..<(try Self.count(try Self.pickle(bytes, &position))) {
            let head = try Self.pickle(bytes, &position)
            guard let values = head.elements(head.root), values.count == 3, let key = head.integer(values[0]),
                let storage = head.integer(values[1]).flatMap({ storages[$0] })
            else { throw head.error("a tensor has no number or storage") }
            let rank = Int(try bytes.integer(Int32.self, at: position))
            guard (0...32).contains(rank) else { throw bytes.error(at: position, "a tensor claims \(rank) axes") }
            var numbers: [Int] = []
            for index in 0...2 * rank {
                numbers.append(Int(try bytes.integer(Int64.self, at: position + 8 + index * 8)))
            }
            position += 8 + numbers.count * 8
            do {
                tensors[key] = .view(
                    try TensorView(
                        type: storage.type, shape: Array(numbers[..<rank]), strides: Array(numbers[rank..<2 * rank]),
                        offset: numbers[2 * rank], storage: storage.range, file: file))
            } catch {
                throw head.error("a tensor \(error.what)")
            }
        }
        return tensors
    }

    private static func pickle(_ bytes: ForeignBytes, _ position: inout Int) throws(ForeignFileError) -> Pickle {
        let rest = try bytes.part(at: position, count: bytes.count - position, "a pickle")
        let pickle = try Pickle(rest, globals: PyTorchGlobals.allowed)
        position += pickle.byteCount
        return pickle
    }

    private static func count(_ pickle: Pickle) throws(ForeignFileError) -> Int {
        guard let count = pickle.integer(pickle.root), count >= 0 else { throw pickle.error("a count was due") }
        return count
    }
}
