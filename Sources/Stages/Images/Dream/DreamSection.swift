import FeatureVisualization
import Imaging
import Pipeline
import Reporting
import Tensors

/// What dreams have to show: the image before, at each size, and after.
enum DreamSection {
    /// - Parameter before: `[samples, channels, height, width]`.
    static func write(
        _ dreams: [Dream], _ before: Tensor, names: [String], layer: String, to pictures: Output,
        _ io: StageIO
    ) throws {
        let folder = try io.folder(pictures)
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "What \(layer) sees in images")
        section.metric("images", dreams.count)
        section.metric("size", "\(before.shape[3])×\(before.shape[2])", unit: "pixels")
        var ways: [Block.Picture] = []
        for (row, dream) in dreams.enumerated() {
            let (original, result) = (Image(before.row(row)), Image(dream.image))
            try FileBytes.write(original.encodedPNG(), to: "\(folder)/image-\(row)-before.png")
            try FileBytes.write(result.encodedPNG(), to: "\(folder)/image-\(row).png")
            let pair = ImageGrid(
                cells: [.init(original, caption: "before"), .init(result, caption: "after")], columns: 2,
                cellSide: max(256, min(384, Double(original.width))))
            section.picture(
                try summary.save(
                    pair, as: "image-\(row).png", caption: names[row],
                    alternative: "\(names[row]) before and after dreaming of \(layer)"))
            let octaves = dream.octaves.map(Image.init)
            for (octave, picture) in octaves.dropLast().enumerated() {
                try FileBytes.write(picture.encodedPNG(), to: "\(folder)/image-\(row)-octave-\(octave + 1).png")
            }
            let way = ImageGrid(
                cells: octaves.map { ImageGrid.Cell($0, caption: "\($0.width)×\($0.height)") },
                columns: octaves.count, cellSide: max(128, min(224, Double(original.width))))
            ways.append(
                try summary.save(
                    way, as: "octaves-\(row).png", caption: "\(names[row]) at the end of each size",
                    alternative: "\(names[row]) at the end of each size"))
        }
        let shown = dreams.prefix(10)
        let plot = LinePlot(
            series: zip(names, shown).map { LinePlot.Series($0, Array($1.objective.joined())) },
            title: "Half the sum of squared activations", xAxis: Axis("step", hasWholeNumbers: true),
            yAxis: Axis("½ Σ a²"))
        try section.details("How it went") { inner in
            for way in ways { inner.picture(way) }
            inner.picture(
                try summary.save(
                    plot, as: "objective.png",
                    caption: "It leaps where the next size, of more pixels, begins, and wavers with the shifts."
                        + (dreams.count > shown.count ? " The first 10 of \(dreams.count) images." : ""),
                    alternative: "The objective of each image over the steps, as curves"))
        }
        summary.write(section)
    }
}
