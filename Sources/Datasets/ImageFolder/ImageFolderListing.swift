/// The image files below a folder.
///
/// Files are images when their names end in `.png`, `.jpg` or `.jpeg`, in any case; others are passed over, and so is
/// what begins with a dot. Symbolic links are followed wherever they lead, since data on clusters are linked together
/// from many places: nothing is ever written, and what is read enters the cache key by its content.
struct ImageFolderListing {
    /// Relative to `root`, with slashes; class by class, sorted by their bytes.
    private(set) var names: [String] = []

    /// The folder itself, or the folder of the split inside it.
    let root: String

    static let endings = [".png", ".jpg", ".jpeg"]

    /// Deeper folders are taken for a link that leads in a circle.
    private static let depthLimit = 8

    /// - Parameter folder: Images, or folders with images of one class each, or two folders of either kind named
    ///   `train` and `test` (also `val` or `validation`), of which the split chooses one.
    init(_ folder: String, split: DatasetSpecification.Split) throws(DatasetError) {
        let folders = try Folder.entries(of: folder).filter { $0.kind == .folder }.map(\.name)
        let testing = ["test", "val", "validation"].first(where: folders.contains)
        if let testing, folders.contains("train") {
            root = "\(folder)/\(split == .train ? "train" : testing)"
        } else {
            root = folder
        }

        let entries = try Folder.entries(of: root)
        names = entries.filter(Self.isImage).map(\.name)
        let classFolders = entries.filter { $0.kind == .folder }.map(\.name)
        if let image = names.first, let classFolder = classFolders.first {
            throw .imagesBesideClasses(folder: root, image: image, classFolder: classFolder)
        }
        for classFolder in classFolders {
            let before = names.count
            try addImages(of: classFolder, depth: 1)
            if names.count == before { throw .emptyClassFolder(folder: "\(root)/\(classFolder)") }
        }
        if names.isEmpty {
            throw .noImages(folder: root, otherFiles: entries.filter { $0.kind == .file }.map(\.name))
        }
    }

    private mutating func addImages(of folder: String, depth: Int) throws(DatasetError) {
        guard depth <= Self.depthLimit else {
            throw .foldersTooDeep(folder: "\(root)/\(folder)", limit: Self.depthLimit)
        }
        for entry in try Folder.entries(of: "\(root)/\(folder)") {
            if entry.kind == .folder {
                try addImages(of: "\(folder)/\(entry.name)", depth: depth + 1)
            } else if Self.isImage(entry) {
                names.append("\(folder)/\(entry.name)")
            }
        }
    }

    /// Whether a name is that of an image.
    static func isImage(_ name: String) -> Bool {
        let name = name.lowercased()
        return endings.contains(where: name.hasSuffix)
    }

    private static func isImage(_ entry: Folder.Entry) -> Bool { entry.kind != .folder && isImage(entry.name) }
}
