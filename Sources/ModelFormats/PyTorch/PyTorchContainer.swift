import ForeignFiles

/// One of the three ways in which PyTorch has packed files: the pickle of the saved object, and where its storages lie.
struct PyTorchContainer: Sendable {
    let pickle: Pickle
    let file: MappedFile
    /// Bytes of each storage in `file`, by key.
    let storages: [String: Range<Int>]
    /// Tensors that the object refers to by number, as only the tar format has them.
    var tensors: [Int: RebuiltTensor] = [:]

    init(_ bytes: ForeignBytes) throws(ForeignFileError) {
        if ZipArchive.isZip(bytes) {
            self = try .zip(bytes)
        } else if TarArchive.isTar(bytes) {
            self = try .tar(bytes)
        } else {
            self = try .legacy(bytes)
        }
    }

    init(pickle: Pickle, file: MappedFile, storages: [String: Range<Int>]) {
        self.pickle = pickle
        self.file = file
        self.storages = storages
    }

    /// Since PyTorch 1.6: a zip archive with one folder, in it `data.pkl` and a file of raw numbers for each storage.
    private static func zip(_ bytes: ForeignBytes) throws(ForeignFileError) -> PyTorchContainer {
        let archive = try ZipArchive(bytes)
        guard let entry = archive.entries.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
            throw bytes.error(
                at: 0, "is a zip archive without 'data.pkl', so no PyTorch file",
                fix: "write it with torch.save(model.state_dict(), path)")
        }
        let folder = entry.name.dropLast("data.pkl".count)
        guard archive.entry(named: folder + "constants.pkl") == nil else {
            throw bytes.error(
                at: 0, "is a TorchScript program, not a file of weights",
                fix: "in Python: torch.save(torch.jit.load(path).state_dict(), 'weights.pth')")
        }
        if let order = archive.entry(named: folder + "byteorder"),
            try archive.contents(of: order).text.hasPrefix("big")
        {
            throw bigEndian(bytes)
        }
        var storages: [String: Range<Int>] = [:]
        let prefix = folder + "data/"
        for entry in archive.entries where entry.name.hasPrefix(prefix) {
            let contents = try archive.contents(of: entry)
            guard contents.file === bytes.file else {
                throw bytes.error(
                    at: 0, "entry '\(entry.name)' is compressed",
                    fix: "pack the archive again without compression ('zip -0'), or save it anew with torch.save")
            }
            storages[String(entry.name.dropFirst(prefix.count))] = contents.range
        }
        let contents = try archive.contents(of: entry)
        guard archive.isIntact(entry, contents) else {
            throw bytes.error(at: 0, "entry '\(entry.name)' does not match its checksum")
        }
        let pickle = try Pickle(contents, globals: PyTorchGlobals.allowed)
        return PyTorchContainer(pickle: pickle, file: bytes.file, storages: storages)
    }

    /// 0.2 to 1.5: five pickles (a magic number, the version, the machine, the object, the keys of the storages), then
    /// for each storage a count of 64 bits and the raw numbers.
    private static func legacy(_ bytes: ForeignBytes) throws(ForeignFileError) -> PyTorchContainer {
        var position = 0
        func next(_ globals: PickleGlobals = .data) throws(ForeignFileError) -> Pickle {
            let rest = try bytes.part(at: position, count: bytes.count - position, "a pickle")
            let pickle = try Pickle(rest, globals: globals)
            position += pickle.byteCount
            return pickle
        }
        _ = try next()
        let version = try next()
        guard version.integer(version.root) == 1001 else {
            throw version.error("the file is not of version 1001", fix: "save it anew with a current PyTorch")
        }
        let machine = try next()
        guard machine.value("little_endian", of: machine.root) != .boolean(false) else { throw bigEndian(bytes) }
        let pickle = try next(PyTorchGlobals.allowed)
        let keys = try next()
        var widths: [String: Int] = [:]
        for identifier in pickle.persistentIdentifiers {
            let storage = try StorageIdentifier(identifier, in: pickle)
            widths[storage.root] = storage.width
        }
        var storages: [String: Range<Int>] = [:]
        for key in keys.elements(keys.root) ?? [] {
            guard let key = keys.text(key), let width = widths[key] else {
                throw keys.error("the file has a storage of numbers that no tensor uses")
            }
            let count = try bytes.integer(Int64.self, at: position)
            let (size, overflow) = Int(count).multipliedReportingOverflow(by: width)
            guard !overflow, storages[key] == nil else {
                throw bytes.error(at: position, "storage '\(key)' claims \(count) numbers, or stands there twice")
            }
            storages[key] = try bytes.part(at: position + 8, count: size, "storage '\(key)'").range
            position += 8 + size
        }
        return PyTorchContainer(pickle: pickle, file: bytes.file, storages: storages)
    }

    static func bigEndian(_ bytes: ForeignBytes) -> ForeignFileError {
        bytes.error(
            at: 0, "was written on a big-endian machine, whose numbers are not read",
            fix: "load and save it again with PyTorch on any usual machine")
    }
}
