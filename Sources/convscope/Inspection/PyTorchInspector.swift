import ModelFormats

extension FileInspector {
    static let pyTorch = FileInspector(name: "PyTorch", recognizes: { hasWeights(.pyTorch, at: $0) }) { path in
        let file = try PyTorchFile(path: path)
        let values = file.values.map { "@\($0.key) = \($0.text)" }
        let taken = file.part.isEmpty ? [] : ["weights under '\(file.part)':"]
        let others = file.otherTensors.isEmpty ? [] : ["elsewhere:", table(file.otherTensors)]
        let count = "\(file.weights.count + file.otherTensors.count) tensors"
        return (values + taken + [table(file.weights)] + others + [count]).filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    static func hasWeights(_ format: WeightFileFormat, at path: String) -> Bool {
        (try? WeightFileFormat(sniffing: path)) == format
    }

    /// A line for each tensor: name, type, shape.
    static func table(_ entries: [WeightEntry]) -> String {
        Table.text(entries.map { [$0.name, $0.type, Words.shape($0.shape)] })
    }
}
