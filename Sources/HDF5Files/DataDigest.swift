import CHDF5

/// The data of a file as one canonical stream of bytes, for hashing.
///
/// The stream holds, in the order of `tree()`: every path; type, shape, values, axis names and scales of every dataset;
/// every attribute except those of `provenance` on the root; links and their targets. It does not depend on chunks,
/// compression, byte order in the file, or where things lie in it. Numbers enter in the byte order of the machine, which
/// is little-endian on all that this program runs on. Every part is preceded by its length, so that no two different
/// contents give the same stream.
public enum DataDigest {
    /// Root attributes that say how a file came about and not what it holds.
    public static let provenance: Set<String> = ["convscope_version", "stage", "parameters", "key", "inputs"]

    /// Hands the stream to `update`, piece by piece; reads values in blocks, so memory stays flat.
    /// - Throws: `HDF5Error`, also for every object that cannot be read or has lists of varying length in it, and for
    ///   datasets that claim more values than a file of this size can hold packed: hashing those would not end.
    public static func stream(_ file: HDF5File, update: (UnsafeRawBufferPointer) -> Void) throws {
        try withoutActuallyEscaping(update) { update in
            var writer = DigestWriter(update: update, remaining: try capacity(of: file))
            writer.text("convscope data 1")
            for entry in try file.tree() { try writer.add(entry, of: file) }
        }
    }

    /// Bytes of values that a file can hold: gzip packs 1032 bytes into one at best. Small files may claim 64 MiB.
    private static func capacity(of file: HDF5File) throws -> Int {
        try Library.call {
            var size: hsize_t = 0
            try file.place("/").check(H5Fget_filesize(file.handle.id, &size), "read the size of the file")
            return max(Int(clamping: size).saturatingProduct(with: 1032), 1 << 26)
        }
    }
}

private struct DigestWriter {
    let update: (UnsafeRawBufferPointer) -> Void

    /// Bytes of values that may still come.
    var remaining: Int

    /// Values handed over at a time, about.
    private static let blockBytes = 8 << 20

    mutating func add(_ entry: HDF5Entry, of file: HDF5File) throws {
        text(entry.path)
        switch entry.content {
        case .group: text("group")
        case .dataset(let dataset): try add(dataset)
        case .namedType(let words): texts(["type", words])
        case .alias(let path): texts(["alias", path])
        case .softLink(let target): texts(["soft link", target])
        case .externalLink(let target, let object): texts(["external link", target, object])
        case .otherLink: text("link")
        case .unreadable(let error): throw error
        }
        switch entry.content {
        case .group, .dataset: try addAttributes(at: entry.path, of: file)
        default: break
        }
    }

    private mutating func add(_ dataset: HDF5Dataset) throws {
        texts(["dataset", Self.canonicalName(dataset.type), dataset.isNull ? "null" : "filled"])
        integers(dataset.shape)
        texts(try dataset.axisNames())
        for paths in try dataset.scalePaths() { texts(paths) }
        let rowBytes = dataset.rowElements.saturatingProduct(with: max(dataset.type.byteCount, 8))
        var block = max(Self.blockBytes / max(rowBytes, 1), 1)
        if let chunk = dataset.chunk?.first, chunk <= block { block -= block % chunk }
        guard dataset.rowElements > 0, dataset.rowCount > 0 else { return }
        let claimed = dataset.rowCount.saturatingProduct(with: dataset.rowElements)
            .saturatingProduct(with: max(dataset.type.byteCount, 1))
        guard claimed <= remaining else { throw dataset.place.error(.tooLarge(needed: claimed, limit: remaining)) }
        remaining -= claimed
        for first in stride(from: 0, to: dataset.rowCount, by: block) {
            try addValues(of: dataset, rows: first..<min(first + block, dataset.rowCount))
        }
    }

    private func addValues(of dataset: HDF5Dataset, rows: Range<Int>) throws {
        if dataset.type.canBeRead(as: .string) {
            return try dataset.readStrings(rows: rows).forEach { text($0) }
        }
        let place = dataset.place
        guard !dataset.type.hasVariableParts else {
            throw place.error(
                .unsupported(
                    what: "holds \(dataset.typeName), which has no digest", fix: "store plain numbers or texts"))
        }
        try Library.call {
            let memoryType = try dataset.type.canonicalMemoryType(place)
            let size = H5Tget_size(memoryType.id)
            let count = try dataset.admit(rows, elementBytes: size, limit: HDF5File.defaultReadLimit)
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count * size, alignment: 64)
            defer { bytes.deallocate() }
            try dataset.readRaw(rows: rows, as: memoryType.id, into: bytes)
            update(UnsafeRawBufferPointer(bytes))
        }
    }

    private func addAttributes(at path: String, of file: HDF5File) throws {
        try Library.call {
            let place = file.place(path)
            let object = try file.open(path)
            let names = try AttributeAccess(object: object, place: place).names().filter {
                !DimensionScales.bookkeeping.contains($0) && !(path == "/" && DataDigest.provenance.contains($0))
            }
            integers([names.count])
            for name in names {
                let attribute = try StoredAttribute(object: object, name: name, place)
                texts([name, Self.canonicalName(attribute.type), attribute.shape.isNull ? "null" : "filled"])
                integers(attribute.shape.lengths)
                guard !attribute.shape.isNull else { continue }
                if attribute.type.canBeRead(as: .string) {
                    texts(try attribute.texts())
                } else if let bytes = try attribute.bytes() {
                    bytes.withUnsafeBytes { update($0) }
                } else {
                    throw place.error(
                        .unsupported(
                            what: "has an attribute '\(name)' of \(attribute.words), which has no digest",
                            fix: "remove the attribute, or store plain numbers or texts"))
                }
            }
        }
    }

    /// Type names without byte order or the length that a text is padded to.
    private static func canonicalName(_ type: StoredType) -> String {
        if type.canBeRead(as: .string) { return "string" }
        switch type.form {
        case .float(let bits): return "float\(bits)"
        case .integer(let bits, let isSigned): return "\(isSigned ? "" : "u")int\(bits)"
        default: return type.words
        }
    }

    func text(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            integers([bytes.count])
            update(UnsafeRawBufferPointer(bytes))
        }
    }

    private func texts(_ texts: [String]) {
        integers([texts.count])
        texts.forEach { text($0) }
    }

    private func integers(_ numbers: [Int]) {
        // Their number comes first, then each in 8 bytes, lowest first.
        for number in [numbers.count] + numbers {
            withUnsafeBytes(of: Int64(number).littleEndian) { update($0) }
        }
    }
}
