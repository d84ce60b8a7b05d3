import ForeignFiles
import Imaging
import JSONValues

extension DatasetError: CustomStringConvertible {
    /// `place: what is wrong`, then `  fix: how to mend it` on a line of its own.
    public var description: String { (place.map { "\($0): " } ?? "") + "\(what)\n  fix: \(fix)" }

    /// The file, folder or property that is wrong.
    public var place: String? {
        switch self {
        case .unknownFormat, .pathMissing, .limitIsZero, .countOutOfRange, .malformedDescription, .fileNotGiven: nil
        case .nothingSelected(let place, _, _), .countChanged(let place, _, _): place
        case .fileNotFound(let folder, _, _, _), .noImages(let folder, _), .emptyClassFolder(let folder),
            .noClasses(let folder),
            .namesLookEqual(let folder, _),
            .imagesBesideClasses(let folder, _, _), .foldersTooDeep(let folder, _):
            folder
        case .unreadable(let path, _), .unreadableImage(let path, _), .gzipDamaged(let path, _, _),
            .truncated(let path, _, _, _),
            .trailingBytes(let path, _, _), .wrongMagic(let path, _, _), .emptyAxis(let path, _, _),
            .implausibleHeader(let path, _, _, _), .countsDiffer(_, _, let path, _),
            .labelOutOfRange(let path, _, _, _), .classNameCount(let path, _, _), .brokenRecord(let path, _, _),
            .allImagesDamaged(let path), .sizesDiffer(let path, _, _, _, _), .sizeChanged(let path, _, _),
            .resizedTooLarge(let path, _, _), .cropTooLarge(let path, _, _):
            path
        case .image(let error): error.source
        case .foreign(let error): error.path
        }
    }

    public var what: String {
        switch self {
        case .unknownFormat(let name, let known):
            "there is no data set format '\(name)'"
                + (nearestName(to: name, in: known).map { "; did you mean '\($0)'?" } ?? "")
        case .pathMissing(let format): "the format '\(format)' reads files, but no path is given"
        case .nothingSelected(_, let offset, let total): "offset \(offset) leaves none of the \(total) samples"
        case .limitIsZero: "limit 0 leaves no samples"
        case .countOutOfRange(let count, let allowed): "count \(count) is outside \(allowed)"
        case .countChanged(_, let expected, let found):
            "\(found) samples, but \(expected) when the data set was described"
        case .malformedDescription(let key, let expected, let found):
            "the description of the data set has \(found?.inWords ?? "nothing") for '\(key)', expected \(expected)"
        case .fileNotFound(_, let names, let nearest, let format):
            "no file for '\(format)' called \(Self.list(names))"
                + (nearest.map { "; there is a file '\($0)'" } ?? "")
        case .fileNotGiven(let name): "the data set is to be opened without its file '\(name)'"
        case .unreadable(_, let reason), .unreadableImage(_, let reason): "cannot be read: \(reason)"
        case .gzipDamaged(_, let offset, let reason): "byte \(offset) of the compressed file: \(reason)"
        case .truncated(_, let size, let expected, let contents):
            "ends after \(size) bytes; \(contents) need \(expected)"
        case .trailingBytes(_, let expected, let contents):
            "goes on after byte \(expected), where \(contents) end"
        case .wrongMagic(_, let found, let expected): Self.words(magic: found, expected: expected)
        case .emptyAxis(_, let offset, let kind):
            "byte \(offset): the header of IDX \(kind.noun) has a length of 0"
        case .implausibleHeader(_, let offset, let contents, let largestSize):
            "byte \(offset): the header promises \(contents), but no honest file of this size has more than "
                + "\(largestSize) bytes"
        case .countsDiffer(let images, let imageCount, _, let labelCount):
            "\(labelCount) labels for the \(imageCount) images of \(images)"
        case .labelOutOfRange(_, let offset, let label, let classes):
            "byte \(offset): label \(label), expected 0...\(classes - 1)"
        case .classNameCount(_, let found, let expected): "\(found) class names, expected \(expected)"
        case .brokenRecord(_, let size, let recordLength):
            "\(size) bytes are no whole number of records of \(recordLength); \(size % recordLength) are left over"
        case .noImages(_, let others):
            "holds no PNG or JPEG files" + (others.isEmpty ? "" : "; it holds \(Self.list(others))")
        case .namesLookEqual(_, let name):
            "holds two files or folders called '\(name)', spelled with different bytes of Unicode"
        case .emptyClassFolder: "the class folder holds no PNG or JPEG files"
        case .noClasses: "has neither class folders nor names with WordNet ids, so 'classes' has no use"
        case .imagesBesideClasses(_, let image, let classFolder):
            "holds images ('\(image)') and class folders ('\(classFolder)') side by side"
        case .foldersTooDeep(_, let limit): "more than \(limit) folders inside each other"
        case .image(let error): error.problem.what
        case .foreign(let error): (error.place.isEmpty ? "" : error.place + ": ") + error.what
        case .allImagesDamaged: "cannot be decoded, and neither can any other image of the data set"
        case .sizesDiffer(_, let size, let otherPath, let otherSize, _):
            "\(size) pixels, but \(otherPath) has \(otherSize); samples need one size"
        case .sizeChanged(_, let size, let expected):
            "\(size) pixels, but samples had \(expected) when the data set was described"
        case .resizedTooLarge(_, let size, let resized):
            "\(size) pixels would become \(resized), which is too large"
        case .cropTooLarge(_, let size, let crop): "\(size) pixels are too few for a crop of \(crop)×\(crop)"
        }
    }

