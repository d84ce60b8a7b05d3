import FeatureVisualization
import Imaging
import Pipeline
import Reporting
import Tensors

/// What dreams have to show: the image before, at each size, and after.
enum DreamSection {
    /// - Parameter before: `[samples, channels, height, width]`.
    static func write(
        _ dreams: [DeepDream.Dream], _ before: Tensor, names: [String], layer: String, to pictures: Output,
        _ io: StageIO
    ) throws {
        let folder = try io.folder(pictures)
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "What \(layer) sees in images")
        section.metric("images", dreams.count)
        section.metric("size", "\(before.shape[3])×\(before.shape[2])", unit: "pixels")
        section.text("From left to right: the image, what it had become at the end of each size, and at its own size.")
        for (row, dream) in dreams.enumerated() {
            let original = Image(before.row(row))
            try FileBytes.write(original.encodedPNG(), to: "\(folder)/image-\(row)-before.png")
            try FileBytes.write(Image(dream.image).encodedPNG(), to: "\(folder)/image-\(row).png")
            var cells = [ImageGrid.Cell(original, caption: "before")]
            for (octave, image) in dream.octaves.enumerated() {
                let picture = Image(image)
                cells.append(ImageGrid.Cell(picture, caption: "\(picture.width)×\(picture.height)"))
                guard octave < dream.octaves.count - 1 else { continue }
                try FileBytes.write(picture.encodedPNG(), to: "\(folder)/image-\(row)-octave-\(octave + 1).png")
            }
            let side = max(128, min(224, Double(original.width)))
            section.picture(
                try summary.save(
                    ImageGrid(cells: cells, columns: cells.count, cellSide: side), as: "image-\(row).png",
                    caption: names[row], alternative: "\(names[row]) before and after dreaming of \(layer)"))
        }
        let shown = dreams.prefix(10)
        let plot = LinePlot(
            series: zip(names, shown).map { LinePlot.Series($0, Array($1.objective.joined())) },
            title: "Half the sum of squared activations", xAxis: Axis("step", hasWholeNumbers: true),
            yAxis: Axis("½ Σ a²"))
        try section.details("How it went") { inner in
            inner.picture(
                try summary.save(
                    plot, as: "objective.png",
                    caption: "It leaps where the next size begins: more pixels, more activations."
                        + (dreams.count > shown.count ? " The first 10 of \(dreams.count) images." : ""),
                    alternative: "The objective of each image over the steps, as curves"))
        }
        summary.write(section)
    }
}
