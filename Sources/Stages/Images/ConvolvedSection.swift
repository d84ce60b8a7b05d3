import Imaging
import Pipeline
import Reporting
import Tensors

/// The pictures of images and what kernels make of them: files of the output port, and a section of a page.
struct ConvolvedSection {
    private let folder: String
    private let summary: SummaryWriter
    private var section = SectionContent(title: "Hand-made kernels")

    /// - Parameter folder: where the pictures go, too.
    init(_ io: StageIO, pictures folder: String, hasPooling: Bool) {
        self.folder = folder
        summary = SummaryWriter(io)
        section.text(
            "Each row: the kernel, the image convolved with it (blue below zero, red above), after the ReLU"
                + (hasPooling ? ", and after pooling. " : ". ") + "Below each map stand the ends of its colors.")
    }

    /// Draws an image, and below it a row for each kernel.
    /// - Parameters:
    ///   - image: `[channels, height, width]` in [0, 1].
    ///   - row: the image's place among the chosen ones.
    ///   - luminance: what the kernels are laid over, where that is not the image.
    mutating func add(
        _ image: Tensor, named name: String, _ row: Int, luminance: Tensor?, _ kernels: [KernelMaps]
    ) throws {
        var originals = [ImageGrid.Cell(Image(image), caption: name)]
        if let luminance { originals.append(ImageGrid.Cell(Image(luminance), caption: "luminance")) }
        let figure = Panels(
            [
                ImageGrid(cells: originals, columns: 2, cellSide: 128),
                ImageGrid(cells: kernels.flatMap(\.cells), columns: kernels[0].cells.count, cellSide: 128),
            ], columns: 1)
        let png = try figure.png()
        try FileBytes.write(png, to: "\(folder)/image-\(row).png")
        section.picture(
            try summary.save(
                png, as: "image-\(row).png",
                alternative: "\(name) convolved with hand-made kernels", width: Int(figure.size.width)))
    }

    func write() { summary.write(section) }
}