    public var fix: String {
        switch self {
        case .unknownFormat(_, let known):
            "choose one of " + known.map { "'\($0)'" }.joined(separator: ", ")
        case .pathMissing: "set 'path' to the folder that holds the files"
        case .nothingSelected(_, _, let total): "set 'offset' to at most \(total - 1)"
        case .limitIsZero: "set 'limit' to at least 1, or remove it to take all samples"
        case .countOutOfRange: "choose a value in that range, or remove 'count' to take the default"
        case .malformedDescription: "delete the stored description and load the data set again"
        case .fileNotFound: "set 'path' to the folder with the files as they were published, and check 'split'"
        case .fileNotGiven: "give the path of every file that the description names"
        case .unreadableImage:
            "mend the link or the permission, or remove the file ('on_error': \"skip\" leaves it out)"
        case .unreadable: "check the path and the permission to read it"
        case .gzipDamaged, .truncated, .brokenRecord: "copy or download the file again"
        case .trailingBytes, .implausibleHeader, .emptyAxis:
            "the header or the file is damaged; copy or download the file again"
        case .wrongMagic(_, let found, let expected):
            Self.holdsTheOther(found, expected)
                ? "give each file its own name back: images have 'idx3', labels 'idx1' in it"
                : "give the IDX file as it was published, plain or compressed by gzip"
        case .countsDiffer: "take both files from the same split of the same data set"
        case .labelOutOfRange(_, _, _, let classes):
            "check that this is the file of labels of a set of \(classes) classes"
        case .classNameCount(_, _, let expected): "write \(expected) names, one per line, or remove the file"
        case .noImages: "set 'path' to a folder of .png, .jpg or .jpeg files, or of one folder of them per class"
        case .namesLookEqual: "rename one of them"
        case .emptyClassFolder: "put images into the folder, or remove it"
        case .noClasses: "add 'labels', a table of file names and classes, or remove 'classes'"
        case .imagesBesideClasses: "move the images into class folders, or the folders elsewhere"
        case .foldersTooDeep: "look for a link that leads back to a folder above it"
        case .image(let error): error.problem.remedy + " ('on_error': \"skip\" leaves out what cannot be decoded)"
        case .foreign(let error): error.fix
        case .allImagesDamaged: "set 'path' to a folder of intact images"
        case .sizesDiffer(_, _, _, _, let suggestion):
            "set 'resize' and 'crop', both to \(suggestion) for example"
        case .countChanged, .sizeChanged: "load the data set again"
        case .resizedTooLarge: "lower 'resize', or remove the file"
        case .cropTooLarge(_, _, let crop): "set 'resize' to at least \(crop), or lower 'crop'"
        }
    }

    private static func words(magic found: [UInt8], expected: IDXKind) -> String {
        let number = found.reduce(0) { $0 << 8 | Int($1) }
        return holdsTheOther(found, expected)
            ? "magic number \(number): the file holds IDX \(expected.other.noun), not \(expected.noun)"
            : "starts with the bytes \(hex(found)), not with \(hex(expected.magic)) as IDX \(expected.noun) do"
    }

    private static func holdsTheOther(_ found: [UInt8], _ expected: IDXKind) -> Bool { found == expected.other.magic }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }
}

extension DatasetError.IDXKind {
    /// Number of lengths that follow the magic number in the header.
    var rank: Int { self == .images ? 3 : 1 }

    /// Two zeros, 8 for unsigned bytes, and the rank: 2051 or 2049 as a big-endian number.
    var magic: [UInt8] { [0, 0, 8, UInt8(rank)] }
    var noun: String { self == .images ? "images" : "labels" }
    var other: Self { self == .images ? .labels : .images }
}
