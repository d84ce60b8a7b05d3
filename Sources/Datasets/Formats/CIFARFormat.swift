import Tensors

/// CIFAR-10 and CIFAR-100 in their binary version: records of label bytes, then 1,024 bytes each of red, green, blue.
///
/// Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).
struct CIFARFormat: DatasetFormat {
    let name: String
    let summary: String
    let needsPath = true

    /// Label bytes of a record; the last of them is the class.
    private let labelBytes: Int
    private let innerFolder: String

    /// Each list of names that may be there, the files of one split in order. All that are there are read.
    private let trainingFiles: [String]
    private let testFiles: [String]

    /// File of class names, one per line; without it the published names are taken.
    private let namesFile: String
    private let publishedNames: [String]

    static let cifar10 = CIFARFormat(
        name: "cifar10", summary: "Photographs of 10 classes, 3×32×32, 50,000 for training and 10,000 for testing.",
        labelBytes: 1, innerFolder: "cifar-10-batches-bin",
        trainingFiles: (1...5).map { "data_batch_\($0).bin" },
        testFiles: ["test_batch.bin", "test_batch_first1000.bin"],
        namesFile: "batches.meta.txt", publishedNames: cifar10ClassNames)

    static let cifar100 = CIFARFormat(
        name: "cifar100", summary: "Photographs of 100 classes, 3×32×32, 50,000 for training and 10,000 for testing.",
        labelBytes: 2, innerFolder: "cifar-100-binary", trainingFiles: ["train.bin"], testFiles: ["test.bin"],
        namesFile: "fine_label_names.txt", publishedNames: cifar100ClassNames)

    private static let shape = [3, 32, 32]
    private var recordLength: Int { labelBytes + Self.shape.elementCount }

    func locate(_ specification: DatasetSpecification, at folder: String) throws(DatasetError) -> [DatasetFile] {
        let names = specification.split == .train ? trainingFiles : testFiles
        let first = try Folder.firstFile(of: names, below: folder, inner: [innerFolder], format: name)
        let place = first.dropLast(first.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.count + 1)
        // A part of the test batch is only read where the whole is missing.
        let batches = specification.split == .train ? names : [String(first.dropFirst(place.count + 1))]
        return (batches + [namesFile]).map { DatasetFile(name: $0, path: "\(place)/\($0)") }
            .filter { Folder.kind(of: $0.path) == .file }
    }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        let batches = try batches(of: files)
        let place = batches[0].reader.path
        return DatasetDescription(
            specification: specification,
            sampleShape: try Adjustment(specification).shape(of: Self.shape, file: place),
            count: try specification.selection(of: batches.last!.end, place: place).count,
            classNames: try classNames(of: files), files: files.map(\.name))
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let batches = try batches(of: files)
        let selection = try description.specification.selection(
            of: batches.last!.end, place: batches[0].reader.path)
        let range = selection.min()!..<selection.max()! + 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count * recordLength)
        for batch in batches {
            let part = range.clamped(to: batch.start..<batch.end)
            if part.isEmpty { continue }
            let offset = (part.lowerBound - batch.start) * recordLength
            let records = try batch.reader.bytes(offset..<offset + part.count * recordLength)
            guard records.count == part.count * recordLength else {
                throw .brokenRecord(path: batch.reader.path, size: offset + records.count, recordLength: recordLength)
            }
            for record in 0..<part.count {
                let position = record * recordLength + labelBytes - 1
                guard records[position] < publishedNames.count else {
                    throw .labelOutOfRange(
                        path: batch.reader.path, offset: offset + position, label: Int(records[position]),
                        classes: publishedNames.count)
                }
            }
            bytes.append(contentsOf: records)
        }
        let rows = selection.map { $0 - range.lowerBound }
        let labels = rows.map { Int(bytes[$0 * recordLength + labelBytes - 1]) }
        let source = MemorySource(bytes: bytes, recordLength: recordLength, pixelOffset: labelBytes, records: rows)
        return DatasetContents(
            source: Adjustment(description.specification).applied(to: source, shape: Self.shape),
            labels: labels,
            sampleIDs: selection.map { "\(description.specification.split.rawValue)/\($0)" })
    }

    /// A file of records, the samples `start..<end` of the split.
    private struct Batch {
        var reader: FileReader
        var start: Int
        var end: Int
    }

    private func batches(of files: [DatasetFile]) throws(DatasetError) -> [Batch] {
        var batches: [Batch] = []
        for file in files where file.name != namesFile {
            let reader = try FileReader(path: file.path)
            guard reader.size > 0, reader.size % recordLength == 0 else {
                throw .brokenRecord(path: file.path, size: reader.size, recordLength: recordLength)
            }
            let start = batches.last?.end ?? 0
            batches.append(Batch(reader: reader, start: start, end: start + reader.size / recordLength))
        }
        guard !batches.isEmpty else { throw .fileNotGiven(name: trainingFiles[0]) }
        return batches
    }

    private func classNames(of files: [DatasetFile]) throws(DatasetError) -> [String] {
        guard let file = files.first(where: { $0.name == namesFile }) else { return publishedNames }
        let bytes = try FileReader(path: file.path).bytes(0..<64 << 10)
        let names = bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            .map { String(decoding: $0, as: UTF8.self) }
        guard names.count == publishedNames.count else {
            throw .classNameCount(path: file.path, found: names.count, expected: publishedNames.count)
        }
        return names
    }
}
