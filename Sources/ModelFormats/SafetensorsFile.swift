package import ForeignFiles
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
    private let bytes: ForeignBytes
    private let indices: [String: Int]

    public var weights: [WeightEntry] { entries.map { WeightEntry(name: $0.name, type: $0.type, shape: $0.shape) } }

    /// Opens a file and checks its header.
    /// - Throws: `ModelFileError` saying what is wrong.
    public init(path: String) throws(ModelFileError) {
        let file: MappedFile
        do { file = try MappedFile(path: path) } catch { throw ModelFileError(error) }
        try self.init(file.bytes)
    }

    /// Reads a file's bytes, as `init(path:)` does.
    package init(_ bytes: ForeignBytes) throws(ModelFileError) {
        path = bytes.file.path
        self.bytes = bytes
        let header = try Self.header(of: bytes)
        let body = 8 + header.length
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        for (name, value) in header.object {
            if name == "__metadata__" {
                for (key, text) in value.object ?? JSONObject() { metadata[key] = text.string ?? text.compactText }
                continue
            }
            entries.append(try Self.entry(name, value, body: body, size: bytes.count, path: path))
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
        guard position == bytes.count else {
            throw ModelFileError(
                path: path, "the file has \(bytes.count) bytes, but its tensors end at byte \(position)",
                fix: "the file is damaged: write it again")
        }
        self.entries = entries
        self.metadata = metadata
        indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    public func tensor(_ name: String) throws(ModelFileError) -> Tensor {
        let view = try view(of: name)
        do { return try view.tensor() } catch { throw ModelFileError(error) }
    }

    public func stored(_ name: String) throws(ModelFileError) -> StoredTensor {
        StoredTensor(view: try view(of: name), path: path)
    }

    /// - Throws: `ModelFileError` when there is none of that name, or it is not of a floating point or integer type.
    private func view(of name: String) throws(ModelFileError) -> TensorView {
        guard let index = indices[name] else { throw missing(name, among: entries.map(\.name)) }
        let entry = entries[index]
        guard let type = ScalarType(safetensors: entry.type) else {
            throw ModelFileError(
                path: path, "tensor '\(name)' has the type \(entry.type), which is not read",
                fix: "save it as F32, F16, BF16, F64 or an integer type")
        }
        do {
            return try TensorView(type: type, shape: entry.shape, storage: entry.range, file: bytes.file)
        } catch {
            throw ModelFileError(
                path: path, "tensor '\(name)' \(error.what)", fix: "the file is damaged: write it again")
        }
    }

    private static func header(of bytes: ForeignBytes) throws(ModelFileError) -> (length: Int, object: JSONObject) {
        let path = bytes.file.path
        guard let length = try? bytes.integer(UInt64.self, at: 0) else {
            throw ModelFileError(
                path: path, "has \(bytes.count) bytes, fewer than a safetensors header",
                fix: "the file is cut off: copy or write it again")
        }
        guard length >= 2, length <= UInt64(bytes.count - 8),
            let text = try? bytes.part(at: 8, count: Int(length), "the header")
        else {
            throw ModelFileError(
                path: path, "claims a header of \(length) bytes, but has \(bytes.count) bytes in all",
                fix: "this is no safetensors file, or it is cut off")
        }
        // A hundred bytes for each tensor, which has more; JSON in memory is up to 40 times as large as its text.
        let limit = min(bytes.count / 16 + 1 << 20, JSONDocument.sizeLimit)
        guard text.count <= limit else {
            throw ModelFileError(
                path: path, "has a header of \(length) bytes, where \(limit) are enough for a file of its size",
                fix: "the file is damaged: write it again")
        }
        do {
            let document = try JSONDocument(parsing: text.array)
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
