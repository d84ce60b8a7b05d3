import ModelFormats

extension FileInspector {
    static let pyTorch = FileInspector(name: "PyTorch", format: .pyTorch) { path in
        let file = try PyTorchFile(path: path)
        let values = file.values.map { "@\($0.key) = \($0.text)" }
        let taken = file.part.isEmpty ? [] : ["weights under '\(file.part)':"]
        let others = file.otherTensors.isEmpty ? [] : ["elsewhere:", table(file.otherTensors)]
        let count = Words.counted(file.weights.count + file.otherTensors.count, "tensor")
        return (values + taken + [table(file.weights)] + others + [count]).filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    /// A line for each tensor: name, type, shape.
    static func table(_ entries: [WeightEntry]) -> String {
        Table.text(entries.map { [$0.name, $0.type, Words.shape($0.shape)] })
    }
}
