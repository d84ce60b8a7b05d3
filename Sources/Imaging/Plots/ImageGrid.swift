/// Pictures in rows and columns, each with its caption.
public struct ImageGrid: Figure {
    public struct Cell: Sendable, Equatable {
        public var image: Image
        /// Below the picture; a line end begins another line.
        public var caption: String

        public init(_ image: Image, caption: String = "") {
            self.image = image
            self.caption = caption
        }
    }

    /// In reading order.
    public var cells: [Cell]
    public var columns: Int
    public var title: String
    /// Longer side of every picture in points; `nil` enlarges the largest by a whole factor to at least 64, or shrinks
    /// it to at most 256.
    public var cellSide: Double?

    private static let gap = 6.0
    private static let captionLine = 13.0

    public init(cells: [Cell], columns: Int, title: String = "", cellSide: Double? = nil) {
        precondition(columns > 0, "a grid has at least one column, not \(columns)")
        precondition(cellSide ?? 1 > 0, "a picture has a size above 0, not \(cellSide ?? 0)")
        self.cells = cells
        self.columns = columns
        self.title = title
        self.cellSide = cellSide
    }

    public var size: Size {
        let shownColumns = min(columns, max(cells.count, 1))
        let rows = (max(cells.count, 1) - 1) / columns + 1
        let cell = cellSize
        return Size(
            width: max(Double(shownColumns) * (cell.width + Self.gap) - Self.gap + 2 * PlotStyle.margin, 160),
            height: Double(rows) * (cell.height + Self.gap) - Self.gap + 2 * PlotStyle.margin + titleRoom)
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let inner = frame.inset(left: PlotStyle.margin, top: PlotStyle.margin + titleRoom, right: PlotStyle.margin)
        drawTitle(title, over: inner, until: frame.right, on: canvas)
        if cells.isEmpty {
            drawNote("no pictures", in: inner.inset(bottom: PlotStyle.margin), isEmpty: true, on: canvas)
        }
        let (cell, pictures) = (cellSize, pictureSize)
        for (index, content) in cells.enumerated() {
            let origin = Point(
                x: inner.left + Double(index % columns) * (cell.width + Self.gap),
                y: inner.top + Double(index / columns) * (cell.height + Self.gap))
            let room = Rect(origin: origin, size: pictures)
            let shape = Size(width: Double(content.image.width), height: Double(content.image.height))
            canvas.draw(content.image, in: room.fitting(aspectOf: shape))
            for (line, text) in Self.lines(content.caption).enumerated() {
                let shown = canvas.shortened(text, toWidth: cell.width, style: PlotStyle.tick)
                let place = Point(x: room.center.x, y: room.bottom + (Double(line) + 0.5) * Self.captionLine + 2)
                canvas.draw(shown, at: place, anchor: .middle, style: PlotStyle.tick)
            }
        }
    }

    private var titleRoom: Double { title.isEmpty ? 0 : PlotStyle.titleHeight }

    private static func lines(_ caption: String) -> [String] {
        caption.isEmpty ? [] : caption.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Longer side of a picture as it is shown.
    private var side: Double {
        if let cellSide { return cellSide }
        let longest = Double(cells.map { max($0.image.width, $0.image.height) }.max() ?? 64)
        return longest < 64 ? longest * (64 / longest).rounded(.up) : min(longest, 256)
    }

    /// Room for the widest and the highest picture.
    private var pictureSize: Size {
        func largest(_ length: (Image) -> Int) -> Double {
            let shares = cells.map { Double(length($0.image)) / Double(max($0.image.width, $0.image.height)) }
            return side * (shares.max() ?? 1)
        }
        return Size(width: largest(\.width), height: largest(\.height))
    }

    private var cellSize: Size {
        let captionLines = cells.map { Self.lines($0.caption).count }.max() ?? 0
        let captionRoom = captionLines == 0 ? 0 : Double(captionLines) * Self.captionLine + 4
        let pictures = pictureSize
        return Size(width: pictures.width, height: pictures.height + captionRoom)
    }
}
