import ForeignFiles
import Foundation
import JSONValues
import Testing

@Suite struct HDF5Tests {
    private static let folder = Bundle.module.url(forResource: "Golden", withExtension: nil)!

    private static func open(_ name: String) throws -> HDF5Object {
        try MappedFile(path: folder.appendingPathComponent(name).path).bytes.openHDF5()
    }

    private static func golden() throws -> JSONValue {
        try JSONDocument(parsing: [UInt8](Data(contentsOf: folder.appendingPathComponent("hdf5.json")))).root
    }

    @Test(arguments: ["classic.h5", "userblock.h5", "latest.h5", "dense.h5"])
    func `data sets are what h5py reads`(name: String) throws {
        let root = try Self.open(name)
        let expected = try #require(try Self.golden()[name]?["data"]?.object)
        #expect(expected.count == (name == "dense.h5" ? 12 : 30))
        for (path, golden) in expected {
            let dataset = try #require(try root.object(path), "\(path)").dataset()
            #expect(dataset.shape == golden["shape"]!.array!.map { $0.int! }, "\(path)")
            let values = golden["values"]!.array!
            if values.first?.string != nil {
                #expect(try dataset.strings() == values.map { $0.string! }, "\(path)")
            } else {
                #expect(try dataset.floats() == values.map { Float($0.double!) }, "\(path)")
            }
        }
    }

    @Test(arguments: ["classic.h5", "userblock.h5", "latest.h5", "dense.h5"])
    func `attributes are what h5py reads`(name: String) throws {
        let root = try Self.open(name)
        let expected = try #require(try Self.golden()[name]?["attributes"]?.object)
        #expect(expected.count == (name == "dense.h5" ? 60 : 4))
        for (key, golden) in expected {
            let parts = key.split(separator: "@", omittingEmptySubsequences: false)
            let object = try #require(try root.object(String(parts[0])))
            let attribute = try #require(try object.attribute(String(parts[1])))
            #expect(try attribute.strings() == golden.array!.map { $0.string! }, "\(key)")
        }
    }

    @Test func `groups list what is in the file, each object once`() throws {
        let root = try Self.open("classic.h5")
        let names = try root.children().map(\.path)
        #expect(names == ["/groups", "/hard", "/layouts", "/more", "/outside", "/types"])
        let groups = try #require(try root.object("groups"))
        // A soft link and an external one lead to nothing.
        #expect(try groups.children().count == 20)
        #expect(try #require(try root.object("outside")).children().isEmpty)
        let below = try root.descendants().map(\.path)
        #expect(below.contains("/groups/g19/deeper"))
        #expect(below.contains("/hard/compact"))
        #expect(!below.contains("/layouts/compact"))
        #expect(try root.object("groups/g99") == nil)
    }

    @Test func `rows are read without the others`() throws {
        let root = try Self.open("classic.h5")
        for path in ["layouts/all_filters", "layouts/chunked", "layouts/contiguous", "layouts/never_written"] {
            let dataset = try #require(try root.object(path)).dataset()
            let all = try dataset.floats()
            let rowCount = dataset.count / dataset.shape[0]
            for lower in 0..<dataset.shape[0] {
                for upper in lower...dataset.shape[0] {
                    #expect(
                        try dataset.floats(rows: lower..<upper) == Array(all[lower * rowCount..<upper * rowCount]))
                }
            }
        }
    }

    @Test func `a damaged chunk does not match its checksum`() throws {
        var bytes = try [UInt8](Data(contentsOf: Self.folder.appendingPathComponent("classic.h5")))
        // The deflated chunks start with the header of zlib; the checksum is behind the first.
        let start = try #require((0..<bytes.count - 1).first { bytes[$0] == 0x78 && bytes[$0 + 1] == 0x5E })
        bytes[start + 20] ^= 0x55
        let dataset = try #require(
            try MappedFile(bytes: bytes, path: "damaged.h5").bytes.openHDF5().object("layouts/all_filters")
        ).dataset()
        #expect(throws: ForeignFileError.self) { try dataset.floats() }
    }

    @Test func `other files are named as such`() throws {
        let bytes = MappedFile(bytes: Array("PK\u{3}\u{4} and more".utf8), path: "zip.h5").bytes
        #expect(!bytes.isHDF5)
        let error = #expect(throws: ForeignFileError.self) { try bytes.openHDF5() }
        #expect(error?.what == "it is no HDF5 file: the signature is missing")
    }

    // MARK: - Damage

    /// Reads everything that can be read.
    private static func exhaust(_ bytes: [UInt8]) {
        guard let root = try? MappedFile(bytes: bytes, path: "damaged.h5").bytes.openHDF5() else { return }
        for entry in (try? root.listing()) ?? [] {
            for attribute in entry.attributes { _ = (try? attribute.integers(), try? attribute.numbers()) }
        }
        for object in (try? root.descendants()) ?? [] {
            for attribute in (try? object.attributes()) ?? [] { _ = try? attribute.strings() }
            guard let dataset = try? object.dataset() else { continue }
            _ = try? dataset.floats()
            _ = try? dataset.strings()
        }
    }

    @Test(arguments: ["classic.h5", "latest.h5"])
    func `a file that is cut off anywhere ends with an error`(name: String) throws {
        let bytes = try [UInt8](Data(contentsOf: Self.folder.appendingPathComponent(name)))
        for length in 0..<bytes.count { Self.exhaust(Array(bytes[..<length])) }
        for length in [8, bytes.count / 8, bytes.count / 2] {
            #expect(throws: ForeignFileError.self) {
                let root = try MappedFile(bytes: Array(bytes[..<length]), path: "cut.h5").bytes.openHDF5()
                for object in try root.descendants() where !object.isGroup { _ = try object.dataset().floats() }
            }
        }
    }

    @Test(arguments: ["classic.h5", "latest.h5", "dense.h5"], [UInt64(1), 2, 3])
    func `random damage never traps`(name: String, seed: UInt64) throws {
        let bytes = try [UInt8](Data(contentsOf: Self.folder.appendingPathComponent(name)))
        // SplitMix64, so that a failure can be repeated.
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        for _ in 0..<1_000 {
            var damaged = bytes
            for _ in 0..<1 + next() % 12 {
                let place = Int(next() % UInt64(bytes.count))
                damaged[place] = [0, 0xFF, 0x7F, 0x80, UInt8(truncatingIfNeeded: next())][Int(next() % 5)]
            }
            Self.exhaust(damaged)
        }
    }
}
