import ForeignFiles

/// What an archive of CIFAR holds, as it was downloaded.
package struct CIFARArchive {
    package struct Entry {
        package let name: String
        /// In bytes.
        package let size: Int
        /// `nil` where it is no batch of images.
        package let imageCount: Int?
    }

    /// Regular files, in the order of the archive.
    package let entries: [Entry]

    /// Of every image: `[channels, height, width]`.
    package static let imageShape = CIFARBatch.shape

    private static let versions = CIFARVersion.cifar10 + CIFARVersion.cifar100(labels: "fine")

    /// Whether a file is a tar archive, plain or compressed, that begins with files of CIFAR.
    package static func isArchive(_ path: String) -> Bool {
        guard let stream = try? TarStream(path: path) else { return false }
        // The published archives have a read-me among the batches.
        for _ in 0..<3 {
            guard let header = try? stream.next() else { return false }
            if version(of: name(header)) != nil { return true }
        }
        return false
    }

    /// Lists an archive; only batches of the Python version are read for it.
    package init(path: String) throws(DatasetError) {
        let stream = try TarStream(path: path)
        var entries: [Entry] = []
        while let header = try stream.next() {
            var count: Int?
            if let version = Self.version(of: Self.name(header)) {
                let file = CIFARFile(name: Self.name(header), path: "\(path) (\(header.name))", size: header.size) {
                    range throws(DatasetError) in try stream.read(range)
                }
                count = try CIFARBatch.count(file, version)
            }
            entries.append(Entry(name: header.name, size: header.size, imageCount: count))
        }
        self.entries = entries
    }

    private static func name(_ header: TarHeader) -> String { String(header.name.split(separator: "/").last ?? "") }

    private static func version(of name: String) -> CIFARVersion? {
        versions.first { ($0.trainingFiles + $0.testFiles).contains(name) }
    }
}
