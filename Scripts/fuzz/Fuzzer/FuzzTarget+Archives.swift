import Datasets
import ForeignFiles

extension FuzzTarget {
    static let archives = [
        FuzzTarget(name: "zip") { input in
            let archive = try ZipArchive(foreign(input))
            for entry in archive.entries { _ = try? archive.isIntact(entry, archive.contents(of: entry)) }
        },
        FuzzTarget(name: "tar") { input in
            for entry in try TarArchive(foreign(input)).entries { _ = entry.contents.array }
        },
        // What CIFAR is downloaded as, read as a stream.
        FuzzTarget(name: "tar-gzip", expansion: deflated) { input in
            try readDataset("cifar10", from: ScratchFile("archive", input).path)
        },
        FuzzTarget(name: "pickle") { input in
            let pickle = try Pickle(foreign(input), globals: .data)
            var open = [pickle.root]
            var visitsLeft = 64
            while visitsLeft > 0, let value = open.popLast() {
                visitsLeft -= 1
                _ = (pickle.text(value), pickle.integer(value), pickle.bytes(value))
                _ = try? pickle.array(value)
                open += pickle.elements(value)?.prefix(16) ?? []
                open += (pickle.pairs(value) ?? []).prefix(16).flatMap { [$0.key, $0.value] }
                open += pickle.call(value)?.arguments.prefix(16) ?? []
            }
        },
    ]

    /// The bytes as a file of others.
    static func foreign(_ input: [UInt8]) -> ForeignBytes { MappedFile(bytes: input, path: "fuzz").bytes }

    /// Reads all samples.
    static func readDataset(_ format: String, from path: String) throws {
        var specification = DatasetSpecification(format: format)
        specification.images = format == "arrays" ? "x_train" : nil
        let files = try specification.files(at: path)
        let description = try DatasetDescription(of: specification, files: files)
        let paths = Dictionary(files.map { ($0.name, $0.path) }) { first, _ in first }
        let dataset = try Dataset(opening: description, paths: paths)
        for sample in 0..<min(dataset.count, 64) { _ = try dataset.bytes(at: [sample]) }
    }
}
