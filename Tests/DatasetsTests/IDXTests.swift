import Datasets
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct IDXTests {
    private let mnist = DatasetSpecification("mnist")
    private static let images = "train-images-idx3-ubyte"
    private static let labels = "train-labels-idx1-ubyte"

    @Test func `compressed images and plain labels are what numpy wrote`() throws {
        let expected = try Golden.expected().mnist
        let dataset = try Dataset(mnist, at: "\(Golden.folder)/mnist")
        #expect(dataset.sampleShape == [1, 5, 4])
        #expect(dataset.labels == expected.labels)
        #expect(try dataset.allBytes == expected.pixels)
        #expect(dataset.classNames == (0...9).map(String.init))
        #expect(dataset.sampleIDs[11] == "train/11")
        let images = try dataset.images(3..<5)
        #expect(images.shape == [2, 1, 5, 4])
        #expect(images.scalars == expected.pixels![60..<100].map { Float($0) / 255 })
    }

    @Test func `members of a gzip file are one stream`() throws {
        let folder = try TemporaryFolder.copy(of: "mnist")
        try folder.write(try Golden.bytes("hostile/two-members.gz"), to: Self.images + ".gz")
        #expect(try Dataset(mnist, at: folder.path).allBytes == Golden.expected().mnist.pixels)
    }

    @Test func `offset and limit take a part`() throws {
        let whole = try Dataset(mnist, at: "\(Golden.folder)/mnist")
        let part = try Dataset(
            DatasetSpecification("mnist") { ($0.offset, $0.limit) = (4, 3) }, at: "\(Golden.folder)/mnist")
        #expect(part.count == 3)
        #expect(part.sampleIDs == ["train/4", "train/5", "train/6"])
        #expect(part.labels == Array(whole.labels![4..<7]))
        #expect(try part.allBytes == whole.bytes(at: [4, 5, 6]))
        let beyond = try Dataset(
            DatasetSpecification("mnist") { ($0.offset, $0.limit) = (10, .max) }, at: "\(Golden.folder)/mnist")
        #expect(beyond.count == 2)
    }

    @Test(arguments: 0..<20) func `a shuffled part has distinct samples with their own pixels`(seed: Int) throws {
        let whole = try Dataset(mnist, at: "\(Golden.folder)/mnist")
        let part = try Dataset(
            DatasetSpecification("mnist") { ($0.shuffle, $0.seed, $0.limit) = (true, seed, 5) },
            at: "\(Golden.folder)/mnist")
        let indices = part.sampleIDs.map { Int($0.dropFirst("train/".count))! }
        #expect(Set(indices).count == 5)
        #expect(part.labels == indices.map { whole.labels![$0] })
        #expect(try part.allBytes == whole.bytes(at: indices))
    }

    @Test(arguments: 0..<20) func `of a shuffled part only its own records are read`(seed: Int) throws {
        let folder = try TemporaryFolder.copy(of: "mnist")
        // A label that is no class, in the middle.
        var labels = try Golden.bytes("mnist/\(Self.labels)")
        labels[8 + 6] = 10
        try folder.write(labels, to: Self.labels)
        let specification = DatasetSpecification("mnist") { ($0.shuffle, $0.seed, $0.limit) = (true, seed, 4) }
        let rows = try Dataset(specification, at: "\(Golden.folder)/mnist").sampleIDs.map { Int($0.dropFirst(6))! }
        let words = message(opening: specification, at: folder)
        #expect(words.contains("byte 14: label 10") == rows.contains(6), "\(rows): \(words)")
    }

    /// What is done to a good data set, and the message that must follow.
    struct Damage: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var message: String
        var apply: @Sendable (TemporaryFolder) throws -> Void

        init(_ name: String, _ message: String, _ apply: @escaping @Sendable (TemporaryFolder) throws -> Void) {
            (testDescription, self.message, self.apply) = (name, message, apply)
        }
    }

    static let damages: [Damage] = [
        Damage(
            "not IDX",
            """
            DATA/train-images-idx3-ubyte: starts with the bytes 89 50 4e 47, not with 00 00 08 03 as IDX images do
              fix: give the IDX file as it was published, plain or compressed by gzip
            """
        ) { try $0.write([0x89, 0x50, 0x4E, 0x47, 0x0D], to: images) },
        Damage(
            "images and labels exchanged",
            """
            DATA/train-images-idx3-ubyte: magic number 2049: the file holds IDX labels, not images
              fix: give each file its own name back: images have 'idx3', labels 'idx1' in it
            """
        ) { try $0.write(Golden.bytes("mnist/\(labels)"), to: images) },
        Damage(
            "header cut",
            """
            DATA/train-images-idx3-ubyte: ends after 9 bytes; headers of IDX images need 16
              fix: copy or download the file again
            """
        ) { try $0.write(Array(idx([2, 2, 2], []).prefix(9)), to: images) },
        Damage(
            "pixels cut",
            """
            DATA/train-images-idx3-ubyte: ends after 255 bytes; 12 images of 5×4 need 256
              fix: copy or download the file again
            """
        ) { try $0.write(idx([12, 5, 4], .init(repeating: 7, count: 239)), to: images) },
        Damage(
            "bytes after the end",
            """
            DATA/train-images-idx3-ubyte: goes on after byte 256, where 12 images of 5×4 end
              fix: the header or the file is damaged; copy or download the file again
            """
        ) { try $0.write(idx([12, 5, 4], .init(repeating: 7, count: 241)), to: images) },
        Damage(
            "a length of 0",
            """
            DATA/train-images-idx3-ubyte: byte 8: the header of IDX images has a length of 0
              fix: the header or the file is damaged; copy or download the file again
            """
        ) { try $0.write(idx([12, 0, 4], []), to: images) },
        Damage(
            "lengths whose product overflows",
            """
            DATA/train-images-idx3-ubyte: byte 4: the header promises 4294967295 images of 4294967295×4294967295, \
            but no honest file of this size has more than 16 bytes
              fix: the header or the file is damaged; copy or download the file again
            """
        ) { try $0.write(idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []), to: images) },
        Damage(
            "a small compressed file that promises much",
            """
            DATA/train-images-idx3-ubyte.gz: byte 4: the header promises 2147483648 images of 2147483647×2, \
            but no honest file of this size has more than 1050816 bytes
              fix: the header or the file is damaged; copy or download the file again
            """
        ) { try $0.write(Golden.bytes("hostile/promises-too-much.gz"), to: images + ".gz") },
        Damage(
            "a bomb behind an honest header",
            """
            DATA/train-images-idx3-ubyte.gz: goes on after byte 256, where 12 images of 5×4 end
              fix: the header or the file is damaged; copy or download the file again
            """
        ) { try $0.write(Golden.bytes("hostile/bomb.gz"), to: images + ".gz") },
        Damage(
            "compressed data cut",
            """
            DATA/train-images-idx3-ubyte.gz: byte 150 of the compressed file: the compressed data end early
              fix: copy or download the file again
            """
        ) { try $0.write(Array(Golden.bytes("mnist/\(images).gz").prefix(150)), to: images + ".gz") },
        Damage(
            "wrong checksum",
            """
            DATA/train-images-idx3-ubyte.gz: byte CHECKSUM of the compressed file: incorrect data check
              fix: copy or download the file again
            """
        ) {
            var bytes = try Golden.bytes("mnist/\(images).gz")
            bytes[bytes.count - 8] ^= 1
            try $0.write(bytes, to: images + ".gz")
        },
        Damage(
            "bytes after the compressed data",
            """
            DATA/train-images-idx3-ubyte.gz: byte END of the compressed file: other bytes follow the compressed data
              fix: copy or download the file again
            """
        ) { try $0.write(Golden.bytes("mnist/\(images).gz") + [65, 66], to: images + ".gz") },
        Damage(
            "counts differ",
            """
            DATA/train-labels-idx1-ubyte: 11 labels for the 12 images of DATA/train-images-idx3-ubyte.gz
              fix: take both files from the same split of the same data set
            """
        ) { try $0.write(idx([11], .init(repeating: 1, count: 11)), to: labels) },
        Damage(
            "a label beyond the classes",
            """
            DATA/train-labels-idx1-ubyte: byte 13: label 10, expected 0...9
              fix: check that this is the file of labels of a set of 10 classes
            """
        ) { try $0.write(idx([12], [0, 1, 2, 3, 4, 10, 6, 7, 8, 9, 0, 1]), to: labels) },
        Damage(
            "no labels",
            """
            DATA: no file for 'mnist' called 'train-labels-idx1-ubyte', 'train-labels-idx1-ubyte.gz', \
            'train-labels.idx1-ubyte', 'train-labels.idx1-ubyte.gz'; there is a file 'train-labelsidx1-ubyte'
              fix: set 'path' to the folder with the files as they were published, and check 'split'
            """
        ) {
            try FileManager.default.moveItem(atPath: $0.path(labels), toPath: $0.path("train-labelsidx1-ubyte"))
        },
    ]

    @Test(arguments: damages) func `damage is named with its place and how to mend it`(damage: Damage) throws {
        let folder = try TemporaryFolder.copy(of: "mnist")
        try damage.apply(folder)
        let size = try Golden.bytes("mnist/\(Self.images).gz").count
        // zlib notices a wrong checksum once it has read its four bytes.
        let expected = damage.message.replacingOccurrences(of: "CHECKSUM", with: "\(size - 4)")
            .replacingOccurrences(of: "END", with: "\(size)")
        #expect(message(opening: mnist, at: folder) == expected)
    }

    @Test func `a compressed file cut or changed anywhere is an error or the same pixels`() throws {
        let folder = try TemporaryFolder.copy(of: "mnist")
        let bytes = try Golden.bytes("mnist/\(Self.images).gz")
        let pixels = try Golden.expected().mnist.pixels
        for position in bytes.indices {
            try folder.write(Array(bytes[..<position]), to: Self.images + ".gz")
            #expect(throws: DatasetError.self, "cut at \(position)") { try Dataset(mnist, at: folder.path) }
            var changed = bytes
            changed[position] ^= 0x40
            try folder.write(changed, to: Self.images + ".gz")
            // A changed name or time in the gzip header goes unnoticed and does no harm.
            if let dataset = try? Dataset(mnist, at: folder.path) { #expect(try dataset.allBytes == pixels) }
        }
    }
}
