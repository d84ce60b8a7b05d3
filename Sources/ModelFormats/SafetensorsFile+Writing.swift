import Foundation
import JSONValues
public import Tensors

extension SafetensorsFile {
    /// Of what was converted from Keras: tensors say nothing of it, so metadata must.
    private static let flatteningKey = "flattened"
    private static let channelsLast = "channels_last"

    public var flattensChannelsLast: Bool { metadata[Self.flatteningKey] == Self.channelsLast }

    /// Writes tensors as `F32`, in the order of their names, so that equal tensors give equal bytes.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
    ) throws(ModelFileError) {
        try write(tensors.map { ($0.key, StoredTensor($0.value)) }, metadata: metadata, to: path)
    }

    /// Writes a file's weights, one tensor after the other: no more than one of them is in memory.
    ///
    /// - Parameter asFloat32: whether all become `F32`; otherwise each keeps its type.
    public static func convert(
        _ file: any WeightFile, asFloat32: Bool = false, to path: String
    ) throws(ModelFileError) {
        let tensors = try file.weights.map { entry throws(ModelFileError) in
            (entry.name, try asFloat32 ? StoredTensor(read: entry, from: file) : file.stored(entry.name))
        }
        // Any number of names may share one storage.
        let total = tensors.reduce(0) { $0 + $1.1.byteCount }
        let size = (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
        guard total <= 16 * size + 64 << 20 else {
            throw ModelFileError(
                path: file.path,
                "its tensors share their numbers: apart they would take \(total) bytes, the file \(size)",
                fix: "save each shared tensor once, or without the views of it")
        }
        // Readers of PyTorch's world ask whose layout it is.
        var metadata = ["format": "pt"]
        if file.flattensChannelsLast { metadata[flatteningKey] = channelsLast }
        try write(tensors, metadata: metadata, to: path)
    }

    /// Wide types first, so that every tensor is aligned, and names in order.
    private static func write(
        _ tensors: [(name: String, tensor: StoredTensor)], metadata: [String: String], to path: String
    ) throws(ModelFileError) {
        let tensors = tensors.sorted {
            ($1.tensor.type.byteWidth, $0.name) < ($0.tensor.type.byteWidth, $1.name)
        }
        var header = JSONObject()
        if !metadata.isEmpty {
            header["__metadata__"] = .object(
                JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        var offset = 0
        for (name, tensor) in tensors {
            guard name != "__metadata__", header[name] == nil else {
                throw ModelFileError(
                    path: path,
                    name == "__metadata__"
                        ? "no tensor can be called '__metadata__', the name of the format's own entry"
                        : "two tensors are called '\(name)'",
                    fix: "give each tensor a name of its own in the model, and save that again")
            }
            let end = offset + tensor.byteCount
            header[name] = [
                "dtype": .string(tensor.type.safetensorsName), "shape": .array(tensor.shape.map { .integer($0) }),
                "data_offsets": [.integer(offset), .integer(end)],
            ]
            offset = end
        }
        var text = Array(JSONValue.object(header).compactText.utf8)
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let file = try WrittenFile(path)
        var start = withUnsafeBytes(of: UInt64(text.count).littleEndian) { [UInt8]($0) }
        start += text
        try start.withUnsafeBytes(file.append).get()
        for (_, tensor) in tensors {
            try tensor.forEachPiece { bytes throws(ModelFileError) in try file.append(bytes).get() }
        }
        try file.close()
    }
}
