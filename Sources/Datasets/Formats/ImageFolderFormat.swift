import Imaging
import Synchronization
import Tensors

/// PNG and JPEG files in a folder, or in one folder per class.
struct ImageFolderFormat: DatasetFormat {
    let name = "image-folder"
    let summary =
        "PNG and JPEG files: one folder per class, one folder of all, or ImageNet's names (n01440764_tench.JPEG)."
    let needsPath = true

    /// Ends the name of a file that is no sample: it only makes known that its class exists.
    private static let classMark = " (class)"

    func locate(_ specification: DatasetSpecification, at folder: String) throws(DatasetError) -> [DatasetFile] {
        let listing = try ImageFolderListing(
            folder, split: specification.split, onError: specification.onError)
        let names = listing.names
        let layout = ImageFolderLayout(names: names)
        let selection = try specification.selection(of: names.count, place: listing.root)
        let isSelected = Set(selection)

        // What the names of all files say about classes must follow from those that are given on: one file more for
        // each class without a sample, and for a flat folder one whose name is not of the WordNet kind.
        var known = Set(selection.map { layout.classID(of: names[$0]) })
        var witnesses: [Int] = []
        for (index, name) in names.enumerated() where !isSelected.contains(index) {
            if known.insert(layout.classID(of: name)).inserted { witnesses.append(index) }
        }
        if case .flat = layout {
            let isWordNet = { ImageFolderLayout(names: [$0]).classID(of: $0) != nil }
            if selection.allSatisfy({ isWordNet(names[$0]) }) {
                witnesses = names.firstIndex { !isWordNet($0) }.map { [$0] } ?? []
            }
        }
        let samples = selection.map { DatasetFile(name: names[$0], path: "\(listing.root)/\(names[$0])") }
        return samples
            + witnesses.map { DatasetFile(name: names[$0] + Self.classMark, path: "\(listing.root)/\(names[$0])") }
    }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        let samples = files.filter { !$0.name.hasSuffix(Self.classMark) }
        let adjustment = Adjustment(specification)
        let skips = specification.onError == .skip
        let sizes = try sizes(of: samples, adjustment, skips: skips, decodesAll: decodesAll, threads: threads)
        let intact = zip(samples, sizes).compactMap { file, size in size.map { (file: file, size: $0) } }
        guard let first = intact.first else {
            throw .allImagesDamaged(first: samples.first?.path ?? name)
        }
        if let other = intact.first(where: { $0.size != first.size }) {
            throw .sizesDiffer(
                path: other.file.path, size: other.size, otherPath: first.file.path, otherSize: first.size,
                suggestion: specification.resize ?? min(first.size.width, first.size.height))
        }
        let names = files.map { Self.fileName($0.name) }
        let skipped = zip(samples, sizes).filter { $0.1 == nil }.map(\.0.name)
        let isSkipped = Set(skipped)
        // A skipped picture still says that its class exists.
        let marked = files.filter { isSkipped.contains($0.name) || $0.name.hasSuffix(Self.classMark) }
        return DatasetDescription(
            specification: specification,
            sampleShape: [adjustment.channels(of: 3), first.size.height, first.size.width],
            count: intact.count, classNames: ImageFolderLayout(names: names).classNames(of: names),
            files: intact.map(\.file.name) + marked.map(\.name), skipped: skipped)
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let names = files.map { Self.fileName($0.name) }
        let samples = Array(files.prefix(description.count))
        let layout = ImageFolderLayout(names: names)
        let classIDs = layout.classIDs(of: names)
        let labelOfID = Dictionary(uniqueKeysWithValues: zip(classIDs, classIDs.indices))
        let source = ImageFolderSource(
            files: samples, adjustment: Adjustment(description.specification),
            pixelFormat: description.specification.color == .gray ? .gray : .rgb, shape: description.sampleShape)
        return DatasetContents(
            source: source,
            labels: classIDs.isEmpty ? nil : samples.map { labelOfID[layout.classID(of: $0.name)!]! },
            sampleIDs: samples.map(\.name))
    }

    /// Size of each sample after adjustment, `nil` for those that are skipped.
    private func sizes(
        of samples: [DatasetFile], _ adjustment: Adjustment, skips: Bool, decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> [DatasetError.PixelSize?] {
        let outcomes = Mutex(
            [Result<DatasetError.PixelSize?, DatasetError>](repeating: .success(nil), count: samples.count))
        parallelFor(samples.count, threads: threads) { index in
            let path = samples[index].path
            let outcome: Result<DatasetError.PixelSize?, DatasetError>
            do throws(DatasetError) {
                let size = try Self.size(of: path, decodes: decodesAll)
                outcome = .success(try adjustment.size(of: size, file: path))
            } catch {
                if case .image = error, skips { return }
                outcome = .failure(error)
            }
            outcomes.withLock { $0[index] = outcome }
        }
        var sizes: [DatasetError.PixelSize?] = []
        for outcome in outcomes.withLock({ $0 }) { sizes.append(try outcome.get()) }
        return sizes
    }

    private static func size(of path: String, decodes: Bool) throws(DatasetError) -> DatasetError.PixelSize {
        if decodes {
            let image = try ImageFolderSource.image(at: path, as: .native)
            return .init(width: image.width, height: image.height)
        }
        do {
            let header = try ImageHeader.read(path)
            return .init(width: header.width, height: header.height)
        } catch { throw .image(error) }
    }

    private static func fileName(_ name: String) -> String {
        name.hasSuffix(classMark) ? String(name.dropLast(classMark.count)) : name
    }
}
