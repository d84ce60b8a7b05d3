/// Names beside the colours that stand for them.
struct Legend {
    struct Entry {
        let name: String
        let color: Color
    }

    enum Sign {
        case disc, line
    }

    let entries: [Entry]
    let sign: Sign

    private static let widest = 150.0
    private static let signRoom = 18.0

    /// Room to leave beside the plot; 0 without entries.
    func width(on canvas: Canvas) -> Double {
        guard !entries.isEmpty else { return 0 }
        let names = entries.map { canvas.width(of: $0.name, style: PlotStyle.tick) }.max()!
        return min(names, Self.widest) + Self.signRoom + 14
    }

    /// Draws the entries below each other, right of `area`; those that do not fit are counted.
    func draw(on canvas: Canvas, rightOf area: Rect) {
        let rows = max(Int(area.height / PlotStyle.lineHeight), 1)
        let shown = entries.count <= rows ? entries.count : rows - 1
        let left = area.right + 12
        for (index, entry) in entries.prefix(shown).enumerated() {
            let y = area.top + (Double(index) + 0.5) * PlotStyle.lineHeight
            switch sign {
            case .disc: canvas.fillDisc(at: Point(x: left + 5, y: y), radius: 4.5, with: entry.color)
            case .line:
                canvas.stroke([Point(x: left - 1, y: y), Point(x: left + 13, y: y)], with: entry.color, width: 2.5)
            }
            let name = canvas.shortened(entry.name, toWidth: Self.widest, style: PlotStyle.tick)
            canvas.draw(name, at: Point(x: left + Self.signRoom, y: y), style: PlotStyle.tick)
        }
        if shown < entries.count {
            let y = area.top + (Double(shown) + 0.5) * PlotStyle.lineHeight
            canvas.draw(
                "and \(entries.count - shown) more", at: Point(x: left + Self.signRoom, y: y), style: PlotStyle.note)
        }
    }
}
