import ModelFormats

extension FileInspector {
    static let safetensors = FileInspector(name: "safetensors", recognizes: { hasWeights(.safetensors, at: $0) }) {
        path in
        let file = try SafetensorsFile(path: path)
        let metadata = file.metadata.sorted { $0.key < $1.key }.map { "@\($0.key) = \($0.value)" }
        return (metadata + [table(file.weights), "\(file.weights.count) tensors"]).filter { !$0.isEmpty }.joined(
            separator: "\n")
    }
}
