import Attribution
import Datasets
import Imaging
import Pipeline
import Reporting
import Tensors

/// What an attribution has to show: images with their maps, and what the checks found.
struct AttributionSection {
    private let title: String
    private let words: AttributionWords
    private let method: any AttributionMethod
    private let summary: SummaryWriter
    private let io: StageIO

    init(_ title: String, _ words: AttributionWords, _ method: any AttributionMethod, _ io: StageIO) {
        (self.title, self.words, self.method, self.io) = (title, words, method, io)
        summary = SummaryWriter(io)
    }

    /// - Parameters:
    ///   - samples: positions of the file's images.
    ///   - pictures: how many are drawn at most.
    func write(_ file: AttributionFile, _ dataset: Dataset, _ samples: [Int], pictures: Int) throws {
        var section = SectionContent(title: title)
        section.text("Explains \(words.explained).")
        if let caveat = method.caveat { section.note("\(caveat).") }
        section.metric("images", file.count)
        for fact in method.facts {
            switch fact.value {
            case .text(let text): section.metric(fact.name, text)
            case .count(let count): section.metric(fact.name, count, unit: "pixels")
            }
        }
        tellConstant(file.numbers, samples.map { dataset.sampleIDs[$0] }, in: &section)
        try AttributionChecksSection.add(file.numbers, to: &section, summary, io)
        section.gallery(
            try draw(file, dataset, Array(samples.prefix(pictures))), columns: 1,
            caption: method.isSigned
                ? "Red speaks for the score, blue against it." : "The brighter, the more the score depends on the pixel.")
        summary.write(section)
    }

    private func tellConstant(_ numbers: AttributionNumbers, _ names: [String], in section: inout SectionContent) {
        let constant = names.indices.filter { numbers.isConstant[$0] != 0 }
        guard !constant.isEmpty else { return }
        let listed = constant.prefix(5).map { names[$0] } + (constant.count > 5 ? ["…"] : [])
        let saturated = words.isProbability ? "; a probability near 0 or 1 is saturated: explain the logit" : ""
        let sentence =
            "\(constant.count) of \(names.count) maps are constant (\(listed.joined(separator: ", "))): "
            + method.meaningOfConstant + saturated
        io.warn(sentence)
        section.note(sentence + ".")
    }

    private func draw(_ file: AttributionFile, _ dataset: Dataset, _ samples: [Int]) throws -> [Block.Picture] {
        guard !samples.isEmpty else { return [] }
        let folder = try io.folder(AttributionPorts.pictures)
        return try samples.enumerated().map { row, sample in
            let image = Image(try dataset.images(at: [sample], threads: 1).row(0))
            let map = Attribution.summed(try file.map(row), isSigned: method.isSigned)
            let heat = HeatOverlay(map, isSigned: method.isSigned)
            let overlay = heat.laid(over: image)
            let (name, label) = (dataset.sampleIDs[sample], words.label(of: sample))
            let explained = words.explained(of: file.numbers.targets[row], file.numbers.scores[row])
            let reach = NumberFormat.automatic.text(Double(heat.reach))
            let figure = ImageGrid(
                cells: [
                    .init(image, caption: ([name] + [label].compactMap { $0 }).joined(separator: "\n")),
                    .init(heat.picture, caption: "\(method.isSigned ? "±" : "0 to ")\(reach)\n99th percentile of size"),
                    .init(overlay, caption: "laid over the image"),
                ], columns: 3, title: "\(title): \(explained)", cellSide: min(max(160, Double(image.width)), 224))
            let bytes = try figure.png()
            try FileBytes.write(bytes, to: "\(folder)/image-\(sample).png")
            try FileBytes.write(heat.picture.encodedPNG(), to: "\(folder)/image-\(sample)-heat.png")
            try FileBytes.write(overlay.encodedPNG(), to: "\(folder)/image-\(sample)-overlay.png")
            return try summary.save(
                bytes, as: "image-\(sample).png",
                caption: ([name, explained] + [label].compactMap { $0 }).joined(separator: ", "),
                alternative: "Image, heat map and overlay of \(name)", width: Int(figure.size.width.rounded()))
        }
    }
}
