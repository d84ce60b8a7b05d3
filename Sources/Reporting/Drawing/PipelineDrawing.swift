/// The stages of a pipeline as boxes and arrows, in SVG that stands in the page.
struct PipelineDrawing: Sendable {
    /// More boxes than this are a list, not a picture.
    static let mostBoxes = 80

    struct Box: Sendable {
        var label: String
        var name: String
        var family: String
        /// What leads to the section; `nil` where the page has none.
        var link: String?
        var fullText: String
        var x: String
        var y: String
        var width: String
    }

    struct Path: Sendable {
        var commands: String
    }

    private(set) var width = "0"
    private(set) var height = "0"
    private(set) var boxes: [Box] = []
    private(set) var paths: [Path] = []

    private static let boxHeight = 46.0
    private static let rowHeight = 66.0
    private static let gap = 40.0
    private static let margin = 6.0
    private static let longestText = 24

    /// - Parameter links: by stage of the outline, the anchor of its section.
    /// - Returns: `nil` where there is nothing to draw, or too much.
    init?(_ outline: PipelineOutline, links: [Int: String]) {
        // A stage that only shows what others found is the page itself, and its arrows would cover all the rest.
        let shown = outline.stages.indices.filter { index in
            let sources = outline.stages[index].sources
            return sources.isEmpty || sources.contains { $0.output != "summary" }
        }
        guard !shown.isEmpty, shown.count <= Self.mostBoxes else { return nil }
        let places = Dictionary(uniqueKeysWithValues: zip(shown, shown.indices))
        let stages = shown.map { outline.stages[$0] }
        let layout = GraphLayout(
            sources: stages.map { stage in
                var seen: Set<Int> = []
                return stage.sources.filter { $0.output != "summary" }.compactMap { places[$0.stage] }
                    .filter { seen.insert($0).inserted }
            })
        let widths = Self.columnWidths(stages, columns: layout.columns)
        var left = [Self.margin]
        for width in widths { left.append(left.last! + width + Self.gap) }

        for (index, stage) in stages.enumerated() {
            let column = layout.columns[index]
            boxes.append(
                Box(
                    label: Self.shortened(stage.label), name: Self.shortened(stage.name),
                    family: stageFamily(stage.name),
                    link: links[shown[index]], fullText: "\(stage.label): \(stage.name)", x: Self.text(left[column]),
                    y: Self.text(Self.top(layout.heights[index])), width: Self.text(widths[column])))
        }
        for arrow in layout.arrows {
            let column = layout.columns[arrow.source]
            let bends = arrow.bends.enumerated().map { index, height in
                let x = left[column + 1 + index]
                return (x: x, width: widths[column + 1 + index], y: Self.middle(height))
            }
            let start = (x: left[column] + widths[column], y: Self.middle(layout.heights[arrow.source]))
            let end = (x: left[layout.columns[arrow.target]] - 5, y: Self.middle(layout.heights[arrow.target]))
            paths.append(Path(commands: Self.path(from: start, over: bends, to: end)))
        }
        width = Self.text(left.last! - Self.gap + Self.margin)
        height = Self.text(Self.top(layout.heights.max() ?? 0) + Self.boxHeight + Self.margin)
    }

    // MARK: - Geometry

    private static func top(_ row: Double) -> Double { margin + row * rowHeight }
    private static func middle(_ row: Double) -> Double { top(row) + boxHeight / 2 }

    /// Curves that leave and arrive level, and pass the columns between them level.
    private static func path(
        from start: (x: Double, y: Double), over bends: [(x: Double, width: Double, y: Double)],
        to end: (x: Double, y: Double)
    ) -> String {
        var commands = "M\(text(start.x)) \(text(start.y))"
        var place = start
        func curve(to x: Double, _ y: Double) -> String {
            let middle = text((place.x + x) / 2)
            return "C\(middle) \(text(place.y)) \(middle) \(text(y)) \(text(x)) \(text(y))"
        }
        for bend in bends {
            commands += curve(to: bend.x, bend.y) + "H\(text(bend.x + bend.width))"
            place = (bend.x + bend.width, bend.y)
        }
        return commands + curve(to: end.x, end.y)
    }

    private static func columnWidths(_ stages: [PipelineOutline.Stage], columns: [Int]) -> [Double] {
        var widths = [Double](repeating: 96, count: (columns.max() ?? 0) + 1)
        for (stage, column) in zip(stages, columns) {
            let letters = max(
                Double(shortened(stage.label).count) * 8.7, Double(shortened(stage.name).count) * 6.7)
            widths[column] = max(widths[column], letters + 34)
        }
        return widths
    }

    private static func shortened(_ text: String) -> String {
        text.count <= longestText ? text : text.prefix(longestText - 1) + "…"
    }

    /// With one digit after the point, where the eye stops.
    private static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}

/// `reduce` of `reduce.tsne`: what a stage is coloured by.
func stageFamily(_ name: String) -> String {
    let family = String(name.prefix { $0 != "." })
    return ["dataset", "model", "activations", "reduce", "circuit", "filters", "attribution", "image"].contains(family)
        ? family : "other"
}
