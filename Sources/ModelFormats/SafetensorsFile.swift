import Foundation
import JSONValues
public import Tensors

/// A safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes.
///
/// The file is mapped, not read: opening costs the header only. Offsets are checked before any is used.
///
/// Source: the safetensors format description, huggingface/safetensors `README.md`.
public struct SafetensorsFile: WeightFile {
    /// Where a tensor lies.
    public struct Entry: Sendable {
        public let name: String
        /// `F32`, `F16`, `BF16`, `F64`, `I64`, ….
        public let type: String
        public let shape: [Int]
        let range: Range<Int>
    }

    public let path: String
    /// In the order of their bytes.
    public let entries: [Entry]
    /// The header's `__metadata__`: free text by name.
    public let metadata: [String: String]
    private let data: Data
    private let indices: [String: Int]

    public var weights: [WeightEntry] { entries.map { WeightEntry(name: $0.name, type: $0.type, shape: $0.shape) } }

    /// Opens a file and checks its header.
    /// - Throws: `ModelFileError` saying what is wrong.
    public init(path: String) throws(ModelFileError) {
        self.path = path
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw ModelFileError(path: path, "cannot be read", fix: "check that it exists and may be read")
        }
        let header = try Self.header(of: data, path: path)
        let body = 8 + header.length
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        for (name, value) in header.object {
            if name == "__metadata__" {
                for (key, text) in value.object ?? JSONObject() { metadata[key] = text.string ?? text.compactText }
                continue
            }
            entries.append(try Self.entry(name, value, body: body, size: data.count, path: path))
        }
        entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var position = body
        for entry in entries {
            guard entry.range.lowerBound == position else {
                throw ModelFileError(
                    path: path,
                    "tensor '\(entry.name)' starts at byte \(entry.range.lowerBound), but \(position) was due",
                    fix: "the file is damaged: write it again")
            }
            position = entry.range.upperBound
        }
        guard position == data.count else {
            throw ModelFileError(
                path: path, "the file has \(data.count) bytes, but its tensors end at byte \(position)",
                fix: "the file is damaged: write it again")
        }
        self.entries = entries
        self.metadata = metadata
        indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    /// Reads one tensor as 32-bit floats.
    /// - Throws: `ModelFileError` when there is none of that name, or it is not of a floating point or integer type.
    public func tensor(_ name: String) throws(ModelFileError) -> Tensor {
        guard let index = indices[name] else { throw missing(name, among: entries.map(\.name)) }
        let entry = entries[index]
        guard let type = ScalarType(safetensors: entry.type) else {
            throw ModelFileError(
                path: path, "tensor '\(name)' has the type \(entry.type), which is not read",
                fix: "save it as F32, F16, BF16, F64 or an integer type")
        }
        return data.withUnsafeBytes { bytes in
            type.tensor(shape: entry.shape, UnsafeRawBufferPointer(rebasing: bytes[entry.range]))
        }
    }

    /// Writes tensors as `F32`, in the order of their names, so that equal tensors give equal bytes.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
    ) throws(ModelFileError) {
        var header = JSONObject()
        if !metadata.isEmpty {
            header["__metadata__"] = .object(
                JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        let names = tensors.keys.sorted()
        var offset = 0
        for name in names {
            let tensor = tensors[name]!
            header[name] = [
                "dtype": "F32", "shape": .array(tensor.shape.map { .integer($0) }),
                "data_offsets": [.integer(offset), .integer(offset + tensor.count * 4)],
            ]
            offset += tensor.count * 4
        }
        var text = Array(JSONValue.object(header).compactText.utf8)
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let file = try WrittenFile(path)
        var start = withUnsafeBytes(of: UInt64(text.count).littleEndian) { [UInt8]($0) }
        start += text
        try start.withUnsafeBytes(file.append).get()
        for name in names {
            try tensors[name]!.withUnsafeBufferPointer { file.append(UnsafeRawBufferPointer($0)) }.get()
        }
        try file.close()
    }

    private static func header(of data: Data, path: String) throws(ModelFileError) -> (length: Int, object: JSONObject)
    {
        guard data.count >= 8 else {
            throw ModelFileError(
                path: path, "has \(data.count) bytes, fewer than a safetensors header",
                fix: "the file is cut off: copy or write it again")
        }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length >= 2, length <= UInt64(data.count - 8), length <= 100 << 20 else {
            throw ModelFileError(
                path: path, "claims a header of \(length) bytes, but has \(data.count) bytes in all",
                fix: "this is no safetensors file, or it is cut off")
        }
        do {
            let document = try JSONDocument(parsing: [UInt8](data[8..<8 + Int(length)]))
            guard let object = document.root.object, document.duplicateKeys.isEmpty else {
                throw ModelFileError(
                    path: path, "its header is not a JSON object with distinct keys",
                    fix: "the file is damaged: write it again")
            }
            return (Int(length), object)
        } catch let error as JSONSyntaxError {
            throw ModelFileError(
                path: path, "its header is not JSON: \(error)", fix: "the file is damaged: write it again")
        } catch let error as ModelFileError {
            throw error
        } catch {
            throw ModelFileError(path: path, "its header cannot be read", fix: "the file is damaged: write it again")
        }
    }

    private static func entry(
        _ name: String, _ value: JSONValue, body: Int, size: Int, path: String
    ) throws(ModelFileError) -> Entry {
        let damaged = "the file is damaged: write it again"
        guard let type = value["dtype"]?.string, let dimensions = value["shape"]?.array,
            case let shape = dimensions.compactMap(\.int), shape.count == dimensions.count,
            shape.allSatisfy({ $0 >= 0 }), let offsets = value["data_offsets"]?.array?.compactMap(\.int),
            offsets.count == 2
        else {
            throw ModelFileError(
                path: path, "the header of tensor '\(name)' lacks dtype, shape or data_offsets", fix: damaged)
        }
        guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= size - body else {
            throw ModelFileError(
                path: path, "tensor '\(name)' claims bytes \(offsets[0]) to \(offsets[1]) of \(size - body)",
                fix: damaged)
        }
        guard let width = ScalarType.byteWidth(safetensors: type) else {
            throw ModelFileError(path: path, "tensor '\(name)' has the unknown type '\(type)'", fix: damaged)
        }
        var bytes = width
        for length in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            guard !overflow else {
                throw ModelFileError(path: path, "tensor '\(name)' claims the shape \(shape)", fix: damaged)
            }
            bytes = product
        }
        guard bytes == offsets[1] - offsets[0] else {
            throw ModelFileError(
                path: path,
                "tensor '\(name)' of type \(type) and shape \(shape) needs \(bytes) bytes, but has \(offsets[1] - offsets[0])",
                fix: damaged)
        }
        return Entry(name: name, type: type, shape: shape, range: body + offsets[0]..<body + offsets[1])
    }
}
