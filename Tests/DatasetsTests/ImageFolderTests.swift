import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ImageFolderTests {
    private let specification = DatasetSpecification("image-folder") { ($0.resize, $0.crop) = (10, 8) }
    private let names = ["cat/one.png", "cat/two.JPG", "dog/deep/three.png", "eel/four.jpeg"]

    /// Decoders may differ by one in JPEG; resizing is exact.
    private func largestDifference(_ left: [UInt8], _ right: [UInt8]) -> Int {
        zip(left, right).map { abs(Int($0) - Int($1)) }.max()!
    }

    @Test func `pictures are decoded, resized and cropped as Pillow and torchvision do`() throws {
        let expected = try Golden.expected().folder
        let dataset = try Dataset(specification, at: "\(Golden.folder)/folder")
        #expect(dataset.sampleShape == [3, 8, 8])
        #expect(dataset.sampleIDs == names)
        #expect(dataset.labels == [0, 0, 1, 2])
        #expect(dataset.classNames == ["cat", "dog", "eel"])
        #expect(try dataset.allBytes.count == expected.color.count)
        #expect(try largestDifference(dataset.allBytes, expected.color) <= 1)
        #expect(try dataset.bytes(at: [0, 2]) == Array(expected.color[..<192] + expected.color[384..<576]))

        #expect(expected.rounded != expected.color)
        let rounded = try Dataset(
            DatasetSpecification("image-folder") { ($0.resize, $0.crop, $0.longerSide) = (10, 8, .rounded) },
            at: "\(Golden.folder)/folder")
        #expect(try largestDifference(rounded.allBytes, expected.rounded) <= 1)

        let gray = try Dataset(
            DatasetSpecification("image-folder") { ($0.resize, $0.crop, $0.color) = (10, 8, .gray) },
            at: "\(Golden.folder)/folder")
        #expect(gray.sampleShape == [1, 8, 8])
        #expect(try largestDifference(gray.allBytes, expected.gray) <= 1)
    }

    @Test func `a part knows all classes and needs one file of each`() throws {
        let part = DatasetSpecification("image-folder") { ($0.resize, $0.crop, $0.offset, $0.limit) = (10, 8, 2, 1) }
        let files = try part.files(at: "\(Golden.folder)/folder")
        #expect(files.map(\.name) == ["dog/deep/three.png", "cat/one.png (class)", "eel/four.jpeg (class)"])
        let dataset = try Dataset(part, at: "\(Golden.folder)/folder")
        #expect(dataset.count == 1)
        #expect(dataset.labels == [1])
        #expect(dataset.classNames == ["cat", "dog", "eel"])
    }

    @Test func `names of WordNet kind carry the class`() throws {
        let folder = try TemporaryFolder()
        let picture = try Golden.bytes("folder/cat/one.png")
        for name in ["n02099712_Labrador_retriever.JPEG", "n01440764_tench.png", "n02099712_17.png", ".hidden.png"] {
            try folder.write(picture, to: name)
        }
        let dataset = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
        #expect(dataset.labels == [0, 1, 1])
        #expect(dataset.classNames == ["tench", "n02099712"])
        try folder.write(picture, to: "other.png")
        let flat = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
        #expect(flat.count == 4)
        #expect(flat.labels == nil)
        #expect(flat.classNames == [])
        // A part of which all names are of the WordNet kind is still flat.
        let part = try Dataset(DatasetSpecification("image-folder") { $0.limit = 2 }, at: folder.path)
        #expect(part.count == 2)
        #expect(part.labels == nil)
    }

    @Test func `the split chooses between folders named train and val`() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes("folder/cat/one.png"), to: "train/cat/1.png")
        try folder.write(try Golden.bytes("folder/dog/deep/three.png"), to: "val/dog/2.png")
        let training = try Dataset(DatasetSpecification("image-folder"), at: folder.path)
        #expect(training.sampleIDs == ["cat/1.png"])
        let testing = try Dataset(DatasetSpecification("image-folder") { $0.split = .test }, at: folder.path)
        #expect(testing.sampleIDs == ["dog/2.png"])
        #expect(testing.classNames == ["dog"])
    }

    @Test func `links are followed, and one that leads in a circle is an error`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("cat"), withDestinationPath: "\(Golden.folder)/folder/cat")
        #expect(try Dataset(specification, at: folder.path).sampleIDs == ["cat/one.png", "cat/two.JPG"])
        try FileManager.default.createDirectory(atPath: folder.path("dog"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("dog/up"), withDestinationPath: folder.path("dog"))
        #expect(
            message(opening: specification, at: folder) == """
                DATA/dog/up/up/up/up/up/up/up/up: more than 8 folders inside each other
                  fix: look for a link that leads back to a folder above it
                """)
    }

    @Test func `a link to nothing among the pictures is named, or left out`() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes("folder/cat/one.png"), to: "cat/1.png")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("cat/2.png"), withDestinationPath: folder.path("nothing"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("cat/3.png"), withDestinationPath: folder.path("cat/3.png"))
        #expect(
            message(opening: DatasetSpecification("image-folder"), at: folder) == """
                DATA/cat/2.png: cannot be read: No such file or directory
                  fix: mend the link or the permission, or remove the file ('on_error': "skip" leaves it out)
                """)
        let skipping = DatasetSpecification("image-folder") { $0.onError = .skip }
        #expect(try Dataset(skipping, at: folder.path).sampleIDs == ["cat/1.png"])
        #expect(skipping.unreadableFiles(at: folder.path) == ["cat/2.png", "cat/3.png"])
    }

    @Test func `only what the limit takes is looked into`() throws {
        let folder = try TemporaryFolder()
        let picture = try Golden.bytes("folder/cat/one.png")
        for name in ["1.png", "2.png", "5.png"] { try folder.write(picture, to: name) }
        try folder.write(Array(picture.prefix(40)), to: "3.png")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("4.png"), withDestinationPath: folder.path("nothing"))
        let first = try Dataset(DatasetSpecification("image-folder") { $0.limit = 2 }, at: folder.path)
        #expect(first.sampleIDs == ["1.png", "2.png"])
        let last = try Dataset(DatasetSpecification("image-folder") { $0.offset = 4 }, at: folder.path)
        #expect(last.sampleIDs == ["5.png"])
        #expect(
            message(opening: DatasetSpecification("image-folder") { $0.limit = 4 }, at: folder).hasPrefix(
                "DATA/4.png: cannot be read: No such file or directory"))
    }

    @Test func `a shuffled part depends on the seed and on nothing else`() throws {
        let folder = try TemporaryFolder()
        let picture = try Golden.bytes("folder/cat/one.png")
        for index in 10..<60 { try folder.write(picture, to: "\(index).png") }
        func part(_ seed: Int, _ offset: Int, _ limit: Int?) throws -> [String] {
            try Dataset(
                DatasetSpecification("image-folder") {
                    ($0.shuffle, $0.seed, $0.offset, $0.limit) = (true, seed, offset, limit)
                }, at: folder.path
            ).sampleIDs
        }
        let all = try part(7, 0, nil)
        #expect(all.sorted() == (10..<60).map { "\($0).png" } && all != all.sorted())
        #expect(try part(7, 5, 10) == Array(all[5..<15]))
        #expect(try part(8, 0, nil) != all)
    }

    @Test func `names that differ in the bytes of an accent only are refused`() throws {
        let folder = try TemporaryFolder()
        for name in ["caf\u{E9}", "cafe\u{301}"] {
            try folder.write(try Golden.bytes("folder/cat/one.png"), to: "\(name)/1.png")
        }
        let text = message(opening: DatasetSpecification("image-folder"), at: folder)
        #expect(text.contains("holds two files or folders called"))
        #expect(text.hasSuffix("fix: rename one of them"))
    }

    @Test func `a corrupt picture in the middle is named, or skipped and counted`() throws {
        let folder = try TemporaryFolder.copy(of: "folder")
        let whole = try Golden.bytes("folder/cat/two.JPG")
        try folder.write(Array(whole.prefix(whole.count * 3 / 4)), to: "cat/two.JPG")
        let text = message(opening: specification, at: folder)
        #expect(text.hasPrefix("DATA/cat/two.JPG: is a damaged JPEG: "))
        #expect(
            text.hasSuffix(
                """

                  fix: fetch or export the file again, or leave it out \
                ('on_error': "skip" leaves out what cannot be decoded)
                """))
        var skipping = specification
        skipping.onError = .skip
        let dataset = try Dataset(skipping, at: folder.path)
        #expect(dataset.description.skipped == ["cat/two.JPG"])
        #expect(dataset.sampleIDs == ["cat/one.png", "dog/deep/three.png", "eel/four.jpeg"])
        #expect(dataset.labels == [0, 1, 2])
        #expect(try dataset.allBytes.count == 3 * 192)

        // A class whose only picture is skipped stays a class.
        try folder.write([0xFF, 0xD8, 0xFF], to: "dog/deep/three.png")
        let without = try Dataset(skipping, at: folder.path)
        #expect(without.labels == [0, 2])
        #expect(without.classNames == ["cat", "dog", "eel"])
    }

    @Test func `a file that is no picture is named`() throws {
        let folder = try TemporaryFolder.copy(of: "folder")
        try folder.write(Array("GIF89a".utf8), to: "cat/two.JPG")
        #expect(
            message(opening: specification, at: folder) == """
                DATA/cat/two.JPG: is neither PNG nor JPEG: it begins with 47 49 46 38
                  fix: convert it to PNG or JPEG, or leave it out \
                ('on_error': "skip" leaves out what cannot be decoded)
                """)
    }

    @Test func `folders that hold nothing usable are named`() throws {
        let folder = try TemporaryFolder.copy(of: "folder")
        try folder.write([1], to: "ant/readme.txt")
        #expect(
            message(opening: specification, at: folder) == """
                DATA/ant: the class folder holds no PNG or JPEG files
                  fix: put images into the folder, or remove it
                """)
        try folder.write(try Golden.bytes("folder/cat/one.png"), to: "loose.png")
        #expect(
            message(opening: specification, at: folder) == """
                DATA: holds images ('loose.png') and class folders ('ant') side by side
                  fix: move the images into class folders, or the folders elsewhere
                """)
        let empty = try TemporaryFolder()
        try empty.write([1], to: "picture.webp")
        #expect(
            message(opening: specification, at: empty) == """
                DATA: holds no PNG or JPEG files; it holds 'picture.webp'
                  fix: set 'path' to a folder of .png, .jpg or .jpeg files, or of one folder of them per class
                """)
        #expect(throws: DatasetError.unreadable(path: "/no/such/folder", reason: "No such file or directory")) {
            try specification.files(at: "/no/such/folder")
        }
    }

    @Test func `sizes must agree, and hold the crop`() throws {
        let folder = try TemporaryFolder.copy(of: "folder")
        #expect(
            message(opening: DatasetSpecification("image-folder"), at: folder) == """
                DATA/cat/two.JPG: 13×17 pixels, but DATA/cat/one.png has 20×14; samples need one size
                  fix: set 'resize' and 'crop', both to 14 for example
                """)
        #expect(
            message(opening: DatasetSpecification("image-folder") { $0.crop = 14 }, at: folder) == """
                DATA/cat/two.JPG: 13×17 pixels are too few for a crop of 14×14
                  fix: set 'resize' to at least 14, or lower 'crop'
                """)
        #expect(
            message(opening: DatasetSpecification("image-folder") { $0.resize = 100_000 }, at: folder) == """
                DATA/cat/one.png: 20×14 pixels would become 142857×100000, which is too large
                  fix: lower 'resize', or remove the file
                """)
        let huge = DatasetSpecification("image-folder") { ($0.resize, $0.crop) = (.max, .max) }
        #expect(
            message(opening: huge, at: folder).hasPrefix(
                "DATA/cat/one.png: 20×14 pixels would become 1000000000×1000000000, which is too large"))
    }
}
