import FeatureVisualization
import Imaging
import Pipeline
import Tensors

/// Maximized units as pictures.
enum MaximizationPictures {
    /// Pictures in one grid at most.
    private static let largestGrid = 400

    /// One PNG for each image and one for its snapshots, and all images in `grid.png`.
    static func write(_ results: [MaximizedUnit], _ caption: UnitCaption, into port: Output, _ io: StageIO) throws {
        let folder = try io.folder(port)
        for result in results {
            let path = "\(folder)/\(fileName(result))"
            try FileBytes.write(Image(result.image).encodedPNG(), to: path + ".png")
            if let steps = steps(of: result, caption) { try FileBytes.write(steps.png(), to: path + "-steps.png") }
        }
        let shown = results.prefix(largestGrid)
        if shown.count < results.count {
            io.warn("grid.png shows the first \(shown.count) of \(results.count) images; each has a picture of its own")
        }
        try FileBytes.write(grid(Array(shown), caption).png(), to: folder + "/grid.png")
    }

    /// The snapshots of a unit in a row; `nil` where there are none.
    static func steps(of result: MaximizedUnit, _ caption: UnitCaption) -> ImageGrid? {
        guard !result.snapshots.isEmpty else { return nil }
        return ImageGrid(
            cells: result.snapshots.map { ImageGrid.Cell(Image($0.image), caption: "\($0.iteration)") },
            columns: min(result.snapshots.count, 11), title: caption.text(result),
            cellSide: max(64, min(160, Double(result.image.shape[2]))))
    }

    /// The images of a unit stand in one row where there are several. The layer is the title where all have the same.
    private static func grid(_ results: [MaximizedUnit], _ caption: UnitCaption) -> ImageGrid {
        let variants = results.count { $0.unit == results[0].unit }
        // Five in a row, or a square where that would become a tower.
        let square = min(max(5, Int(Double(results.count).squareRoot().rounded(.up))), results.count)
        let parts = results.map(caption.parts)
        let layer = parts.allSatisfy { $0.layer == parts[0].layer } ? parts[0].layer : nil
        return ImageGrid(
            cells: zip(results, parts).map { result, parts in
                ImageGrid.Cell(
                    Image(result.image),
                    caption: layer == nil
                        ? [parts.layer, parts.unit].compactMap(\.self).joined(separator: "\n") : parts.unit)
            },
            columns: variants > 1 ? variants : square, title: layer ?? "", cellSide: results.count > 100 ? 128 : nil)
    }

    /// `layer-index`, `layer-index-2` for a second image, `terms` for a sum.
    private static func fileName(_ result: MaximizedUnit) -> String {
        let terms = result.unit.terms
        var name = "terms"
        if terms.count == 1 {
            name = FileName.safe(terms[0].layer)
            if case .channel(let channel, _) = terms[0].measure { name += "-\(channel)" }
        }
        return name + (result.variant.map { "-\($0 + 1)" } ?? "")
    }
}
