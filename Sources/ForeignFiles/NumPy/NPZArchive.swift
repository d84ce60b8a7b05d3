/// The arrays of an NPZ file, as `np.savez` and `np.savez_compressed` write it.
public struct NPZArchive: Sendable {
    private let archive: ZipArchive

    /// Names of the arrays, in the order of the file.
    public let names: [String]

    /// Images of mostly one colour shrink to a tenth and less; what shrinks further is no image.
    private static let largestCompression = 64

    public init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        archive = try ZipArchive(bytes)
        names = archive.entries.filter { $0.name.hasSuffix(".npy") }.map { String($0.name.dropLast(4)) }
    }

    /// An array by its name; `nil` where there is none. A compressed one is decompressed into memory.
    public func array(named name: String) throws(ForeignFileError) -> NPYArray? {
        guard let entry = archive.entry(named: name + ".npy") else { return nil }
        let limit = archive.bytes.count * Self.largestCompression + 1 << 20
        return try NPYArray(try archive.contents(of: entry, limit: limit))
    }
}
