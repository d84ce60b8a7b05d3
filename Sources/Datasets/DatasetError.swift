public import ForeignFiles
public import Imaging
public import JSONValues

/// A data set that cannot be read, or not as asked. Paths are as they were given; offsets count bytes from 0, in a
/// compressed file those of the decompressed one unless said otherwise.
public enum DatasetError: Error, Sendable, Equatable {
    // What was asked
    case unknownFormat(String, known: [String])
    case pathMissing(format: String)
    case nothingSelected(place: String, offset: Int, total: Int)
    case limitIsZero
    case countOutOfRange(Int, allowed: ClosedRange<Int>)
    case countChanged(place: String, expected: Int, found: Int)
    case malformedDescription(key: String, expected: String, found: JSONValue?)

    // Finding and reading files
    case fileNotFound(folder: String, names: [String], nearest: String?, format: String)
    case fileNotGiven(name: String)
    case unreadable(path: String, reason: String)
    case gzipDamaged(path: String, offset: Int, reason: String)
    case truncated(path: String, size: Int, expected: Int, contents: String)
    case trailingBytes(path: String, expected: Int, contents: String)

    /// A file of Python, NumPy or HDF5, or an archive, that is damaged or holds something else.
    case foreign(ForeignFileError)

    // IDX
    case wrongMagic(path: String, found: [UInt8], expected: IDXKind)
    case emptyAxis(path: String, offset: Int, kind: IDXKind)
    case implausibleHeader(path: String, offset: Int, contents: String, largestSize: Int)
    case countsDiffer(images: String, imageCount: Int, labels: String, labelCount: Int)

    // Labels
    case labelOutOfRange(path: String, offset: Int, label: Int, classes: Int)
    case classNameCount(path: String, found: Int, expected: Int)

    // CIFAR
    case brokenRecord(path: String, size: Int, recordLength: Int)

    // Image folders
    case noImages(folder: String, otherFiles: [String])
    /// A file among the images that cannot be opened: a link to nothing or in a circle, no permission, a strange name.
    case unreadableImage(path: String, reason: String)
    /// Two names of the same letters in different bytes, as `é` whole and `e` with an accent.
    case namesLookEqual(folder: String, String)
    case emptyClassFolder(folder: String)
    /// A list of classes is given, but nothing says what class pictures are of.
    case noClasses(folder: String)
    case imagesBesideClasses(folder: String, image: String, classFolder: String)
    case foldersTooDeep(folder: String, limit: Int)
    /// A picture that is missing, damaged or of no known format.
    case image(ImageError)
    case allImagesDamaged(first: String)
    case sizesDiffer(path: String, size: PixelSize, otherPath: String, otherSize: PixelSize, suggestion: Int)
    case sizeChanged(path: String, size: PixelSize, expected: PixelSize)

    // Resizing and cropping
    case resizedTooLarge(path: String, size: PixelSize, resized: PixelSize)
    case cropTooLarge(path: String, size: PixelSize, crop: Int)

    /// What an IDX file holds.
    public enum IDXKind: Sendable {
        case images, labels
    }

    /// Width and height of a picture, printed as `640×480`.
    public struct PixelSize: Sendable, Equatable, CustomStringConvertible {
        public var width: Int
        public var height: Int

        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }

        public var description: String { "\(width)×\(height)" }
    }
}
