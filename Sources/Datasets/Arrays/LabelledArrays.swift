import ForeignFiles
import JSONValues

/// The array of images of a data set and that of its labels.
struct LabelledArrays {
    var images: any RowArray
    var labels: (any RowArray)?

    /// Where each is, for errors: the file, and the array in it.
    var imagesPlace: Place
    var labelsPlace: Place?

    struct Place {
        var path: String
        var array: String

        func error(_ what: String, fix: String) -> DatasetError {
            .foreign(ForeignFileError(path: path, place: "array '\(array)'", what, fix: fix))
        }
    }

    /// Opens what ``ArraysFormat`` located.
    init(_ specification: DatasetSpecification, files: [DatasetFile]) throws(DatasetError) {
        if let together = files.first(where: { $0.name == ArraysFormat.togetherName }) {
            let file = try ArrayFile(path: together.path)
            let found = try Self.find(Self.imageNames(specification), in: file, path: together.path, must: true)!
            (images, imagesPlace) = (found.array, Place(path: together.path, array: found.name))
            let labels = try Self.find(
                Self.labelNames(specification), in: file, path: together.path, must: specification.labels != nil)
            if let labels { labelsPlace = Place(path: together.path, array: labels.name) }
            self.labels = labels?.array
        } else {
            let path = try files.path(of: "images")
            images = try Self.array(ofFile: path)
            imagesPlace = Place(path: path, array: "images")
            if let labelFile = files.first(where: { $0.name == "labels" }) {
                labels = try Self.array(ofFile: labelFile.path)
                labelsPlace = Place(path: labelFile.path, array: "labels")
            }
        }
        if let labels, labels.shape.first != images.shape.first {
            throw .countsDiffer(
                images: imagesPlace.path, imageCount: images.shape.first ?? 0, labels: labelsPlace!.path,
                labelCount: labels.shape.first ?? 0)
        }
    }

    /// Names that the array of images may have, best first.
    static func imageNames(_ specification: DatasetSpecification) -> [String] {
        let split = specification.split.rawValue
        return specification.images.map { [$0] } ?? ["x_\(split)", "\(split)_images", "images", "x"]
    }

    static func labelNames(_ specification: DatasetSpecification) -> [String] {
        let split = specification.split.rawValue
        return specification.labels.map { [$0] } ?? ["y_\(split)", "\(split)_labels", "labels", "y"]
    }

    private static func array(ofFile path: String) throws(DatasetError) -> any RowArray {
        guard case .npy(let array) = try ArrayFile(path: path) else {
            throw .foreign(
                ForeignFileError(
                    path: path, "holds several arrays, where one was due",
                    fix: "set 'path' to this file, not to its folder"))
        }
        return array
    }

    private static func find(
        _ names: [String], in file: ArrayFile, path: String, must: Bool
    ) throws(DatasetError) -> (name: String, array: any RowArray)? {
        for name in names {
            if let array = try file.array(named: name) { return (name, array) }
        }
        guard must else { return nil }
        let known = try file.names()
        let nearest = nearestName(to: names[0], in: known).map { "; did you mean '\($0)'?" } ?? ""
        let list = known.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        throw .foreign(
            ForeignFileError(
                path: path,
                "has no array \(names.map { "'\($0)'" }.joined(separator: " or "))\(nearest)",
                fix: known.isEmpty
                    ? "put arrays into the file"
                    : "set 'images' and 'labels' to names of its arrays: \(list)"
                        + (known.count > 8 ? " and \(known.count - 8) more" : "")))
    }
}
