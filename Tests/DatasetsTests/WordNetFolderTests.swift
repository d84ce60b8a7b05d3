import Datasets
import Foundation
import TestSupport
import Testing

/// ImageNet's ways to name files, with and without ImageNet's order of classes.
@Suite struct WordNetFolderTests {
    private let folder: TemporaryFolder
    private static let index = """
        {"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"], "2": ["n02504458", "elephant"]}
        """

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Array(Self.index.utf8), to: "index.json")
        let picture = try Golden.bytes("folder/cat/one.png")
        let names = ["n02504458/n02504458_26.JPEG", "n01443537/n01443537_10007.JPEG", "n01443537/n01443537_2.JPEG"]
        for name in names {
            try folder.write(picture, to: "folders/" + name)
            try folder.write(picture, to: "flat/" + name.split(separator: "/")[1])
        }
    }

    private func open(_ name: String, classes: String?) throws(DatasetError) -> Dataset {
        let specification = DatasetSpecification("image-folder")
        let files = try specification.files(at: folder.path(name), classes: classes.map { folder.path($0) })
        return try Dataset(
            opening: DatasetDescription(of: specification, files: files),
            paths: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path) }))
    }

    @Test(arguments: ["folders", "flat"]) func `ids are numbered in order, or as ImageNet does`(layout: String) throws {
        let alone = try open(layout, classes: nil)
        #expect(alone.labels == [0, 0, 1])
        #expect(alone.classNames == ["n01443537", "n02504458"])
        let listed = try open(layout, classes: "index.json")
        #expect(listed.labels == [1, 1, 2])
        #expect(listed.classNames == ["tench", "goldfish", "elephant"])
        #expect(listed.sampleIDs == alone.sampleIDs)
    }

    @Test func `a class that the list lacks is named`() throws {
        try folder.write(try Golden.bytes("folder/cat/one.png"), to: "folders/n99999999/1.png")
        let error = #expect(throws: DatasetError.self) { try open("folders", classes: "index.json") }
        #expect(
            error?.description == """
                n99999999/1.png: is of class 'n99999999', which is none of the 3 of 'classes'
                  fix: correct the name, or give the list that has this class
                """)
    }

    @Test func `a list is refused where nothing says the classes`() throws {
        try folder.write(try Golden.bytes("folder/cat/one.png"), to: "flat/holiday.png")
        #expect(throws: DatasetError.noClasses(folder: folder.path("flat"))) {
            try open("flat", classes: "index.json")
        }
    }

    @Test(.enabled(if: RealData.exists, "the real photographs are not in ../shared/data"))
    func `photographs of ImageNet have the numbers that networks know them by`() throws {
        for list in ["imagenet/imagenet_class_index.json", "imagenet/synset_words.txt"] {
            var specification = DatasetSpecification("image-folder")
            (specification.resize, specification.crop, specification.limit) = (256, 224, 12)
            let files = try specification.files(at: RealData.path("imagenet/samples"), classes: RealData.path(list))
            let dataset = try Dataset(
                opening: DatasetDescription(of: specification, files: files),
                paths: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path) }))
            #expect(dataset.labels == [0, 1, 6, 28, 76, 88, 145, 208, 293, 306, 323, 386], "\(list)")
            #expect(dataset.classNames.count == 1_000)
            #expect(dataset.sampleIDs[7] == "n02099712_Labrador_retriever.JPEG")
            #expect(dataset.classNames[208].hasPrefix("Labrador retriever"))
        }
    }
}
