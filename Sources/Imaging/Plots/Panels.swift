/// Several figures on one, in rows and columns.
public struct Panels: Figure {
    /// In reading order, each at its own size.
    public var figures: [any Figure]
    public var columns: Int
    public var title: String

    /// - Parameter columns: `nil` puts all side by side.
    public init(_ figures: [any Figure], columns: Int? = nil, title: String = "") {
        precondition(!figures.isEmpty, "panels need at least one figure")
        precondition(columns ?? 1 > 0, "panels have at least one column, not \(columns ?? 0)")
        self.figures = figures
        self.columns = columns ?? figures.count
        self.title = title
    }

    public var size: Size {
        let (widths, heights) = (columnWidths, rowHeights)
        return Size(width: widths.reduce(0, +), height: heights.reduce(0, +) + titleRoom)
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let (widths, heights) = (columnWidths, rowHeights)
        drawTitle(title, over: frame.inset(left: PlotStyle.margin, top: titleRoom), until: frame.right, on: canvas)
        for (index, figure) in figures.enumerated() {
            let (row, column) = (index / columns, index % columns)
            let origin = Point(
                x: frame.left + widths.prefix(column).reduce(0, +),
                y: frame.top + titleRoom + heights.prefix(row).reduce(0, +))
            figure.draw(on: canvas, in: Rect(origin: origin, size: figure.size))
        }
    }

    private var titleRoom: Double { title.isEmpty ? 0 : PlotStyle.titleHeight + 6 }

    private var columnWidths: [Double] {
        (0..<min(columns, figures.count)).map { column in
            stride(from: column, to: figures.count, by: columns).map { figures[$0].size.width }.max()!
        }
    }

    private var rowHeights: [Double] {
        stride(from: 0, to: figures.count, by: columns).map { start in
            figures[start..<min(start + columns, figures.count)].map(\.size.height).max()!
        }
    }
}
