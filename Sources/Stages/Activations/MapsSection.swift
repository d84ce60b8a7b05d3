import Imaging
import Pipeline
import Reporting
import Tensors

/// The pictures of activation maps, image by image: files of the output port, and a section of a page.
struct MapsSection {
    private let io: StageIO
    private let folder: String
    private let summary: SummaryWriter
    private var section = SectionContent(title: "Activation maps")

    /// - Parameter folder: where the pictures go, too.
    init(_ io: StageIO, pictures folder: String) {
        self.io = io
        self.folder = folder
        summary = SummaryWriter(io)
    }

    /// Draws an image, its way through the network and the grid of each layer.
    /// - Parameters:
    ///   - image: `[channels, height, width]` in [0, 1].
    ///   - row: the image's place among the chosen ones.
    ///   - path: layers on the way; empty draws none.
    ///   - columns: channels of a layer on the way at most.
    mutating func add(
        _ image: Tensor, named name: String, _ row: Int, grids: [MapGrid], path: [MapGrid], columns: Int
    ) throws {
        section.picture(
            try summary.save(
                Image(image).shownSmall().encodedPNG(), as: "image-\(row).png", caption: name,
                alternative: "The image \(name)", width: 128, isPixelated: image.shape[2] < 128))
        if !path.isEmpty {
            try add(
                MapGrid.path(of: Image(image), named: name, through: path, columns: columns), "image-\(row)-path.png",
                as: "path-\(row).png", alternative: "The way of \(name) through \(path.count) layers")
        }
        for (position, grid) in grids.enumerated() {
            try io.checkCancelled()
            try add(
                grid.square, "image-\(row)-\(FileName.safe(grid.layer)).png", as: "maps-\(row)-\(position).png",
                caption: grid.caption, alternative: "Activation maps of \(grid.layer) for \(name)")
        }
    }

    private mutating func add(
        _ figure: any Figure, _ file: String, as page: String, caption: String = "", alternative: String
    ) throws {
        let png = try figure.png()
        try FileBytes.write(png, to: "\(folder)/\(file)")
        section.picture(
            try summary.save(
                png, as: page, caption: caption, alternative: alternative, width: Int(figure.size.width)))
    }

    func write() { summary.write(section) }
}
