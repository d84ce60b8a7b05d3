/// A way data sets lie on disk. One conformer per file of this folder, named in `allDatasetFormats`.
protocol DatasetFormat: Sendable {
    /// What a pipeline file calls it.
    var name: String { get }

    /// What it can be called too.
    var otherNames: [String] { get }

    /// One sentence for the catalogue.
    var summary: String { get }

    var needsPath: Bool { get }

    /// Finds the files that the specification needs.
    func locate(_ specification: DatasetSpecification, at places: DatasetPlaces) throws(DatasetError) -> [DatasetFile]

    /// Reads headers; with `decodesAll`, also finds and leaves out what cannot be decoded.
    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription

    /// Reads labels, and pixels unless they can be read sample by sample later.
    func open(
        _ description: DatasetDescription, files: [DatasetFile]
    ) throws(DatasetError) -> DatasetContents
}

extension DatasetFormat {
    var otherNames: [String] { [] }
}

/// An opened data set, as its format knows it.
struct DatasetContents: Sendable {
    var source: any PixelSource

    /// One for each sample, or none at all.
    var labels: [Int]?

    var sampleIDs: [String]
}
