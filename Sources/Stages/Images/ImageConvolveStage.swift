import Datasets
import HDF5Files
import Imaging
import NeuralNetwork
public import Pipeline
import Reporting
import Tensors

/// Lays kernels that somebody wrote down over images.
public struct ImageConvolveStage: Stage {
    public static let name = "image.convolve"
    public static let version = 1
    public static let summary =
        "Convolves images with hand-made kernels, and shows them before and after a ReLU and after pooling."
    public static let details = """
        As in networks, the kernel is not turned around, and pixels are numbers in [0, 1]. `"kernels": [{ "name": "edges", \
        "values": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] }]` shows upright edges that grow brighter to the right. Sums that \
        are negative come out blue before the ReLU, and not at all after it.
        """

    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let maps = Output(
        "maps", kind: "maps",
        "`/<kernel>/before_relu`, `after_relu`, `pooled` [samples, channels, height, width], `/<kernel>/kernel`, `/labels`, "
            + "`/sample_ids`")
    static let pictures = Output("pictures", kind: "pictures", "One PNG for each image")
    public static let inputs: [any InputPort] = [dataset]
    public static let outputs = [maps, pictures]

    /// What a kernel is laid over.
    enum Over: String, ParameterChoice {
        case luminance, channels
    }

    enum Pool: String, ParameterChoice {
        case max, mean, none
    }

    @Parameter("Kernels, each with a name and rows of numbers.") var kernels: [HandMadeKernel]
    @Parameter("Which images, by position in the data set.", in: 0...) var samples: [Int] = [0]
    @Parameter("Whether a kernel is laid over the luminance of a colour image or over each channel by itself.")
    var over: Over = .luminance
    @Parameter("Pixels from one position of the kernel to the next.", in: 1...64) var stride: Int = 1
    @Parameter("Zeros around the image; as many as let an odd kernel keep its size if absent.", in: 0...64)
    var padding: Int?
    @Parameter("What becomes of the maps after the ReLU.") var pool: Pool = .max
    @Parameter("Height and width of the pooling's window.", in: 1...64) var poolSize: Int = 2
    @Parameter("Places from one window to the next; its size if absent.", in: 1...64) var poolStride: Int?

    public init() {}

    public func validate() throws(ParameterError) {
        try SampleChoice.validate(samples)
        guard !kernels.isEmpty else {
            throw ParameterError(parameter: "kernels", "names no kernels", fix: "write at least one")
        }
        guard Set(kernels.map(\.name)).count == kernels.count else {
            throw ParameterError(
                parameter: "kernels", "two kernels have the same name", fix: "give each kernel a name of its own")
        }
    }

    public func check(_ io: CheckIO) throws {
        SampleChoice.check(samples, Self.dataset, io)
        guard let images = io.description(of: Self.dataset) else { return }
        for (index, kernel) in kernels.enumerated() {
            do throws(NetworkError) {
                _ = try network(kernel, images.sampleShape)
            } catch {
                io.problem(
                    parameter: "kernels[\(index)]", error.what,
                    fix: "use larger images, a smaller kernel or pooling, or more padding")
            }
        }
    }

    public func run(_ io: StageIO) throws {
        let dataset = try io.read(Self.dataset).dataset
        try SampleChoice.require(samples, of: dataset)
        let images = try dataset.images(at: samples, threads: io.threads)
        let output = try HDF5Output(Self.maps, io)
        var results: [KernelMaps] = []
        for kernel in kernels {
            try io.checkCancelled()
            let maps = try network(kernel, dataset.sampleShape).maps(of: images, threads: io.threads)
            let values = Tensor(shape: [kernel.height, kernel.width], kernel.values.flatMap { $0 })
            try output.write(values, to: "/\(kernel.name)/kernel", axes: ["kernel_height", "kernel_width"])
            for (step, values) in maps {
                try output.write(
                    values, to: "/\(kernel.name)/\(step)", axes: ["samples", "channels", "height", "width"])
            }
            results.append(KernelMaps(name: kernel.name, kernel: values, steps: maps))
            io.progress(results.count, of: kernels.count, unit: "kernels")
        }
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        try output.close()
        try show(images, results, samples.map { dataset.sampleIDs[$0] }, io)
    }

    private func network(_ kernel: HandMadeKernel, _ imageShape: [Int]) throws(NetworkError) -> KernelNetwork {
        let pooling =
            pool == .none
            ? nil
            : KernelNetwork.Pooling(isMaximum: pool == .max, size: poolSize, stride: poolStride ?? poolSize)
        return try KernelNetwork(
            kernel, imageShape: imageShape, isOverLuminance: over == .luminance, stride: stride, padding: padding,
            pooling: pooling)
    }

    private func show(_ images: Tensor, _ results: [KernelMaps], _ sampleIDs: [String], _ io: StageIO) throws {
        let folder = try io.folder(Self.pictures)
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Hand-made kernels")
        section.text(
            "Each row: the kernel, the image convolved with it (blue below zero, red above), after the ReLU"
                + (pool == .none ? "." : ", and after pooling. Below each map stand the ends of its colours."))
        for (row, id) in sampleIDs.enumerated() {
            let image = ImageGrid(
                cells: [ImageGrid.Cell(Image(images.row(row)), caption: id)], columns: 1, cellSide: 128)
            let figure = Panels([image, KernelMaps.grid(results, image: row)], columns: 1)
            let png = try figure.png()
            try FileBytes.write(png, to: "\(folder)/image-\(row).png")
            section.picture(
                try summary.save(
                    png, as: "image-\(row).png",
                    alternative: "\(id) convolved with \(results.map(\.name).joined(separator: ", "))",
                    width: Int(figure.size.width)))
        }
        summary.write(section)
    }
}
