import HDF5Files
import TestSupport
import Tensors
import Testing

/// Files that h5py wrote, in the oldest and in a newer format of HDF5.
@Suite struct GoldenFileTests {
    static let files = ["everything.h5", "everything-v110.h5"]

    @Test(arguments: files) func `numbers of other programs are read`(_ name: String) throws {
        let file = try HDF5File(opening: golden(name))
        let plain = try file.dataset("plain")
        #expect(try plain.readTensor() == Tensor(shape: [4, 3, 2], (0..<24).map { Float($0) / 4 }))
        let packed = try file.dataset("packed")
        #expect(try packed.read(Int32.self) == (0..<200).map { Int32($0) })
        #expect(try packed.read(Int.self, rows: 7..<9) == Array(28..<36))
        #expect(packed.filters == ["shuffle", "gzip 6", "fletcher32"])
        #expect(packed.chunk == [8, 4])
        #expect(try file.dataset("half").read(Float.self) == [0, 1, -2, 0.333_251_95, 65504])
        #expect(try file.dataset("big_endian").read(Double.self) == [1.5, -2.25, 1e300])
        #expect(try file.dataset("bytes").read(UInt8.self) == [0, 1, 2, 3, 4, 5])
        #expect(try file.dataset("short").read(Int32.self) == [-32768, 0, 32767])
        #expect(try file.dataset("scalar").read(Int64.self) == [-7])
        #expect(try file.dataset("empty").read(Float.self) == [])
        #expect(try file.dataset("null").read(Float.self) == [])
        #expect(try file.dataset("soft").readTensor() == Tensor(shape: [2, 2], repeating: 1))
    }

    @Test(arguments: files) func `texts of other programs are read`(_ name: String) throws {
        let file = try HDF5File(opening: golden(name))
        #expect(try file.dataset("words").readStrings() == ["", "tench", "größer", "魚"])
        #expect(try file.dataset("fixed_words").readStrings() == ["cat", "longer", ""])
    }

    @Test(arguments: files) func `attributes of other programs are read`(_ name: String) throws {
        let file = try HDF5File(opening: golden(name))
        let expected: [(String, HDF5AttributeValue)] = [
            ("count", 3), ("fixed", "ascii"), ("fixed_names", .strings(["ab", "c"])),
            ("integers", .integers([1, -2, 3])),
            ("matrix", .other("float64, shape [2, 2]")), ("names", .strings(["a", "größer", ""])),
            ("nothing", .other("nothing (float32)")), ("numbers", .numbers([0.5, -1.5])),
            ("pair", .other("compound of index: int32, weight: float64")), ("ratio", 0.1), ("text", "größer"),
            ("yes", true),
        ]
        #expect(try file.attributes() == expected.map { HDF5Attribute(name: $0.0, value: $0.1) })
        #expect(try file.dataset("plain").axisNames() == ["samples", "features", ""])
        #expect(try file.dataset("plain").scalePaths() == [["/sample_ids"], [], []])
    }

    @Test(arguments: files) func `nothing is clipped or guessed`(_ name: String) throws {
        let file = try HDF5File(opening: golden(name))
        let refused: [(String, String, (HDF5Dataset) throws -> Void)] = [
            ("huge", "uint64", { _ = try $0.read(Int.self) }), ("packed", "int32", { _ = try $0.read(UInt8.self) }),
            ("plain", "float32", { _ = try $0.read(Int32.self) }), ("words", "string", { _ = try $0.read(Float.self) }),
            ("table", "compound of index: int32, weight: float64", { _ = try $0.read(Float.self) }),
            ("ragged", "lists of int32", { _ = try $0.read(Int32.self) }),
            ("flags", "bool", { _ = try $0.read(UInt8.self) }),
            ("plain", "float32", { _ = try $0.readStrings() }),
        ]
        for (path, found, read) in refused {
            guard case .wrongType(found, _) = problem({ try read(file.dataset(path)) }) else {
                Issue.record("\(path) was read")
                continue
            }
        }
    }

    @Test(arguments: files) func `the tree names everything once and follows no loop`(_ name: String) throws {
        let entries = try HDF5File(opening: golden(name)).tree()
        let lines = entries.map { entry in
            switch entry.content {
            case .group: "\(entry.path) group"
            case .dataset(let dataset): "\(entry.path) \(dataset.typeName) \(dataset.shape)"
            case .namedType(let words): "\(entry.path) type \(words)"
            case .alias(let path): "\(entry.path) = \(path)"
            case .softLink(let target): "\(entry.path) -> \(target)"
            case .externalLink(let file, let object): "\(entry.path) -> \(file):\(object)"
            case .otherLink: "\(entry.path) -> ?"
            case .unreadable(let error): "\(entry.path) \(error)"
            }
        }
        #expect(
            lines == [
                "/ group", "/alias float32 [4, 3, 2]", "/big_endian float64 (big-endian) [3]", "/block1 group",
                "/block1/conv group", "/block1/conv/weight float32 [2, 2]", "/block1/parent = /", "/bytes uint8 [2, 3]",
                "/circle -> /circle", "/dangling -> /nowhere", "/empty float32 [0, 5]",
                "/fixed_words string of 6 bytes [3]",
                "/flags bool [3]", "/half float16 [5]", "/huge uint64 [1]", "/null float32 []",
                "/outside -> other.h5:/secret", "/packed int32 [50, 4]", "/plain = /alias",
                "/ragged lists of int32 [2]",
                "/sample_ids int64 [4]", "/scalar int64 []", "/short int16 [3]", "/soft -> /block1/conv/weight",
                "/table compound of index: int32, weight: float64 [1]", "/words string [4]",
            ])
        #expect(
            entries.first { $0.path == "/block1/conv" }?.attributes == [HDF5Attribute(name: "trainable", value: true)])
    }

    @Test func `no other file is ever opened`() throws {
        let file = try HDF5File(opening: golden("everything.h5"))
        #expect(problem { _ = try file.dataset("outside") } == .elsewhere(target: "other.h5:/secret"))
        #expect(try HDF5File(opening: golden("other.h5")).dataset("secret").read(Float.self) == [42])
        let outward = try HDF5File(opening: golden("outward.h5"))
        #expect(problem { _ = try outward.dataset("virtual") } == .elsewhere(target: "a virtual dataset"))
        #expect(problem { _ = try outward.dataset("stored_elsewhere") } == .elsewhere(target: "values in raw files"))
    }

    @Test func `a huge claim is refused before memory is taken, and parts of it are read`() throws {
        let claimed = try HDF5File(opening: golden("huge-claim.h5")).dataset("claimed")
        #expect(claimed.shape == [1 << 40, 1 << 10])
        #expect(problem { _ = try claimed.read(Float.self) } == .tooLarge(needed: 1 << 52, limit: 4 << 30))
        #expect(
            problem { _ = try claimed.readTensor(rows: 0..<1024, limit: 1 << 20) }
                == .tooLarge(needed: 1 << 22, limit: 1 << 20))
        #expect(try claimed.read(Float.self, rows: (1 << 40) - 1..<1 << 40) == [Float](repeating: 0, count: 1 << 10))
    }
}
