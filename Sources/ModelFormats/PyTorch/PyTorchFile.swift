package import ForeignFiles
public import Tensors

/// A file that `torch.save` wrote: a `state_dict`, or a checkpoint with one inside.
///
/// Opening reads the pickle and no numbers; a tensor's bytes are read when it is asked for. Files of PyTorch 0.1 (tar),
/// up to 1.5 and since 1.6 (zip) are read; nothing in them is ever run (see `PyTorchGlobals` for what they may name).
///
/// *Which dictionary is the weights.* Beginning with the saved object: (1) if one of its dictionaries that hold tensors
/// has a usual name, the first of `usualNames` is taken, and looked into in the same way; (2) otherwise, if it holds
/// tensors itself, it is taken; (3) otherwise, if but one of its members other than those of optimizers holds tensors,
/// that is taken, and looked into in the same way; (4) otherwise it is taken with all below it. Names are the keys
/// below the one taken, joined by dots. Tensors elsewhere have their whole path for a name, `ema.conv1.weight`.
public struct PyTorchFile: WeightFile {
    public let path: String
    /// The weights, by the rule above, in the order of the file.
    public let weights: [WeightEntry]
    /// Tensors elsewhere in the file, such as an optimizer's, by their whole path.
    public let otherTensors: [WeightEntry]
    /// Keys of the dictionary that was taken, joined by dots; empty for the whole object.
    public let part: String
    /// Members of the saved object without tensors, and their values in a few words.
    public let values: [(key: String, text: String)]
    private let tensors: [String: RebuiltTensor]

    /// Keys under which programs keep weights, the most usual first.
    public static let usualNames = [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "net_state_dict", "module",
        "weights", "params", "parameters", "generator", "encoder", "backbone", "params_ema", "state_dict_ema",
        "model_ema", "ema_state_dict", "ema",
    ]

    /// Whether an archive is of the newest format.
    static func isPyTorch(_ archive: ZipArchive) -> Bool {
        archive.entries.contains { $0.name.hasSuffix("/data.pkl") }
    }

    /// Whether bytes begin as one of the two older formats does.
    static func isPyTorch(_ bytes: ForeignBytes) -> Bool {
        let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        // Behind the protocol and, from protocol 4 on, a frame.
        return bytes.hasBytes([0x80]) && (bytes.hasBytes(magic, at: 2) || bytes.hasBytes(magic, at: 11))
            || TarArchive.isTar(bytes)
    }

    /// Opens a file.
    /// - Throws: `ModelFileError` when it is damaged, asks to run code, or holds no tensors.
    public init(path: String) throws(ModelFileError) {
        do {
            try self.init(try MappedFile(path: path).bytes)
        } catch {
            throw ModelFileError(error)
        }
    }

    /// Reads a file's bytes, as `init(path:)` does.
    package init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        path = bytes.file.path
        let container = try PyTorchContainer(bytes)
        let tree = try CheckpointTree(container)
        guard !tree.tensors.isEmpty else { throw Self.nothing(in: tree, container) }
        let chosen = Self.choice(in: tree.tensors.map(\.keys))
        var (weights, others): ([WeightEntry], [WeightEntry]) = ([], [])
        var tensors: [String: RebuiltTensor] = [:]
        for leaf in tree.tensors {
            let isChosen = leaf.keys.starts(with: chosen)
            let name =
                leaf.keys.isEmpty ? "tensor" : leaf.keys.dropFirst(isChosen ? chosen.count : 0).joined(separator: ".")
            guard tensors.updateValue(leaf.tensor, forKey: name) == nil else {
                throw container.pickle.error(
                    "two tensors are called '\(name)'", fix: "save one state_dict alone, without the other")
            }
            let entry = WeightEntry(name: name, type: leaf.tensor.typeName, shape: leaf.tensor.shape)
            if isChosen { weights.append(entry) } else { others.append(entry) }
        }
        self.weights = weights
        otherTensors = others
        part = chosen.joined(separator: ".")
        values = tree.others
        self.tensors = tensors
    }

    public func tensor(_ name: String) throws(ModelFileError) -> Tensor {
        let view = try view(of: name)
        do { return try view.tensor() } catch { throw ModelFileError(error) }
    }

    public func stored(_ name: String) throws(ModelFileError) -> StoredTensor {
        StoredTensor(view: try view(of: name), path: path)
    }

    private func view(of name: String) throws(ModelFileError) -> TensorView {
        switch tensors[name] {
        case nil: throw missing(name, among: weights.map(\.name))
        case .view(let view): return view
        case .unreadable(let kind, _):
            throw ModelFileError(
                path: path, "tensor '\(name)' is of the kind '\(kind)', which is not read",
                fix: "make it dense and of a real type: tensor.to_dense(), .dequantize(), .float() or .resolve_neg()")
        }
    }

    /// The keys that lead to the weights, given those that lead to each tensor.
    private static func choice(in paths: [[String]]) -> [String] {
        var chosen: [String] = []
        var below = paths
        while true {
            let depth = chosen.count
            below = below.filter { $0.count > depth && $0.starts(with: chosen) }
            let groups = Set(below.filter { $0.count > depth + 1 }.map { $0[depth] })
            if let usual = usualNames.first(where: groups.contains) {
                chosen.append(usual)
                continue
            }
            let candidates = groups.filter { !$0.hasPrefix("optim") }
            guard !below.contains(where: { $0.count == depth + 1 }), candidates.count == 1 else { return chosen }
            chosen.append(candidates.first!)
        }
    }

    private static func nothing(in tree: CheckpointTree, _ container: PyTorchContainer) -> ForeignFileError {
        let fix = "in Python, keep the weights alone: torch.save(model.state_dict(), 'weights.pth')"
        guard let (key, global) = tree.module else { return container.pickle.error("holds no tensors", fix: fix) }
        let place = key.isEmpty ? "" : " under '\(key)'"
        return container.pickle.error("holds a whole module\(place), a '\(global)', and not its state_dict", fix: fix)
    }
}

extension RebuiltTensor {
    var typeName: String {
        switch self {
        case .view(let view): view.type.rawValue
        case .unreadable(let kind, _): kind
        }
    }

    /// Empty where it is not known.
    var shape: [Int] {
        switch self {
        case .view(let view): view.shape
        case .unreadable(_, let shape): shape
        }
    }
}
