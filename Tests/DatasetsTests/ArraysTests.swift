import Datasets
import Foundation
import JSONValues
import Tensors
import TestSupport
import Testing

@Suite struct ArraysTests {
    private let arrays = "\(Golden.folder)/arrays"

    @Test(arguments: ["u1", "u1-fortran", "i8-big", "u2-first", "f4", "f8-big-fortran", "f2-255"])
    func `NPY files of every kind hold the same pictures`(name: String) throws {
        let expected = try Golden.expected().arrays
        let dataset = try Dataset(
            DatasetSpecification("arrays") {
                ($0.images, $0.labels) = (name, "classes")
                if name == "f2-255" { $0.white = 255 }
            }, at: "\(arrays)/npy")
        #expect(dataset.sampleShape == [3, 4, 5])
        #expect(try dataset.allBytes == expected.pixels)
        #expect(dataset.labels == expected.labels)
        #expect(dataset.classNames == ["0", "1", "2"])
    }

    @Test(
        arguments: [
            ("plain.npz", nil, nil), ("compressed.npz", nil, nil), ("arrays.h5", "set/pictures", "set/classes"),
            ("arrays.h5", "chunked", "set/classes"),
        ] as [(String, String?, String?)])
    func `archives and HDF5 files too`(file: String, images: String?, labels: String?) throws {
        let expected = try Golden.expected().arrays
        let specification = DatasetSpecification("arrays") { ($0.images, $0.labels) = (images, labels) }
        let dataset = try Dataset(specification, at: "\(arrays)/\(file)")
        #expect(try dataset.allBytes == expected.pixels)
        #expect(dataset.labels == expected.labels)

        var part = specification
        (part.offset, part.limit, part.shuffle, part.color) = (1, 3, true, .gray)
        let shuffled = try Dataset(part, at: "\(arrays)/\(file)")
        #expect(shuffled.sampleShape == [1, 4, 5])
        #expect(shuffled.labels == shuffled.sampleIDs.map { expected.labels[Int($0.dropFirst(6))!] })
        #expect(shuffled.classNames.count == 3)
        #expect(try shuffled.images(0..<3, threads: 2).scalars == shuffled.images(0..<3).scalars)
    }

    @Test(arguments: ["npy", "hdf5"]) func `other names of the format mean the same`(name: String) throws {
        let dataset = try Dataset(DatasetSpecification(name), at: "\(arrays)/plain.npz")
        #expect(try dataset.allBytes == Golden.expected().arrays.pixels)
        #expect(try DatasetCatalogue.ownName(of: name) == "arrays")
    }

    @Test func `one file of images is enough, and labels beside it are named`() throws {
        let alone = try Dataset(DatasetSpecification("npy"), at: "\(arrays)/npy/u1.npy")
        #expect(try alone.allBytes == Golden.expected().arrays.pixels)
        #expect(alone.labels == nil)
        let labelled = try Dataset(DatasetSpecification("npy") { $0.labels = "classes" }, at: "\(arrays)/npy/u1.npy")
        #expect(try labelled.labels == Golden.expected().arrays.labels)
    }

