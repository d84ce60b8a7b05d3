import Datasets
import HDF5Files
import NeuralNetwork
public import Pipeline
import Tensors

/// Lays kernels that somebody wrote down over images.
public struct ImageConvolveStage: Stage {
    public static let name = "image.convolve"
    public static let version = 2
    public static let summary =
        "Convolves images with hand-made kernels, and shows them before and after a ReLU and after pooling."
    public static let details = """
        As in networks, the kernel is not turned around, and pixels are numbers in [0, 1]. `"kernels": [{ "name": "edges", \
        "values": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] }]` shows upright edges that grow brighter to the right. Sums that \
        are negative come out blue before the ReLU, and not at all after it. Without padding, as is the default, the maps \
        are smaller than the image; zeros around it make edges of their own. Memory is that of one image with its maps.
        """

    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let maps = Output(
        "maps", kind: "maps",
        "`/<kernel>/before_relu`, `after_relu`, `pooled` [samples, channels, height, width], `/<kernel>/kernel`; `/samples`: "
            + "positions of the images in the data set, `/labels`, `/sample_ids`")
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
    @Parameter("Whether a kernel is laid over the luminance of a color image or over each channel by itself.")
    var over: Over = .luminance
    @Parameter("Pixels from one position of the kernel to the next.", in: 1...64) var stride: Int = 1
    @Parameter("Zeros on every side of the image.", in: 0...64) var padding: Int = 0
    @Parameter("What becomes of the maps after the ReLU.") var pool: Pool = .max
    @Parameter("Height and width of the pooling's window.", in: 1...64) var poolSize: Int = 2
    @Parameter("Places from one window to the next; its size if absent.", in: 1...64) var poolStride: Int?

    /// Kernels that a picture has room for.
    private static let mostKernels = 64

    public init() {}

    public func validate() throws(ParameterError) {
        try SampleChoice.validate(samples)
        guard 1...Self.mostKernels ~= kernels.count else {
            throw ParameterError(
                parameter: "kernels", "names \(kernels.isEmpty ? "no" : "\(kernels.count)") kernels",
                fix: "write 1...\(Self.mostKernels) kernels")
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
        let networks = try kernels.map { try network($0, dataset.sampleShape) }
        let output = try HDF5Output(Self.maps, io)
        try output.setScale(samples, of: "samples", at: "/samples")
        let values = kernels.map { Tensor(shape: [$0.height, $0.width], $0.values.flatMap { $0 }) }
        let writers = try kernels.indices.map { index in
            let group = "/" + kernels[index].name
            try output.write(values[index], to: group + "/kernel", axes: ["kernel_height", "kernel_width"])
            return try networks[index].shapes().map { step, shape in
                try HDF5RowWriter(output.file, "\(group)/\(step)", .float32, rows: samples.count, rowShape: shape)
            }
        }
        var section = ConvolvedSection(io, pictures: try io.folder(Self.pictures), hasPooling: pool != .none)
        for (row, sample) in samples.enumerated() {
            let image = try dataset.images(at: [sample], threads: 1).row(0)
            var results: [KernelMaps] = []
            for (index, kernel) in kernels.enumerated() {
                try io.checkCancelled()
                let steps = try networks[index].maps(of: image)
                for (writer, step) in zip(writers[index], steps) { try writer.append(Tensor.stack([step.maps])) }
                results.append(KernelMaps(name: kernel.name, kernel: values[index], steps: steps))
                io.progress(row * kernels.count + index + 1, of: samples.count * kernels.count, unit: "kernels")
            }
            let luminance = over == .luminance && image.shape[0] == 3 ? KernelNetwork.luminance(of: image) : nil
            try section.add(image, named: dataset.sampleIDs[sample], row, luminance: luminance, results)
        }
        for writer in writers.joined() {
            try output.name(writer.finish(), ["samples", "channels", "height", "width"])
        }
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        try output.close()
        section.write()
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
}
