import ModelFormats

extension FileInspector {
    static let safetensors = FileInspector(name: "safetensors", extensions: ["safetensors"]) { path in
        let file = try SafetensorsFile(path: path)
        let metadata = file.metadata.sorted { $0.key < $1.key }.map { "@\($0.key) = \($0.value)" }
        let rows = file.entries.map { [$0.name, $0.type, Words.shape($0.shape)] }
        return (metadata + [Table.text(rows), "\(rows.count) tensors"]).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
