/// All there is to know about a data set without its pixels: what a pipeline stores and passes on.
///
/// Files are called by names that mean the same on every machine (`images`, `cat/7.png`); where they lie today, and
/// that they are still the same, is the business of whoever opens the description.
public struct DatasetDescription: Sendable, Equatable {
    /// How finely intensities are told apart.
    public enum Precision: String, Sendable, CaseIterable {
        /// In 255 steps.
        case byte
        /// As 32-bit floats in [0, 1]: arrays of other numbers than bytes, unless resizing, cropping or colour conversion
        /// makes 8-bit pictures of them.
        case float
    }

    public var specification: DatasetSpecification

    /// `[channels, height, width]` of every sample, after resizing, cropping and colour conversion.
    public var sampleShape: [Int]

    /// Number of samples, after `offset`, `limit` and skipping.
    public var count: Int

    /// Name of each label; empty where samples have no labels.
    public var classNames: [String]

    /// Names of the files it is opened from. Of an image folder, the first `count` are the samples in order; one file
    /// of each class without a sample follows, so that all classes stay known.
    public var files: [String]

    /// Files left out because they could not be decoded, in order.
    public var skipped: [String] = []

    public var precision = Precision.byte

    /// Reads headers and folder listings, no pixels, to learn what the samples will be. Of an image folder every
    /// sample's header is read.
    ///
    /// - Parameter files: What ``DatasetSpecification/files(at:)`` found.
    /// - Throws: ``DatasetError`` for files that are damaged, contradict each other or do not fit the specification.
    public init(checking specification: DatasetSpecification, files: [DatasetFile]) throws(DatasetError) {
        self = try DatasetCatalogue.format(named: specification.format).describe(
            specification, files: files, decodesAll: false, threads: 1)
    }

    /// Like ``init(checking:files:)``; where broken pictures are to be skipped, decodes every picture to find them.
    public init(
        of specification: DatasetSpecification, files: [DatasetFile], threads: Int = 1
    ) throws(DatasetError) {
        self = try DatasetCatalogue.format(named: specification.format).describe(
            specification, files: files, decodesAll: specification.onError == .skip, threads: threads)
    }

    init(
        specification: DatasetSpecification, sampleShape: [Int], count: Int, classNames: [String], files: [String],
        skipped: [String] = [], precision: Precision = .byte
    ) {
        self.specification = specification
        self.sampleShape = sampleShape
        self.count = count
        self.classNames = classNames
        self.files = files
        self.skipped = skipped
        self.precision = precision
    }
}

/// A file of a data set: what it is called everywhere, and where it lies here.
public struct DatasetFile: Sendable, Equatable {
    public var name: String

    /// Absolute, or relative to the working folder.
    public var path: String

    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}
