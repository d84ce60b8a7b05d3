import Tensors

/// CIFAR-10 and CIFAR-100 in their binary and Python versions, unpacked or in the archives as downloaded.
///
/// Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).
struct CIFARFormat: DatasetFormat {
    let name: String
    let summary: String
    let needsPath = true
    let versions: [CIFARVersion]
    let publishedNames: [String]

    static let cifar10 = CIFARFormat(
        name: "cifar10", summary: "Photographs of 10 classes, 3×32×32, 50,000 for training and 10,000 for testing.",
        versions: CIFARVersion.cifar10, publishedNames: cifar10ClassNames)

    static let cifar100 = CIFARFormat(
        name: "cifar100", summary: "Photographs of 100 classes, 3×32×32, 50,000 for training and 10,000 for testing.",
        versions: CIFARVersion.cifar100(labels: "fine"), publishedNames: cifar100ClassNames)

    static let cifar100Superclasses = CIFARFormat(
        name: "cifar100-superclasses", summary: "CIFAR-100 with the labels of its 20 superclasses.",
        versions: CIFARVersion.cifar100(labels: "coarse"), publishedNames: cifar100SuperclassNames)

    /// What an archive is called among the files of a data set.
    static let archiveName = "archive"

    func locate(_ specification: DatasetSpecification, at places: DatasetPlaces) throws(DatasetError) -> [DatasetFile] {
        let folder = places.folder
        if Folder.kind(of: folder) == .file { return [DatasetFile(name: Self.archiveName, path: folder)] }
        for version in versions {
            let names = version.files(specification.split)
            for place in [folder, "\(folder)/\(version.innerFolder)"] {
                let present = names.filter { Folder.kind(of: "\(place)/\($0)") == .file }
                if present.isEmpty { continue }
                // A part of the test batch is only read where the whole is missing.
                let batches = specification.split == .train ? present : [present[0]]
                return (batches + [version.namesFile]).map { DatasetFile(name: $0, path: "\(place)/\($0)") }
                    .filter { Folder.kind(of: $0.path) == .file }
            }
        }
        let archives = versions.flatMap { ["\($0.archive).tar.gz", "\($0.archive).tar"] }
        let path = try Folder.firstFile(
            of: versions.map { $0.files(specification.split)[0] } + archives, below: folder, inner: [], format: name)
        return [DatasetFile(name: Self.archiveName, path: path)]
    }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        let contents = try contents(of: files, split: specification.split)
        let place = files[0].path
        return DatasetDescription(
            specification: specification,
            sampleShape: try Adjustment(specification).shape(of: CIFARBatch.shape, file: place),
            count: try specification.selection(of: contents.count, place: place).count,
            classNames: contents.classNames, files: files.map(\.name))
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let specification = description.specification
        let starts = try contents(of: files, split: specification.split)
        let selection = try specification.selection(of: starts.count, place: files[0].path)
        let range = selection.min()!..<selection.max()! + 1
        var batches: [String: CIFARBatch] = [:]
        try CIFARFile.forEach(of: files, versions: versions, split: specification.split) {
            file, version throws(DatasetError) in
            guard let batch = starts.batches[file.name] else { return }
            let part = range.clamped(to: batch)
            if part.isEmpty { return }
            batches[file.name] = try CIFARBatch(
                part.lowerBound - batch.lowerBound..<part.upperBound - batch.lowerBound, of: file, version,
                classes: publishedNames.count)
        }
        var labels: [UInt8] = []
        var pixels: [UInt8] = []
        pixels.reserveCapacity(range.count * CIFARBatch.shape.elementCount)
        for name in starts.batches.sorted(by: { $0.value.lowerBound < $1.value.lowerBound }).map(\.key) {
            // Taken out, so that no sample is held twice for long.
            guard let batch = batches.removeValue(forKey: name) else { continue }
            labels += batch.labels
            pixels += batch.pixels
        }
        let rows = selection.map { $0 - range.lowerBound }
        let source = MemorySource(pixels: pixels, recordLength: CIFARBatch.shape.elementCount, records: rows)
        return DatasetContents(
            source: Adjustment(specification).applied(to: source, shape: CIFARBatch.shape),
            labels: rows.map { Int(labels[$0]) },
            sampleIDs: selection.map { "\(specification.split.rawValue)/\($0)" })
    }

    /// What a look at the files tells without reading pixels.
    private struct Contents {
        /// Which samples of the split each file has.
        var batches: [String: Range<Int>] = [:]
        var count = 0
        var classNames: [String]
    }

    private func contents(
        of files: [DatasetFile], split: DatasetSpecification.Split
    ) throws(DatasetError) -> Contents {
        var contents = Contents(classNames: publishedNames)
        var counts: [String: Int] = [:]
        var order: [String] = []
        try CIFARFile.forEach(of: files, versions: versions, split: split) { file, version throws(DatasetError) in
            if file.name == version.namesFile {
                contents.classNames = try classNames(file, version)
            } else {
                order = version.files(split)
                counts[file.name] = try CIFARBatch.count(file, version)
            }
        }
        for name in order {
            guard let count = counts[name] else { continue }
            contents.batches[name] = contents.count..<contents.count + count
            contents.count += count
        }
        guard contents.count > 0 else { throw .fileNotGiven(name: versions[0].files(split)[0]) }
        return contents
    }

    private func classNames(_ file: CIFARFile, _ version: CIFARVersion) throws(DatasetError) -> [String] {
        let names: [String]
        switch version.encoding {
        case .binary:
            names = try file.bytes(0..<64 << 10).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
                .map { String(decoding: $0, as: UTF8.self) }
        case .pickle(_, let key): names = try CIFARPickle(file).names(key)
        }
        guard names.count == publishedNames.count else {
            throw .classNameCount(path: file.path, found: names.count, expected: publishedNames.count)
        }
        return names
    }
}