    /// 24 numbers that are no 255ths, as pictures of 3×4 pixels; what stands in the file, and what must come out.
    static let finePictures: [(type: String, white: Double?, stored: [UInt8], intensities: [Float])] = {
        let shares = (0..<24).map { Float($0) / 23 * 0.7 + 0.0001 }
        let words = shares.map { UInt16($0 * 65535) }
        func bytes(_ values: [some Any]) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }
        return [
            ("<f4", nil, bytes(shares), shares),
            ("<f8", 2, bytes(shares.map { Double($0) * 2 }), shares),
            ("<u2", 65535, bytes(words), words.map { Float($0) / 65535 }),
        ]
    }()

    @Test(arguments: finePictures)
    func `numbers finer than bytes keep their digits`(
        type: String, white: Double?, stored: [UInt8], intensities: [Float]
    ) throws {
        let folder = try TemporaryFolder()
        let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (2, 3, 4), }"
        let header = Array((text + String(repeating: " ", count: 117 - text.count) + "\n").utf8)
        try folder.write([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + header + stored, to: "images.npy")
        func opened(_ change: (inout DatasetSpecification) -> Void) throws -> Dataset {
            try Dataset(
                DatasetSpecification("arrays") {
                    $0.white = white
                    change(&$0)
                }, at: folder.path)
        }
        let dataset = try opened { _ in }
        #expect(try dataset.images(0..<2).scalars == intensities)
        #expect(try dataset.allBytes == intensities.map { UInt8(($0 * 255).rounded()) })
        #expect(try DatasetDescription(json: dataset.description.json) == dataset.description)
        #expect(dataset.description.json["precision"]?.string == "float")
        // Pictures of 8 bits are what is cut.
        let cut = try opened { $0.crop = 3 }
        #expect(try cut.images(0..<2).scalars == cut.allBytes.map { Float($0) / 255 })
        #expect(cut.description.json["precision"] == nil)
    }

    @Test func `the split chooses the arrays, and gray pictures need no axis of channels`() throws {
        let dataset = try Dataset(DatasetSpecification("arrays") { $0.split = .test }, at: "\(arrays)/plain.npz")
        #expect(dataset.sampleShape == [1, 4, 5])
        #expect(dataset.labels == [2, 0])
    }

    @Test func `arrays that are not there, or mean something else, are named`() throws {
        func text(_ file: String, _ change: (inout DatasetSpecification) -> Void) throws -> String {
            let folder = try TemporaryFolder.copy(of: "arrays")
            do throws(DatasetError) {
                let dataset = try Dataset(DatasetSpecification("arrays", change), at: folder.path(file))
                _ = try dataset.bytes(at: Array(0..<dataset.count))
                return "no error"
            } catch { return error.description.replacing(folder.path, with: "DATA") }
        }
        #expect(
            try text("plain.npz") { $0.images = "x_trian" } == """
                DATA/plain.npz: has no array 'x_trian'; did you mean 'x_train'?
                  fix: set 'images' and 'labels' to names of its arrays: 'x_train', 'y_train', 'x_test', 'y_test'
                """)
        #expect(
            try text("arrays.h5") { $0.images = "set" } == """
                DATA/arrays.h5: has no array 'set'
                  fix: set 'images' and 'labels' to names of its arrays: 'chunked', 'set/classes', 'set/pictures'
                """)
        #expect(
            try text("plain.npz") { $0.images = "y_train" } == """
                DATA/plain.npz: array 'y_train': has the shape [6], which is none of images
                  fix: store images as [samples, height, width], or with an axis of 1 or 3 channels
                """)
        #expect(
            try text("plain.npz") { $0.labels = "x_train" } == """
                DATA/plain.npz: array 'x_train': has the shape [6, 4, 5, 3], but labels are one number for each sample
                  fix: store the number of the class, of one-hot rows their argmax
                """)
        #expect(
            try text("plain.npz") { $0.labels = "y_test" }
                == "DATA/plain.npz: 2 labels for the 6 images of DATA/plain.npz\n"
                + "  fix: take both files from the same split of the same data set")
        #expect(
            try text("npy") { $0.images = "f2-255" }.hasSuffix(
                "expected 0...1.0\n  fix: set 'white' to the number that stands for full intensity, 255 for example"))
        #expect(
            try text("npy") { $0.images = "u8" } == """
                DATA/npy: no file for 'arrays' called 'u8.npy'; there is a file 'u1.npy'
                  fix: set 'path' to the folder with the files as they were published, and check 'split'
                """)
    }

    @Test func `labels below 0 or broken are named with their place`() throws {
        let folder = try TemporaryFolder.copy(of: "arrays/npy")
        var labels = try Golden.bytes("arrays/npy/classes.npy")
        labels.replaceSubrange(labels.count - 4..<labels.count, with: [0xFF, 0xFF, 0xFF, 0xFF])
        try folder.write(labels, to: "classes.npy")
        let specification = DatasetSpecification("arrays") { ($0.images, $0.labels) = ("u1", "classes") }
        #expect(
            message(opening: specification, at: folder) == """
                DATA/classes.npy: array 'labels': label 5 is -1.0, expected whole numbers in 0...65535
                  fix: number the classes from 0 on
                """)
    }

    @Test(arguments: ["plain.npz", "compressed.npz", "arrays.h5", "npy/u1.npy"])
    func `a file that is cut anywhere is an error or the same pictures`(file: String) throws {
        let whole = try Golden.bytes("arrays/\(file)")
        let folder = try TemporaryFolder()
        let specification = DatasetSpecification("arrays") { $0.images = file == "arrays.h5" ? "chunked" : nil }
        let expected = try Golden.expected().arrays.pixels
        var errors = 0
        for size in stride(from: 0, to: whole.count - 1, by: max(1, whole.count / 300)) {
            try folder.write(Array(whole.prefix(size)), to: "file")
            do {
                // The end of an HDF5 file may hold nothing but other arrays.
                #expect(try Dataset(specification, at: folder.path("file")).allBytes == expected, "\(size)")
            } catch is DatasetError { errors += 1 }
        }
        #expect(errors > 100)
    }
}
