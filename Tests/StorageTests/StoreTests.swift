import Dispatch
import JSONValues
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct StoreTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let key = Digest(of: "a key")

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(opening: folder.path("store"))
    }

    /// Makes an object with one file, up to the moment of its publication.
    private func begin(_ text: String = "hello", seconds: Double = 1.5) throws -> (ObjectBuilder, ObjectManifest) {
        let builder = try store.begin(key)
        try FileSystem.makeFolder(builder.folder + "/pictures")
        try FileSystem.write(text, to: builder.folder + "/pictures/a.txt")
        let digest = Digest(of: text)
        let file = ObjectManifest.File(
            path: "pictures/a.txt", size: text.utf8.count, digest: digest, byteDigest: Digest(of: "bytes"))
        let manifest = ObjectManifest(
            key: key, keyManifest: ["x": 1], ports: [.init(name: "pictures", kind: "pictures", files: [file])],
            record: ["seconds": .number(seconds)])
        return (builder, manifest)
    }

    private func found() -> ObjectManifest? {
        if case .present(let object) = store.find(key) { object.manifest } else { nil }
    }

    /// What this process has in its temporary folder besides the file that says whose it is.
    private func unfinished() throws -> [String] {
        let names = try FileSystem.listFiles(below: folder.path("store/temporary"))
        return names.filter { !$0.hasSuffix("/owner") }
    }

    private func damage() -> String? {
        if case .damaged(let reason) = store.find(key) { reason } else { nil }
    }

    @Test func `an object is there after it is published, whole and read-only`() throws {
        #expect(found() == nil)
        let (builder, manifest) = try begin()
        #expect(found() == nil)
        let object = try store.publish(builder, manifest: manifest)
        #expect(object.folder == folder.path("store/objects/\(key.hex.prefix(2))/\(key.hex.dropFirst(2))"))
        #expect(found() == manifest)
        #expect(try FileSystem.read(object.folder + "/pictures/a.txt") == Array("hello".utf8))
        #expect(try unfinished() == [])
        #expect(try store.keys() == [key])
        #expect(
            try String(decoding: FileSystem.read(folder.path("store/format")), as: UTF8.self) == "convscope-store 1\n")
    }

    @Test func `the digest of a port is that of its sorted paths and digests`() throws {
        let (_, manifest) = try begin()
        #expect(manifest.ports[0].digest == Digest(of: "pictures/a.txt \(Digest(of: "hello"))\n"))
    }

    @Test func `where the place is taken the first object stays`() throws {
        let (first, firstManifest) = try begin()
        let (second, secondManifest) = try begin(seconds: 2.5)
        _ = try store.publish(first, manifest: firstManifest)
        let object = try store.publish(second, manifest: secondManifest)
        #expect(object.manifest == firstManifest)
        #expect(found() == firstManifest)
        #expect(try unfinished() == [])

        let (third, _) = try begin()
        _ = try store.publish(third, manifest: secondManifest, replacing: true)
        #expect(found() == secondManifest)
        #expect(try unfinished() == [])
    }

    @Test func `an object that is replaced is there at every moment`() throws {
        let (first, manifest) = try begin()
        let place = try store.publish(first, manifest: manifest).folder
        let hasEnded = Atomic(false)
        let looks = Atomic(0)
        let misses = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 2) { [self] number in
            if number == 0 {
                while !hasEnded.load(ordering: .relaxed) {
                    looks.add(1, ordering: .relaxed)
                    if !FileSystem.exists(place + "/manifest.json") { misses.add(1, ordering: .relaxed) }
                }
            } else {
                for _ in 0..<200 {
                    guard let (builder, manifest) = try? begin() else { break }
                    _ = try? store.publish(builder, manifest: manifest, replacing: true)
                }
                hasEnded.store(true, ordering: .relaxed)
            }
        }
        #expect(looks.load(ordering: .relaxed) > 1000)
        #expect(misses.load(ordering: .relaxed) == 0)
        #expect(try unfinished() == [])
    }

    @Test func `a damaged object is known as such and gives way`() throws {
        let (builder, manifest) = try begin()
        let object = try store.publish(builder, manifest: manifest)
        try FileSystem.remove(object.folder + "/pictures/a.txt")
        #expect(damage() == "the file 'pictures/a.txt' is missing")
        try FileSystem.write("hell", to: object.folder + "/pictures/a.txt")
        #expect(damage() == "the file 'pictures/a.txt' has 4 bytes instead of 5")
        try FileSystem.remove(object.folder + "/manifest.json")
        #expect(damage() == "it has no manifest")
        try FileSystem.write("{}", to: object.folder + "/manifest.json")
        #expect(damage() == "its manifest cannot be read")
        let (again, _) = try begin()
        _ = try store.publish(again, manifest: manifest)
        #expect(found() == manifest)
    }

    @Test func `a manifest in the wrong place is not believed`() throws {
        let (builder, manifest) = try begin()
        let object = try store.publish(builder, manifest: manifest)
        let other = Digest(of: "another key")
        let place = folder.path("store/objects/\(other.hex.prefix(2))")
        try FileSystem.makeFolder(place)
        try FileSystem.rename(object.folder, to: place + "/\(other.hex.dropFirst(2))")
        guard case .damaged(let reason) = store.find(other) else { return #expect(Bool(false)) }
        #expect(reason == "its manifest is that of \(key)")
    }

    @Test func `what dead processes left is removed, what may be alive stays`() throws {
        let temporary = folder.path("store/temporary")
        let (live, _) = try begin()
        let identity = try JSONDocument(parsing: FileSystem.read(live.folder + "/../owner")).root
        func leave(_ name: String, _ change: (inout JSONValue) -> Void) throws {
            var owner = identity
            change(&owner)
            try FileSystem.makeFolder(temporary + "/\(name)/object")
            try FileSystem.write(owner.compactText, to: temporary + "/\(name)/owner")
        }
        try leave("restarted-machine") { $0["boot"] = "x" }
        try leave("recycled-number") { $0["started"] = "1" }
        try leave("ended") { $0["process"] = 999_999_999 }
        try leave("other-host") { $0["host"] = "elsewhere" }
        try leave("other-container") {
            $0["namespace"] = "pid:[1]"
            $0["started"] = "1"
        }
        let host = try #require(identity["host"]?.string)
        let own = Paths.name(of: Paths.folder(of: live.folder))
        let place = try #require(own.split(separator: "-").dropLast().last)
        try FileSystem.makeFolder(temporary + "/\(host)-999999999-\(place)-1")
        // Another machine of the same name, or another container.
        try FileSystem.makeFolder(temporary + "/\(host)-999999999-00000000-1")
        try FileSystem.makeFolder(temporary + "/\(host)-999999999-00000000-2")
        setTime(of: temporary + "/\(host)-999999999-00000000-2", to: 1_000_000)
        try store.removeLeftovers()
        #expect(
            try FileSystem.list(temporary)
                == [own, "\(host)-999999999-00000000-1", "other-container", "other-host"].sorted())
    }

    @Test func `half replaced files of dead processes are removed, those of others when they are old`() throws {
        let (live, _) = try begin()
        let own = Paths.name(of: Paths.folder(of: live.folder)).split(separator: "-").dropLast()
        let host = own.dropLast(2).joined(separator: "-")
        let place = try #require(own.last)
        let kept = [
            "a.\(own.joined(separator: "-"))-0123abcd.new", "a.\(host)-999999999-00000000-0123abcd.new",
            "mine-1-2-3.new", "mine.new",
        ]
        let old = "a.elsewhere-1-00000000-0123abcd.new"
        let files = folder.path("files")
        try FileSystem.makeFolder(files)
        for name in kept + [old, "a.\(host)-999999999-\(place)-0123abcd.new"] {
            try FileSystem.write("x", to: files + "/" + name)
        }
        for name in [old, "mine.new"] { setTime(of: files + "/" + name, to: 1_000_000) }
        Replacement.removeAbandoned(in: files)
        #expect(try FileSystem.list(files) == kept.sorted())
    }

    @Test func `what nobody of us made gives way`() throws {
        try FileSystem.write("x", to: folder.path("store/objects/\(key.hex.prefix(2))"))
        try FileSystem.write("x", to: folder.path("store/temporary/notes"))
        try FileSystem.makeFolder(folder.path("store/temporary/my-folder"))
        #expect(try store.keys() == [])
        let (builder, manifest) = try begin()
        _ = try store.publish(builder, manifest: manifest)
        #expect(found() == manifest)
        try store.removeLeftovers()
        #expect(try FileSystem.list(folder.path("store/temporary")).count == 1)
        #expect(try unfinished() == [])
    }

    @Test func `a folder that is no store is refused`() throws {
        try FileSystem.makeFolder(folder.path("photos"))
        try FileSystem.write("x", to: folder.path("photos/a.png"))
        #expect {
            try Store(opening: folder.path("photos"))
        } throws: {
            "\($0)" == """
                '\(folder.path("photos"))' is not a store of this version: its format is 'unknown', expected 'convscope-store 1'
                  fix: choose another folder with --store, or move this one away
                """
        }
        try FileSystem.write("convscope-store 2\n", to: folder.path("store/format"))
        #expect(throws: StoreError.self) { try Store(opening: folder.path("store")) }
    }

    @Test func `a remembered digest is used until size, time or inode differ`() throws {
        let file = folder.path("x.bin")
        try FileSystem.write("one", to: file)
        #expect(try store.digest(ofExternalFile: file).digest == Digest(of: "one"))
        // Just written: not remembered, so that a change within the same tick is seen.
        #expect(try FileSystem.list(folder.path("store/files")) == [])
        setTime(of: file, to: 1_000_000)
        #expect(try store.digest(ofExternalFile: file).digest == Digest(of: "one"))
        // Not opened again: the change that hides behind the same time, size and inode is not seen until asked for.
        try FileSystem.write("two", to: file)
        setTime(of: file, to: 1_000_000)
        #expect(try store.digest(ofExternalFile: file).digest == Digest(of: "one"))
        #expect(try store.digest(ofExternalFile: file, rehashing: true).digest == Digest(of: "two"))
        setTime(of: file, to: 1_000_001)
        #expect(try store.digest(ofExternalFile: file).digest == Digest(of: "two"))
        #expect(throws: StoreError.fileSystem(.missing("/nowhere"))) { try store.digest(ofExternalFile: "/nowhere") }
    }
}
