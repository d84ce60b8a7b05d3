import Imaging
import Synchronization
import Tensors

/// PNG and JPEG files in a folder, or in one folder per class.
struct ImageFolderFormat: DatasetFormat {
    let name = "image-folder"
    let summary = """
        PNG and JPEG files: one folder per class, one folder of all with a table of labels, or ImageNet's names \
        (n01440764_tench.JPEG, n01440764/n01440764_10026.JPEG).
        """
    let needsPath = true

    func locate(
        _ specification: DatasetSpecification, at places: DatasetPlaces
    ) throws(DatasetError) -> [DatasetFile] {
        try ImageFolderSelection(specification, at: places).files.all
    }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        let folder = ImageFolderFiles(files)
        let samples = folder.pictures
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
        // A skipped picture still says that its class exists.
        let skipped = zip(samples, sizes).filter { $0.1 == nil }.map(\.0.name)
        let others = files.dropFirst(samples.count).map(\.name)
        return DatasetDescription(
            specification: specification,
            sampleShape: [adjustment.channels(of: 3), first.size.height, first.size.width],
            count: intact.count, classNames: try folder.classes().names,
            files: intact.map(\.file.name) + skipped + others, skipped: skipped)
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let samples = Array(files.prefix(description.count))
        let classes = try ImageFolderFiles(files).classes()
        let source = ImageFolderSource(
            files: samples, adjustment: Adjustment(description.specification),
            pixelFormat: description.specification.color == .gray ? .gray : .rgb, shape: description.sampleShape)
        let labels = samples.compactMap { classes.label(of: $0.name) }
        return DatasetContents(
            source: source, labels: labels.count == samples.count ? labels : nil, sampleIDs: samples.map(\.name))
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
}
