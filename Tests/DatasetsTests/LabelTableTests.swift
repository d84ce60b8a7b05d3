import Datasets
import Foundation
import TestSupport
import Testing

/// A flat folder of pictures, with their classes in a table.
@Suite struct LabelTableTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let picture = try Golden.bytes("folder/cat/one.png")
        for name in ["a.png", "b.JPG", "c, the third.png", "deep/d.png", "unlisted.png"] {
            try folder.write(picture, to: "pictures/" + name)
        }
    }

    private func open(
        _ table: String, classes: String? = nil, _ change: (inout DatasetSpecification) -> Void = { _ in }
    ) throws(DatasetError) -> Dataset {
        try! folder.write(Array(table.utf8), to: "labels.csv")
        if let classes { try! folder.write(Array(classes.utf8), to: "classes.txt") }
        let specification = DatasetSpecification("image-folder", change)
        let files = try specification.files(
            at: folder.path("pictures"), labels: folder.path("labels.csv"),
            classes: classes.map { _ in folder.path("classes.txt") })
        return try Dataset(
            opening: DatasetDescription(of: specification, files: files),
            paths: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path) }))
    }

    @Test(arguments: [
        "file,label\na.png,cat\nb.JPG,dog\n\"c, the third.png\",cat\n",
        "a.png,cat\nb.JPG,dog\n\"c, the third.png\",cat",
        "\u{FEFF}Class Name;weight;File Name\r\ncat;1;./a.png\r\n\r\ndog;2;b.JPG\r\ncat;3;c, the third.png\r\n",
        "a.png\tcat\t0\t0\nb.JPG\tdog\t1\t1\nc, the third.png\tcat\t2\t2\n",
        "id , breed\n a , cat\nb,dog\n\"c, the third\",cat\n",
    ])
    func `pictures are taken as the rows name them`(table: String) throws {
        let dataset = try open(table)
        #expect(dataset.sampleIDs == ["a.png", "b.JPG", "c, the third.png"])
        #expect(dataset.labels == [0, 1, 0])
        #expect(dataset.classNames == ["cat", "dog"])
        let last = try open(table) { $0.offset = 2 }
        #expect(last.sampleIDs == ["c, the third.png"])
        #expect(last.classNames == ["cat", "dog"])
    }

    @Test func `whole numbers are the labels themselves`() throws {
        let dataset = try open("file,label\ndeep/d.png,10\na.png,2\n")
        #expect(dataset.sampleIDs == ["deep/d.png", "a.png"])
        #expect(dataset.labels == [10, 2])
        #expect(dataset.classNames == (0...10).map(String.init))
    }

    @Test func `a list of classes gives the numbers`() throws {
        let list = "n01440764 tench, Tinca tinca\nn02012849 crane\nn03126707 crane\nn02504458 African_elephant\n"
        let dataset = try open("a.png,n03126707\nb.JPG,african elephant\ndeep/d.png,0", classes: list)
        #expect(dataset.labels == [2, 3, 0])
        #expect(dataset.classNames == ["tench, Tinca tinca", "crane", "crane", "African_elephant"])
        #expect(
            message(classes: list, "a.png,n03126707\nb.JPG,African elefant") == """
                DATA/labels.csv:2: 'b.JPG' is of class 'African elefant', which is none of the 4 of 'classes'; \
                did you mean 'African_elephant'?
                  fix: correct the name, or give the list that has this class
                """)
        // Two classes have the name.
        let ambiguous = message(classes: list, "a.png,crane")
        #expect(ambiguous.hasPrefix("DATA/labels.csv:1: 'a.png' is of class 'crane', which"))
    }

    @Test(arguments: [
        ("", "1: holds no rows"),
        ("file,label\n", "1: holds no rows"),
        ("a.png,cat\nb.JPG\n", "2: has 1 field, but the picture is field 1 and its class field 2"),
        ("a.png,cat\n\n\"b\n.JPG\",dog,\"\n", "4: begins a quoted field that never ends"),
        ("a.png,\"cat\" \n", "1: has text behind a quoted field"),
        ("file,x,y\na.png,cat,1\n", "1: names the columns 'file', 'x', 'y', none 'label'"),
        ("a.png,\n", "1: has no class"),
        (",cat\n", "1: has no name of a picture"),
        ("a.png,cat\nb.JPG,dog\na.png,cat\n", "3: names 'a.png' again, after line 1"),
        ("a.png,cat\na,cat\n", "2: names the picture 'a.png' again"),
        ("../labels.csv,cat\n", "1: names '../labels.csv', which may lie outside the folder of the pictures"),
        ("/etc/passwd,cat\n", "1: names '/etc/passwd', which may lie outside the folder of the pictures"),
        (
            "a.png,cat\n\nmissing.png,dog\n",
            "3: 'missing.png' cannot be read in DATA/pictures: No such file or directory"
        ),
    ])
    func `a mistake is named with its line`(table: String, expected: String) {
        let text = message(table)
        #expect(text.hasPrefix("DATA/labels.csv:\(expected)\n  fix: "), "\(text)")
    }

    @Test func `text that is none is refused`() throws {
        try folder.write([0x61, 0xFF, 0xFE], to: "labels.bin")
        #expect(throws: DatasetError.self) {
            try DatasetSpecification("image-folder").files(
                at: folder.path("pictures"), labels: folder.path("labels.bin"))
        }
    }

    @Test func `rows without a picture are skipped on request`() throws {
        let dataset = try open("missing.png,eel\na.png,cat\nb.JPG,dog\n") { $0.onError = .skip }
        #expect(dataset.sampleIDs == ["a.png", "b.JPG"])
        #expect(dataset.labels == [0, 1])
        #expect(dataset.classNames == ["cat", "dog", "eel"])
        #expect(
            DatasetSpecification("image-folder") { $0.onError = .skip }.unreadableFiles(
                at: folder.path("pictures"), labels: folder.path("labels.csv")) == ["missing.png"])
    }

    /// A table as large as ImageNet's is read in the time of its bytes.
    @Test func `columns without end are no trouble`() {
        let wide = "a.png,cat" + String(repeating: ",", count: 1_000_000) + "\n"
        let clock = ContinuousClock()
        let duration = clock.measure { #expect((try? open(wide))?.labels == [0]) }
        #expect(duration < .seconds(5))
    }

    private func message(classes: String? = nil, _ table: String) -> String {
        do throws(DatasetError) {
            _ = try open(table, classes: classes)
            return "no error"
        } catch {
            return error.description.replacingOccurrences(of: folder.path, with: "DATA")
        }
    }
}
