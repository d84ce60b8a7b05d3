import ModelFormats

extension FileInspector {
    static let safetensors = FileInspector(name: "safetensors", format: .safetensors) { path in
        let file = try SafetensorsFile(path: path)
        let metadata = file.metadata.sorted { $0.key < $1.key }.map { "@\($0.key) = \($0.value)" }
        return (metadata + [table(file.weights), Words.counted(file.weights.count, "tensor")]).filter { !$0.isEmpty }
            .joined(
                separator: "\n")
    }
}
