/// Reads a journal again and again, each time what is new in it.
struct JournalReader {
    private let journal: Journal

    /// Each file with the end of what was read of it. They stay open: no file that takes another's place has its inode.
    private var files: [String: (file: GrowingFile, end: Int)] = [:]

    init(_ journal: Journal) { self.journal = journal }

    /// Whole records that were not there the last time. Those of a file that was compacted since come again.
    mutating func newRecords() -> [ArraySlice<UInt8>] {
        var records: [ArraySlice<UInt8>] = []
        for path in journal.files {
            guard let now = try? GrowingFile(path) else { continue }
            let (file, start) = files[path].map { $0.file.inode == now.inode ? $0 : (now, 0) } ?? (now, 0)
            guard let bytes = try? file.bytes(from: start) else { continue }
            let (whole, end) = Journal.records(in: bytes)
            records += whole
            files[path] = (file, start + end)
        }
        return records
    }
}
