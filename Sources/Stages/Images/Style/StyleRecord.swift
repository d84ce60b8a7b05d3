import FeatureVisualization
import HDF5Files
import Imaging
import Pipeline
import Tensors

/// A styled image and how it came about: as HDF5, as pictures, and as a section of a page.
struct StyleRecord {
    let image: Tensor
    let content: Tensor
    let style: Tensor
    let snapshots: [(iteration: Int, image: Tensor)]
    /// Names of the layers and what they added to the loss, `[steps][layers]`.
    let contentLosses: (layers: [String], values: [[Float]])
    let styleLosses: (layers: [String], values: [[Float]])
    /// One for each step.
    let variation: [Float]

    /// The start and every step.
    var steps: Int { variation.count }

    init(
        _ result: StyledImage, _ settings: StyleSettings, content: Tensor, style: Tensor, keepsColors: Bool
    ) {
        func finished(_ image: Tensor) -> Tensor { keepsColors ? StyledImage.colored(image, as: content) : image }
        image = finished(result.image)
        snapshots = result.snapshots.map { ($0.iteration, finished($0.image)) }
        (self.content, self.style) = (content, style)
        let count = settings.contentLayers.count
        contentLosses = (settings.contentLayers.map(\.name), result.losses.map { Array($0[..<count]) })
        styleLosses = (settings.styleLayers.map(\.name), result.losses.map { Array($0[count..<$0.count - 1]) })
        variation = result.losses.map { $0.last! }
    }

    /// Sums by step: of the content layers, of the style layers, of everything.
    var contentTotal: [Float] { contentLosses.values.map { $0.reduce(0, +) } }
    var styleTotal: [Float] { styleLosses.values.map { $0.reduce(0, +) } }
    var total: [Float] { (0..<steps).map { contentTotal[$0] + styleTotal[$0] + variation[$0] } }

    func write(to port: Output, pictures: Output, _ io: StageIO) throws {
        let output = try HDF5Output(port, io)
        let axes = ["channels", "height", "width"]
        try output.write(image, to: "/image", axes: axes)
        try output.write(content, to: "/content", axes: axes)
        try output.write(style, to: "/style", axes: axes)
        try output.write(total, to: "/loss/total", axes: ["steps"])
        try output.write(variation, to: "/loss/total_variation", axes: ["steps"])
        for (name, losses) in [("content", contentLosses), ("style", styleLosses)] where !losses.layers.isEmpty {
            let dataset = try output.write(
                losses.values.flatMap { $0 }, to: "/loss/\(name)", shape: [steps, losses.layers.count],
                axes: ["steps", "\(name)_layers"])
            try dataset.setAttribute("layers", .strings(losses.layers))
        }
        if !snapshots.isEmpty {
            try output.write(Tensor.stack(snapshots.map(\.image)), to: "/snapshots", axes: ["snapshots"] + axes)
            try output.write(snapshots.map(\.iteration), to: "/snapshot_iterations", axes: ["snapshots"])
        }
        try output.close()
        let folder = try io.folder(pictures)
        try FileBytes.write(Image(image).encodedPNG(), to: "\(folder)/image.png")
        for snapshot in snapshots {
            try FileBytes.write(
                Image(snapshot.image).encodedPNG(), to: "\(folder)/image-\(snapshot.iteration).png")
        }
        io.metric("loss", Double(total.last!))
        try StyleSection.write(self, io)
    }
}
