import Attribution
import Imaging
import NeuralNetwork
import Pipeline
import Reporting
import Tensors

/// What an attribution has to show: image, heat map and overlay side by side, with what is explained below.
struct AttributionSection {
    private let title: String
    private let summary: SummaryWriter
    private let folder: String
    private let target: AttributionTarget
    private let score: ExplainedScore
    private let isSigned: Bool
    private let classNames: [String]
    private let io: StageIO
    private var pictures: [Block.Picture] = []
    private var images = 0
    private var constant = 0
    private var numbers: [(name: String, sum: Double, count: Int)] = []
    private var areas: [(deletion: Float, insertion: Float)] = []

    init(
        _ title: String, _ target: AttributionTarget, _ score: ExplainedScore, _ method: any AttributionMethod,
        _ model: Model, _ io: StageIO
    ) throws {
        self.title = title
        summary = SummaryWriter(io)
        folder = try io.folder(AttributionPorts.pictures)
        (self.target, self.score, self.io) = (target, score, io)
        isSigned = method.isSigned
        classNames = model.classNames
    }

    /// Draws one image.
    mutating func add(_ image: Tensor, _ result: ExplainedImages, row: Int, sample: Int, name: String) throws {
        let map = Attribution.summed(result.maps.row(row), isSigned: isSigned)
        let heat = HeatOverlay(map, isSigned: isSigned)
        let plain = Image(image)
        let overlay = heat.laid(over: plain)
        try FileBytes.write(heat.picture.encodedPNG(), to: "\(folder)/image-\(sample)-heat.png")
        try FileBytes.write(overlay.encodedPNG(), to: "\(folder)/image-\(sample)-overlay.png")
        let caption = "\(name): \(explained(result.focuses[row])) \(number(result.scores[row]))"
        let figure = ImageGrid(
            cells: [
                .init(plain, caption: "image"),
                .init(heat.picture, caption: "\(isSigned ? "±" : "0 to ")\(number(heat.reach))"),
                .init(overlay, caption: "overlay"),
            ], columns: 3, cellSide: max(128, min(224, Double(plain.width))))
        pictures.append(
            try summary.save(
                figure, as: "image-\(sample).png", caption: caption,
                alternative: "Image, heat map and overlay of \(name)"))
    }

    /// Takes the numbers of a block into the table.
    mutating func count(_ result: ExplainedImages) {
        images += result.scores.count
        for row in result.scores.indices {
            let range = result.maps.row(row).finiteRange
            if range.lowerBound == range.upperBound { constant += 1 }
            if let curves = result.curves {
                areas.append(
                    (DeletionCurve.area(curves.deletion, row: row), DeletionCurve.area(curves.insertion, row: row)))
            }
        }
        for (index, number) in result.numbers.enumerated() {
            if numbers.count == index { numbers.append((number.name, 0, 0)) }
            for value in number.values where value.isFinite {
                // A gap's size counts, whatever its direction.
                numbers[index].sum += Double(number.name == "completeness_gap" ? abs(value) : value)
                numbers[index].count += 1
            }
        }
    }

    func write() {
        var section = SectionContent(title: title)
        section.text("Explained is \(scoreInWords).")
        section.metric("images", images)
        if constant > 0 {
            io.warn("\(constant) of \(images) maps are constant: the score does not depend on the pixels")
            section.note("\(constant) of \(images) maps are constant: the score does not depend on the pixels.")
        }
        for number in numbers where number.count > 0 {
            section.metric(
                Self.names[number.name] ?? number.name, number.sum / Double(number.count),
                explanation: Self.meanings[number.name] ?? "")
        }
        if !areas.isEmpty {
            let count = Float(areas.count)
            section.metric(
                "deletion", areas.reduce(0) { $0 + $1.deletion } / count,
                explanation: "mean score while the most important pixels are covered: lower is better")
            section.metric(
                "insertion", areas.reduce(0) { $0 + $1.insertion } / count,
                explanation: "mean score while they are uncovered: higher is better")
        }
        section.gallery(
            pictures, columns: 2,
            caption: isSigned
                ? "Red speaks for the score, blue against it" : "The brighter, the more the score depends on the pixel")
        summary.write(section)
    }

    private var scoreInWords: String {
        switch target {
        case .predictedClass: "the \(score) of the class that the network predicts"
        case .classIndex(let index): "the \(score) of \(name(of: index))"
        case .unit: "the unit `\(target)`"
        }
    }

    private func explained(_ focus: Focus) -> String {
        if case .unit = target { return target.description }
        return "\(name(of: focus.index)), \(score)"
    }

    private func name(of index: Int) -> String {
        classNames.indices.contains(index) ? classNames[index] : "class \(index)"
    }

    private func number(_ value: Float) -> String { NumberFormat.automatic.text(Double(value)) }

    private static let names = [
        "completeness_gap": "completeness gap", "randomized_weights": "random weights",
        "class_difference": "other class",
    ]
    private static let meanings = [
        "completeness_gap": "mean size of what the map misses of score(image) − score(start)",
        "randomized_weights": "mean rank correlation with the map of the network with random weights",
        "class_difference":
            "mean rank correlation with the map for another class: near 1, the map says nothing of the class",
    ]
}
