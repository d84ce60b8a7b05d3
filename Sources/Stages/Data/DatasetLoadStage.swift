import Datasets
import JSONValues
public import Pipeline
import Storage

/// Describes labelled images for other stages to read.
///
/// The output holds no pixels: it says which files, which of their images and how they are cut, and names the files by
/// digest. Pixels stay raw; what a network wants done to them is part of the model.
public struct DatasetLoadStage: Stage {
    public static let name = "dataset.load"
    /// 2: the longer side of a resized picture is cut, as torchvision does. 3: arrays of other numbers than bytes keep
    /// their digits.
    public static let version = 3
    public static let summary =
        "Opens a set of labelled images: built-in shapes, MNIST, CIFAR, a folder of pictures, or arrays."
    public static let details = """
        \(DatasetCatalogue.summaries.joined(separator: " ")) 'path' is the folder that holds the files (not \
        needed for 'shapes'), or an archive of CIFAR, an .npz or an HDF5 file. 'npy' and 'hdf5' are other names of \
        'arrays'. Their numbers, divided by that of full intensity ('white'), keep their digits; only 'resize', 'crop' \
        and 'color' make 8-bit pictures of them first. Of HDF5 files in chunks only those with chosen images are read, \
        and beyond 512 MB of pixels they are read anew when their turn comes. 'resize' and 'crop' do what \
        torchvision's Resize and CenterCrop do. An image folder has a folder for each class; or all images in one, \
        their classes in the WordNet ids of their names or in a table ('labels': text with a row for each image, comma, \
        semicolon or tab between its name and its class; of more columns the first row names 'file' and 'label'), which \
        then says what images are taken and in what order. Images are turned upright as their EXIF orientation says, \
        which torchvision's ImageFolder does not do.
        """

    static let dataset = Output("dataset", kind: "dataset", "Description with digests of the files, not the pixels")
    public static let outputs = [dataset]

    @Parameter("The format of the files.") var format: DatasetFormatName
    @Parameter("Folder that holds the files, or the one file.") var path: String?
    @Parameter("Which part of the data.") var split: DatasetSpecification.Split = .train
    @Parameter("Leaves out that many images at the start.", in: 0...) var offset: Int = 0
    @Parameter("Takes at most that many images.", in: 1...) var limit: Int?
    @Parameter("Takes images in seeded random order, before offset and limit.") var shuffle: Bool = false
    @Parameter("Seed of the order, and of the images of 'shapes'.", in: 0...) var seed: Int = 0
    @Parameter("Number of images of 'shapes'.", in: 1...10_000_000) var count: Int?
    @Parameter("Length of the shorter side after scaling, in pixels.", in: 1...4096) var resize: Int?
    @Parameter("Whole pixels of the longer side after scaling: cut as torchvision does, or rounded.")
    var longerSide: DatasetSpecification.LongerSide = .cut
    @Parameter("Side of the square cut out of the centre, in pixels.", in: 1...4096) var crop: Int?
    @Parameter("Colour or gray; what the files hold if absent.") var color: DatasetSpecification.ColorMode?
    @Parameter("Whether a picture that cannot be read ends the run or is left out and counted.")
    var onError: DatasetSpecification.FailurePolicy = .fail

    @Parameter("Of 'arrays': the array of images; x_train, train_images, images or x if absent.") var images: String?
    @Parameter(
        "Of 'arrays': the array of labels; y_train, train_labels, labels or y if absent. Of 'image-folder': a table's path."
    )
    var labels: String?
    @Parameter("Of 'image-folder': path of a list that numbers the classes, ImageNet's class index for example.")
    var classes: InputFile?
    @Parameter("Of 'arrays': which axis after the samples counts channels; the one of length 1 or 3 if absent.")
    var channels: DatasetSpecification.ChannelAxis?
    @Parameter("Of 'arrays': the number of full intensity; 255 for integers and 1 for other numbers if absent.")
    var white: Double?

    public init() {}

