import ForeignFiles

/// The files of a tar archive one after the other, plain or compressed by gzip, without unpacking it to disk or memory.
final class TarStream {
    private let stream: ByteStream
    private var current: TarHeader?
    /// Where the current entry's contents begin and the next header stands.
    private var start = 0
    private var end = 0

    /// The photographs of CIFAR hardly shrink; what is more than this many bytes is a gzip bomb.
    private let largestSize: Int

    init(path: String) throws(DatasetError) {
        stream = try ByteStream(path: path)
        largestSize = stream.isCompressed ? stream.fileSize * 4 + 1 << 20 : stream.fileSize
    }

    /// The next regular file; `nil` after the last.
    func next() throws(DatasetError) -> TarHeader? {
        while true {
            try skip(to: end)
            let position = stream.position
            let block = try stream.read(TarHeader.blockSize)
            if block.isEmpty { return nil }
            guard block.count == TarHeader.blockSize else {
                throw .truncated(
                    path: stream.path, size: stream.position, expected: position + TarHeader.blockSize,
                    contents: "the headers of the archive")
            }
            let file = MappedFile(bytes: block, path: stream.path, part: "header at byte \(position) of the archive")
            let header: TarHeader?
            do throws(ForeignFileError) { header = try TarHeader(file.bytes) } catch { throw .foreign(error) }
            guard let header else { return nil }
            guard header.size <= largestSize - position else {
                throw .foreign(
                    ForeignFileError(
                        path: stream.path, place: "byte \(position) of the archive",
                        "an entry has \(header.size) bytes, more than an archive of \(stream.fileSize) bytes can hold",
                        fix: "download the archive again"))
            }
            current = header
            start = stream.position
            end = start + header.paddedSize
            if header.isRegularFile { return header }
        }
    }

    /// A part of the contents of the current entry, from where the last part ended or later.
    func read(_ range: Range<Int>) throws(DatasetError) -> [UInt8] {
        precondition(start + range.lowerBound >= stream.position, "bytes \(range) of an entry are past")
        try skip(to: start + range.lowerBound)
        let count = max(0, min(range.upperBound, current?.size ?? 0) - range.lowerBound)
        let bytes = try stream.read(count)
        guard bytes.count == count else { throw truncated(at: start + range.lowerBound + count) }
        return bytes
    }

    private func skip(to position: Int) throws(DatasetError) {
        let count = position - stream.position
        guard count > 0 else { return }
        guard try stream.skip(count) == count else { throw truncated(at: position) }
    }

    private func truncated(at position: Int) -> DatasetError {
        .truncated(
            path: stream.path, size: stream.position, expected: position,
            contents: "the entries up to '\(current?.name ?? "")'")
    }
}
