/// Labelled pictures of one size, read when they are asked for.
///
/// Pixels are raw: bytes as in the files, or those divided by 255, or of arrays what their numbers are to that of full
/// intensity; how a network wants them is the network's business. Sources that decode files keep no pixels; of arrays
/// in chunks at most 512 MB; the others keep the bytes of their samples. Reading is safe from several threads at once
/// and gives the same values for any number of them.
public struct Dataset: Sendable {
    public let description: DatasetDescription

    /// Class of each sample, an index into `classNames`; `nil` where samples have none.
    public let labels: [Int]?

    /// `train/17` for the eighteenth sample of the split's files, or the name of the file in an image folder.
    public let sampleIDs: [String]

    let source: any PixelSource

    /// Opens what a description describes.
    ///
    /// - Parameter paths: Where each of `description.files` lies, by name.
    /// - Throws: ``DatasetError`` for files that are missing or damaged. Images of a folder are decoded later.
    public init(opening description: DatasetDescription, paths: [String: String]) throws(DatasetError) {
        let format = try DatasetCatalogue.format(named: description.specification.format)
        var files: [DatasetFile] = []
        for name in description.files {
            guard let path = paths[name] else { throw .fileNotGiven(name: name) }
            files.append(DatasetFile(name: name, path: path))
        }
        let contents = try format.open(description, files: files)
        guard contents.sampleIDs.count == description.count else {
            throw .countChanged(
                place: files.first?.path ?? format.name, expected: description.count, found: contents.sampleIDs.count)
        }
        self.description = description
        labels = contents.labels
        sampleIDs = contents.sampleIDs
        source = contents.source
    }

    /// Number of samples.
    public var count: Int { description.count }

    /// `[channels, height, width]`.
    public var sampleShape: [Int] { description.sampleShape }

    /// Name of each label.
    public var classNames: [String] { description.classNames }
}