    public func validate() throws(ParameterError) {
        if format.needsPath, path == nil {
            throw ParameterError(
                parameter: "path", "is required for the format '\(format.rawValue)'",
                fix: "add \"path\": the folder that holds the files")
        }
        if format.rawValue != "image-folder", classes != nil {
            throw ParameterError(
                parameter: "classes", "has no use for the format '\(format.rawValue)', which numbers its classes",
                fix: "remove it; 'classes' of 'model.load' names the classes of a network")
        }
        if let white, !(white > 0 && white.isFinite) {
            throw ParameterError(parameter: "white", "is \(white)", fix: "write a number above 0, 255 or 1 for example")
        }
    }

    public func externalFiles(_ resolver: PathResolver) throws -> [ExternalFile]? {
        guard let path, format.needsPath else { return [] }
        _ = try resolver.existing(path, parameter: "path")
        let named = [("labels", table), ("classes", classes)].compactMap { name, file in file.map { (name, $0) } }
        var others: [ExternalFile] = []
        for (parameter, file) in named { others.append(try resolver.file(file.path, parameter: parameter)) }
        do {
            return try files(resolver).map { file in
                others.first { $0.path == file.path }
                    ?? ExternalFile(path: file.path, parameter: "path", name: file.name)
            }
        } catch {
            throw ParameterError(
                parameter: parameter(of: error, resolver), error.place.map { "\($0): \(error.what)" } ?? error.what,
                fix: error.fix)
        }
    }

    public func check(_ io: CheckIO) throws {
        do {
            let description = try DatasetDescription(checking: specification, files: files(io.resolver))
            io.describe(
                Self.dataset,
                as: DatasetSummary(
                    sampleShape: description.sampleShape, count: description.count, classNames: description.classNames))
        } catch {
            io.problem(
                parameter: parameter(of: error, io.resolver), error.place.map { "\($0): \(error.what)" } ?? error.what,
                fix: error.fix)
        }
    }

    public func run(_ io: StageIO) throws {
        let files = try files(io.resolver)
        let description = try DatasetDescription(of: specification, files: files, threads: io.threads)
        let skipped =
            description.skipped
            + specification.unreadableFiles(
                at: path.map { io.resolver.absolute($0) }, labels: table.map { io.resolver.absolute($0.path) })
        if !skipped.isEmpty {
            io.warn(
                skipped.count == 1
                    ? "1 picture cannot be read and is left out: \(skipped[0])"
                    : "\(skipped.count) pictures cannot be read and are left out, \(skipped[0]) first"
            )
        }
        try DatasetArtifact.write(
            description,
            digests: Dictionary(
                uniqueKeysWithValues: files.map { ($0.name, try io.digest(ofExternalFile: $0.path)) }),
            to: io.path(Self.dataset, "json"))
        io.metric("images", Double(description.count))
        if onError == .skip { io.metric("left_out", Double(skipped.count)) }
        try DatasetSection.write(description, skipped: skipped, io)
    }

    private func files(_ resolver: PathResolver) throws(DatasetError) -> [DatasetFile] {
        try specification.files(
            at: path.map { resolver.absolute($0) }, labels: table.map { resolver.absolute($0.path) },
            classes: classes.map { resolver.absolute($0.path) })
    }

    /// The table of an image folder; elsewhere `labels` is the name of an array.
    private var table: InputFile? { format.rawValue == "image-folder" ? labels.map(InputFile.init) : nil }

    /// Which parameter names what is wrong.
    private func parameter(of error: DatasetError, _ resolver: PathResolver) -> String {
        let files = [("labels", table), ("classes", classes)]
        let guilty = files.first { _, file in
            file.map { error.place?.hasPrefix(resolver.absolute($0.path)) == true } ?? false
        }
        return guilty?.0 ?? (path == nil ? "format" : "path")
    }

    private var specification: DatasetSpecification {
        var specification = DatasetSpecification(format: format.rawValue)
        specification.split = split
        specification.offset = offset
        specification.limit = limit
        specification.shuffle = shuffle
        specification.seed = seed
        specification.count = count
        specification.resize = resize
        specification.longerSide = longerSide
        specification.crop = crop
        specification.color = color
        specification.onError = onError
        specification.images = images
        specification.labels = table == nil ? labels : nil
        specification.channels = channels
        specification.white = white
        return specification
    }
}
