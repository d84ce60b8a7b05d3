import JSONValues
import Synchronization

/// What the manifests of the store say, in one place: ten thousand objects are found with a look at their files and
/// without opening one.
///
/// An entry is believed while every file of the object has the size, time of change and inode that it had when the entry
/// was made. It is only a cache: what is missing or damaged is read from the manifests again.
final class ObjectIndex: Sendable {
    private let journal: Journal

    /// The record of each key; read as a whole when the first is asked for.
    private let table = Mutex<[Digest: ArraySlice<UInt8>]?>(nil)

    init(folder: String) { journal = Journal(folder: folder) }

    /// The object with a key as it was when it was last looked at; `nil` where it is not known.
    func object(_ key: Digest, in folder: String) -> StoredObject? {
        withTable { $0[key] }.flatMap { Entry($0) }.map {
            StoredObject(folder: folder, manifest: $0.manifest, stamps: $0.stamps)
        }
    }

    /// What is not as it was is not to be believed again.
    func forget(_ key: Digest) { withTable { $0[key] = nil } }

    func add(_ object: StoredObject) {
        let record = Entry(manifest: object.manifest, stamps: object.stamps).record
        withTable { $0[object.manifest.key] = record[...] }
        journal.append([record])
    }

    /// Drops what is not about these keys, and what later entries replaced.
    func compact(to keys: Set<Digest>) {
        let records = withTable { table in
            table = table.filter { keys.contains($0.key) }
            return table.sorted { $0.key < $1.key }.map { Array($0.value) }
        }
        journal.compact { records }
    }

    private func withTable<Value: Sendable>(_ body: (inout [Digest: ArraySlice<UInt8>]) -> Value) -> Value {
        table.withLock { table in
            var records = table ?? Self.read(journal)
            table = nil
            defer { table = records }
            return body(&records)
        }
    }

    private static func read(_ journal: Journal) -> [Digest: ArraySlice<UInt8>] {
        let records = journal.records()
        var table = [Digest: ArraySlice<UInt8>](minimumCapacity: records.count)
        for record in records {
            var reader = RecordReader(record)
            if let key = reader.digest() { table[key] = record }
        }
        return table
    }
}

/// An object in the index: key, ports with their files, the rest of the manifest as text.
private struct Entry {
    var manifest: ObjectManifest
    /// In the order of the manifest's files.
    var stamps: [FileStamp]

    init(manifest: ObjectManifest, stamps: [FileStamp]) {
        self.manifest = manifest
        self.stamps = stamps
    }

    var record: [UInt8] {
        var record: [UInt8] = []
        record.append(digest: manifest.key)
        record.append(integer: UInt32(manifest.ports.count))
        var stamps = stamps[...]
        for port in manifest.ports {
            record.append(text: port.name)
            record.append(text: port.kind)
            record.append(digest: port.digest)
            record.append(integer: UInt32(port.files.count))
            for file in port.files {
                let stamp = stamps.removeFirst()
                record.append(text: file.path)
                record.append(digest: file.digest)
                record.append(digest: file.byteDigest)
                record.append(integer: stamp.size)
                record.append(integer: stamp.modified)
                record.append(integer: stamp.inode)
            }
        }
        for text in [manifest.keyManifestText.text, manifest.recordText.text] {
            record.append(integer: UInt32(text.count))
            record.append(contentsOf: text)
        }
        return record
    }

    init?(_ record: ArraySlice<UInt8>) {
        var reader = RecordReader(record)
        guard let key = reader.digest(), let portCount = reader.integer(UInt32.self) else { return nil }
        var ports: [ObjectManifest.Port] = []
        stamps = []
        for _ in 0..<portCount {
            guard let name = reader.text(), let kind = reader.text(), let digest = reader.digest(),
                let fileCount = reader.integer(UInt32.self)
            else { return nil }
            var files: [ObjectManifest.File] = []
            for _ in 0..<fileCount {
                guard let path = reader.text(), let digest = reader.digest(), let byteDigest = reader.digest(),
                    let stamp = FileStamp(&reader)
                else { return nil }
                files.append(.init(path: path, size: stamp.size, digest: digest, byteDigest: byteDigest))
                stamps.append(stamp)
            }
            ports.append(ObjectManifest.Port(name: name, kind: kind, digest: digest, sortedFiles: files))
        }
        guard let keyManifest = reader.block(), let recordText = reader.block() else { return nil }
        manifest = ObjectManifest(
            key: key, keyManifest: DeferredJSON(text: keyManifest), ports: ports, record: DeferredJSON(text: recordText)
        )
    }
}
