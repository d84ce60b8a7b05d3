import Datasets
import JSONValues
import Testing

@Suite struct DescriptionTests {
    @Test func `a description survives JSON`() throws {
        let specification = DatasetSpecification("image-folder") {
            ($0.split, $0.offset, $0.limit, $0.shuffle, $0.seed) = (.test, 1, 2, true, -7)
            ($0.count, $0.resize, $0.crop, $0.color, $0.onError) = (3, 10, 8, .gray, .skip)
        }
        let description = try DatasetDescription(
            of: specification, files: specification.files(at: "\(Golden.folder)/folder"))
        let text = description.json.canonicalText
        #expect(try DatasetDescription(json: JSONDocument(parsing: text).root) == description)
        #expect(!text.contains(Golden.folder))
        let plain = DatasetSpecification("mnist")
        #expect(try DatasetSpecification(json: plain.json) == plain)
        #expect(
            plain.json.canonicalText == """
                {"color":null,"count":null,"crop":null,"format":"mnist","limit":null,"offset":0,"on_error":"fail",\
                "resize":null,"seed":0,"shuffle":false,"split":"train"}
                """)
    }

    @Test(arguments: [
        (#"{}"#, "nothing for 'format', expected a string"),
        (#"{"format": 3}"#, "the number 3 for 'format', expected a string"),
        (#"{"format": "mnist", "limit": -1}"#, "the number -1 for 'limit', expected a whole number"),
        (#"{"format": "mnist", "split": "dev"}"#, "the string \"dev\" for 'split', expected one of 'train', 'test'"),
        (#"{"format": "mnist", "shuffle": 1}"#, "the number 1 for 'shuffle', expected true or false"),
    ])
    func `a damaged description is named`(text: String, problem: String) throws {
        let json = try JSONDocument(parsing: text).root
        do throws(DatasetError) {
            _ = try DatasetSpecification(json: json)
            Issue.record("no error")
        } catch {
            #expect(
                error.description == """
                    the description of the data set has \(problem)
                      fix: delete the stored description and load the data set again
                    """)
        }
    }

    @Test func `what was asked wrongly is named`() throws {
        func text(_ specification: DatasetSpecification, _ folder: String?) -> String {
            do throws(DatasetError) {
                _ = try Dataset(specification, at: folder)
                return "no error"
            } catch {
                return error.description.replacing(Golden.folder, with: "DATA")
            }
        }
        #expect(
            text(DatasetSpecification("fashion_mnist"), nil) == """
                there is no data set format 'fashion_mnist'; did you mean 'fashion-mnist'?
                  fix: choose one of 'shapes', 'mnist', 'fashion-mnist', 'kmnist', 'cifar10', 'cifar100', \
                'cifar100-superclasses', 'image-folder', 'arrays', 'npy', 'hdf5'
                """)
        #expect(
            text(DatasetSpecification("mnist"), nil) == """
                the format 'mnist' reads files, but no path is given
                  fix: set 'path' to the folder that holds the files
                """)
        #expect(
            text(DatasetSpecification("mnist") { $0.offset = 12 }, "\(Golden.folder)/mnist") == """
                DATA/mnist/train-images-idx3-ubyte.gz: offset 12 leaves none of the 12 samples
                  fix: set 'offset' to at most 11
                """)
        #expect(
            text(DatasetSpecification("shapes") { $0.count = 0 }, nil) == """
                count 0 is outside 1...10000000
                  fix: choose a value in that range, or remove 'count' to take the default
                """)
        #expect(
            text(DatasetSpecification("shapes") { $0.limit = 0 }, nil) == """
                limit 0 leaves no samples
                  fix: set 'limit' to at least 1, or remove it to take all samples
                """)
    }

    @Test func `a data set is opened with all its files and the count it had`() throws {
        let specification = DatasetSpecification("mnist")
        var description = try DatasetDescription(
            checking: specification, files: specification.files(at: "\(Golden.folder)/mnist"))
        #expect(description.files == ["images", "labels"])
        #expect(throws: DatasetError.fileNotGiven(name: "labels")) {
            try Dataset(opening: description, paths: ["images": "x"])
        }
        description.count = 13
        let paths = Dictionary(
            uniqueKeysWithValues: try specification.files(at: "\(Golden.folder)/mnist").map { ($0.name, $0.path) })
        #expect(throws: DatasetError.countChanged(place: paths["images"]!, expected: 13, found: 12)) {
            try Dataset(opening: description, paths: paths)
        }
    }
}
