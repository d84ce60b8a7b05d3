import ForeignFiles

/// What a saved object holds, flattened: its tensors and other values, each with the keys that lead to it.
struct CheckpointTree: Sendable {
    struct Leaf: Sendable {
        let keys: [String]
        let tensor: RebuiltTensor
    }

    private(set) var tensors: [Leaf] = []
    /// Values of the outermost dictionary that hold no tensors, in a few words.
    private(set) var others: [(key: String, text: String)] = []
    /// Where a whole module lies and its class, if there is one.
    private(set) var module: (key: String, global: String)?

    /// Nobody nests checkpoints so deep.
    private static let deepest = 32

    /// Nobody has longer keys.
    private static let longestKey = 1000

    /// Visits every container once, so shared and cyclic ones cost no more than others. Names are joined for every
    /// tensor, so all of them together are held to four times the file's size and 16 MiB.
    init(_ container: PyTorchContainer) throws(ForeignFileError) {
        let pickle = container.pickle
        var visited: Set<PickleValue> = []
        var pending: [(keys: [String], value: PickleValue)] = [([], pickle.root)]
        // Containers may be made of one list that they share.
        var visits = 1 << 21
        var room = 16 << 20 + 4 * container.file.count
        while let (keys, value) = pending.popLast() {
            let name = keys.joined(separator: ".")
            room -= name.utf8.count
            guard room >= 0 else {
                throw pickle.error(
                    "the names of its tensors are longer than the file", fix: "give the modules shorter names")
            }
            if let tensor = try container.tensor(value, name: name) {
                tensors.append(Leaf(keys: keys, tensor: tensor))
                continue
            }
            guard visited.insert(value).inserted else { continue }
            if module == nil, let call = pickle.call(value), call.global.hasPrefix("torch.nn.modules.") {
                module = (name, call.global)
            }
            let members = Self.children(of: value, pickle)
            visits -= members.count
            guard visits >= 0 else { throw pickle.error("holds millions of values in lists that share them") }
            let children = members.filter { Self.canHoldTensors($0.value) }
            if let long = children.first(where: { $0.key.utf8.count > Self.longestKey }) {
                throw pickle.error(
                    "a key has \(long.key.utf8.count) bytes, more than \(Self.longestKey): '\(long.key.prefix(40))…'",
                    fix: "give the modules shorter names")
            }
            guard children.isEmpty || keys.count < Self.deepest else {
                throw pickle.error(
                    "the saved object is nested deeper than \(Self.deepest) levels",
                    fix: "save the weights alone: torch.save(model.state_dict(), 'weights.pth')")
            }
            // The last pushed comes out first.
            for (key, child) in children.reversed() { pending.append((keys + [key], child)) }
        }
        let holders = Set(tensors.compactMap(\.keys.first))
        guard pickle.pairs(pickle.root) != nil else { return }
        others = Self.children(of: pickle.root, pickle).filter { !holders.contains($0.key) }
            .map { ($0.key, PickleWords.text($0.value, of: pickle)) }
    }

    private static func canHoldTensors(_ value: PickleValue) -> Bool {
        switch value {
        case .dictionary, .list, .tuple, .call, .persistent: true
        default: false
        }
    }

    /// Values of a dictionary by their keys, or of a list by their positions. Of equal keys the last counts.
    private static func children(of value: PickleValue, _ pickle: Pickle) -> [(key: String, value: PickleValue)] {
        guard let pairs = pickle.pairs(value) else {
            return pickle.elements(value)?.enumerated().map { (String($0.offset), $0.element) } ?? []
        }
        var children: [(key: String, value: PickleValue)] = []
        var places: [String: Int] = [:]
        for (key, value) in pairs {
            guard let key = pickle.text(key) ?? pickle.integer(key).map(String.init) else { continue }
            if let place = places[key] {
                children[place].value = value
            } else {
                places[key] = children.count
                children.append((key, value))
            }
        }
        return children
    }
}
