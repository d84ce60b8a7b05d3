import ForeignFiles
import Foundation
import Testing

/// `listing()`, and files whose parts lead in circles or claim to be huge.
@Suite struct HDF5ListingTests {
    private static let folder = Bundle.module.url(forResource: "Golden", withExtension: nil)!

    private static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
    }

    private static func open(_ bytes: [UInt8]) throws -> HDF5Object {
        try MappedFile(bytes: bytes, path: "file.h5").bytes.openHDF5()
    }

    /// A word for each kind of entry.
    private static func word(_ content: HDF5Entry.Content) -> String {
        switch content {
        case .group: "group"
        case .dataset(let dataset): "\(dataset.datatype) \(dataset.shape) \(dataset.filters)"
        case .namedType(let type): "type \(type)"
        case .alias(let path): "= \(path)"
        case .softLink(let target): "-> \(target)"
        case .externalLink(let file, let object): "-> \(file) \(object)"
        case .otherLink: "other"
        case .unreadable(let error): error.what
        }
    }

    @Test(arguments: ["classic.h5", "latest.h5"])
    func `every kind of entry is listed in the order of names`(name: String) throws {
        let entries = try Self.open(Self.bytes(name)).listing()
        let words = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, Self.word($0.content)) })
        #expect(entries[0].path == "/")
        #expect(words["/hard"] == "group")
        #expect(words["/layouts"] == "= /hard")
        #expect(words["/hard/all_filters"] == #"float32 [11, 7, 3] ["shuffle", "gzip 4", "fletcher32"]"#)
        #expect(words["/hard/lzf"] == #"float32 [11, 7, 3] ["shuffle", "lzf"]"#)
        #expect(words["/groups/soft"] == "-> /layouts/compact")
        #expect(words["/outside/link"] == "-> other.h5 /x")
        #expect(words["/more/named"] == "type float32")
    }

    @Test func `links and attributes in heaps are read, and a group in itself comes once`() throws {
        let root = try Self.open(Self.bytes("dense.h5"))
        let entries = try root.listing()
        #expect(entries.count == 1 + 1 + 12 + 1 + 600 + 1)
        #expect(entries[0].attributes.count == 60)
        let links = entries.filter { $0.path.hasPrefix("/links/link") }.map { Self.word($0.content) }
        #expect(links == (0..<600).map { "-> /layers/features.\($0 % 12)" })
        #expect(entries.last.map { Self.word($0.content) } == "= /")
        #expect(try root.descendants().map(\.path).sorted().first == "/layers")
        let layer = try #require(try root.object("layers/features.3"))
        #expect(try layer.dataset().floats() == [3, 4])
        #expect(try layer.attribute("number")?.numbers() == [-1.5, 2])
        #expect(try layer.attribute("count")?.integers() == [200])
        #expect(try layer.attribute("below")?.integers() == [-2, 3])
        #expect(throws: ForeignFileError.self) { try layer.attribute("number")?.integers() }
    }

    // MARK: - Files that lie

    /// The places where a signature stands.
    private static func places(of signature: String, in bytes: [UInt8]) -> [Int] {
        let signature = Array(signature.utf8)
        return (0..<bytes.count - 4).filter { Array(bytes[$0..<$0 + 4]) == signature }
    }

    @Test func `a B-tree that is its own child is refused`() throws {
        let whole = try Self.bytes("classic.h5")
        let trees = Self.places(of: "TREE", in: whole)
        #expect(trees.count > 5)
        for place in trees {
            var bytes = whole
            bytes[place + 5] = 1
            // Behind the signature, kind, level, count and two neighbors: a key, as long as the kind has it, and a child.
            let keySize = bytes[place + 4] == 0 ? 8 : 0
            // The tree of an empty group has no child.
            guard keySize > 0, bytes[place + 6] > 0 else { continue }
            let child = withUnsafeBytes(of: UInt64(place).littleEndian) { Array($0) }
            bytes.replaceSubrange(place + 24 + keySize..<place + 32 + keySize, with: child)
            let root = try Self.open(bytes)
            let words: [String]
            // The names of the root itself are in a tree, too.
            do { words = try root.listing().map { Self.word($0.content) } } catch { words = [error.what] }
            #expect(words.contains("a B-tree that meets itself"), "tree at \(place)")
        }
    }

    @Test func `a node of a newer B-tree that is its own child is refused`() throws {
        var bytes = try Self.bytes("dense.h5")
        // Of links, and with levels.
        let header = try #require(
            Self.places(of: "BTHD", in: bytes).first { bytes[$0 + 5] == 5 && bytes[$0 + 12] > 0 })
        let root = bytes[header + 16..<header + 24]
        let place = root.reversed().reduce(0) { $0 << 8 | Int($1) }
        // The first child of the root, behind the records.
        let count = Int(bytes[header + 24])
        let recordSize = Int(bytes[header + 10])
        let child = place + 6 + count * recordSize
        bytes.replaceSubrange(child..<child + 8, with: root)
        #expect(throws: ForeignFileError.self) { try Self.open(bytes).object("links")?.children() }
    }

    @Test func `data that were never written take no memory`() throws {
        let root = try Self.open(Self.bytes("huge.h5"))
        #expect(try root.listing().count == 4)
        let images = try #require(try root.object("images")).dataset()
        #expect(images.shape == [1 << 40, 8, 8])
        #expect(try images.floats(rows: 1 << 39..<1 << 39 + 2).allSatisfy { $0 == 0 })
        for name in ["images", "labels", "plain"] {
            let dataset = try #require(try root.object(name)).dataset()
            let error = #expect(throws: ForeignFileError.self) { try dataset.floats() }
            #expect(error?.what.contains("are asked of a file of 1944") == true, "\(error?.what ?? "")")
        }
    }
}
