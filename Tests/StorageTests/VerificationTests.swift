import Storage
import TestSupport
import Testing

@Suite struct VerificationTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder()
        #expect(try Worker.make(100, in: folder.path("store")).status == 0)
        store = try Store(opening: folder.path("store"))
    }

    /// Numbers that look random and are the same in every run.
    private struct Sequence {
        var state: UInt64 = 1
        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    @Test func `each of a thousand flipped bits is found`() throws {
        #expect(try store.verify().damages.isEmpty)
        let files = try FileSystem.listFiles(below: folder.path("store/objects"))
        var random = Sequence()
        for _ in 0..<1000 {
            let name = files[random.next(below: files.count)]
            let path = folder.path("store/objects/" + name)
            let bytes = try FileSystem.read(path)
            var flipped = bytes
            let bit = random.next(below: 8 * bytes.count)
            flipped[bit / 8] ^= 1 << (bit % 8)
            try FileSystem.write(flipped, to: path)
            let damages = try store.verify().damages
            #expect(damages.count == 1, "bit \(bit) of \(name)")
            let hex = name.prefix(65).filter { $0 != "/" }
            #expect(damages.first?.key.hex == String(hex))
            #expect(
                damages.first?.reason
                    == (name.hasSuffix("manifest.json")
                        ? "its manifest cannot be read"
                        : "the file 'numbers.txt' has other bytes than when it was made"))
            try FileSystem.write(bytes, to: path)
        }
        #expect(try store.verify().damages.isEmpty)
    }

    @Test func `an object says which file of which port differs, and how`() throws {
        guard case .present(let object) = store.find(Digest(of: "object 5")) else { return #expect(Bool(false)) }
        try object.verify(port: "numbers")
        let file = object.folder + "/numbers.txt"
        try FileSystem.write("444444", to: file)
        try object.verify(port: "another")
        #expect(throws: ObjectDamage.self) { try object.verify() }
        func words() -> String {
            do { try object.verify(port: "numbers") } catch { return "\(error)" }
            return ""
        }
        #expect(words() == "the file 'numbers.txt' has other bytes than when it was made")
        try FileSystem.write("4", to: file)
        #expect(words() == "the file 'numbers.txt' has 1 bytes instead of 6")
        try FileSystem.remove(file)
        #expect(words() == "the file 'numbers.txt' is missing")
    }

    @Test func `the number of threads changes nothing`() throws {
        for number in [3, 50, 99] {
            let hex = Digest(of: "object \(number)").hex
            try FileSystem.write("", to: folder.path("store/objects/\(hex.prefix(2))/\(hex.dropFirst(2))/numbers.txt"))
        }
        let results = try [1, 2, 7].map { try store.verify(threads: $0).damages.map(\.key) }
        #expect(results[0].count == 3)
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
