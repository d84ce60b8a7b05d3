import Glibc
import Storage
import TestSupport
import Testing

@Suite struct IndexTests {
    private let folder: TemporaryFolder
    private let count = 40

    init() throws {
        folder = try TemporaryFolder()
        #expect(try Worker.make(count, in: path).status == 0)
    }

    private var path: String { folder.path("store") }
    private func key(_ number: Int) -> Digest { Digest(of: "object \(number)") }

    private var journal: String {
        get throws { path + "/index/" + (try #require(FileSystem.list(path + "/index").first)) }
    }

    /// The manifests that a store opened now finds.
    private func found() throws -> [ObjectManifest] {
        let store = try Store(opening: path)
        return (0..<count).compactMap { number in
            if case .present(let object) = store.find(key(number)) { object.manifest } else { nil }
        }
    }

    @Test func `what the index says is what the manifests say`() throws {
        let indexed = try found()
        try FileSystem.remove(path + "/index")
        let read = try found()
        #expect(read.count == count)
        #expect(indexed == read)
        // Made again by looking.
        #expect(try FileSystem.exists(journal))
    }

    @Test func `objects are found without their manifests while the index has them`() throws {
        for file in try FileSystem.listFiles(below: path + "/objects") where file.hasSuffix("manifest.json") {
            try FileSystem.remove(path + "/objects/" + file)
        }
        #expect(try found().count == count)
    }

    @Test func `damage of the index costs nothing but time`() throws {
        let bytes = try FileSystem.read(journal)
        let expected = try found()
        for step in 0..<60 {
            var damaged = bytes
            let place = step * bytes.count / 60
            switch step % 3 {
            case 0: damaged[place] ^= 1 << (step % 8)
            case 1: damaged = Array(bytes[..<place])
            default: damaged.replaceSubrange(place..<min(place + 700, bytes.count), with: [1, 0x43, 0x53, 0x4A, 255])
            }
            try FileSystem.write(damaged, to: journal)
            #expect(try found() == expected, "step \(step)")
        }
    }

    @Test func `an object that was changed or replaced is looked at again`() throws {
        let store = try Store(opening: path)
        guard case .present(let object) = store.find(key(7)) else { return #expect(Bool(false)) }
        let file = object.folder + "/numbers.txt"
        setTime(of: file, to: 1_000_000)
        #expect(try found().count == count)
        truncate(file, 0)
        guard case .damaged(let reason) = store.find(key(7)) else { return #expect(Bool(false)) }
        #expect(reason == "the file 'numbers.txt' has 0 bytes instead of 8")
    }
}
