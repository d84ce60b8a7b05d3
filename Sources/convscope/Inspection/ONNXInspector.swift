import ModelFormats

extension FileInspector {
    static let onnx = FileInspector(name: "ONNX", format: .onnx) { path in
        let file = try ONNXFile(path: path)
        let notes = ["@producer = \(file.producer)", "@opset = \(file.opset)"]
        let beside = file.externalFiles.map { "@external = \($0)" }
        let tensors = [table(file.weights), Words.counted(file.weights.count, "tensor")].filter { !$0.isEmpty }
        return (notes + beside + tensors + network { () throws(ModelFileError) in try file.model() })
            .joined(separator: "\n")
    }
}
