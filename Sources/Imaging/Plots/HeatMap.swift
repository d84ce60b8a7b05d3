public import Tensors

/// A table of numbers as colours, with the bar that explains them: activation maps, weights, confusion matrices.
public struct HeatMap: Figure {
    /// `[rows, columns]`, at least one of each.
    public var values: Tensor
    /// One for each row, or none.
    public var rowLabels: [String]
    /// One for each column, or none.
    public var columnLabels: [String]
    public var colors: ColorMap
    /// The values of the first and the last colour; `nil` takes the least and the greatest.
    public var range: ClosedRange<Float>?
    public var title: String
    public var rowName: String
    public var columnName: String
    /// What the colours measure.
    public var valueAxis: Axis
    public var size: Size

    public init(
        values: Tensor, rowLabels: [String] = [], columnLabels: [String] = [], colors: ColorMap = .viridis,
        range: ClosedRange<Float>? = nil, title: String = "", rowName: String = "", columnName: String = "",
        valueAxis: Axis = Axis()
    ) {
        precondition(
            values.rank == 2 && values.count > 0, "a heat map needs the shape [rows, columns], not \(values.shape)")
        precondition(
            [0, values.shape[0]].contains(rowLabels.count) && [0, values.shape[1]].contains(columnLabels.count),
            "\(rowLabels.count) and \(columnLabels.count) labels cannot name a table of shape \(values.shape)")
        self.values = values
        self.rowLabels = rowLabels
        self.columnLabels = columnLabels
        self.colors = colors
        self.range = range
        self.title = title
        self.rowName = rowName
        self.columnName = columnName
        self.valueAxis = valueAxis
        size = Size(width: 540, height: 440)
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let range = range ?? values.finiteRange
        let bar = ColorBar(colors: colors, range: range, axis: valueAxis)
        let rowTexts = rowLabels.map { canvas.shortened($0, toWidth: frame.width * 0.22, style: PlotStyle.tick) }
        let rowWidth = rowTexts.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
        let left = PlotStyle.margin + (rowName.isEmpty ? 0 : PlotStyle.nameRoom) + rowWidth + PlotStyle.tickGap
        let sides = frame.inset(
            left: left, top: PlotStyle.margin + (title.isEmpty ? 0 : PlotStyle.titleHeight),
            right: bar.width(on: canvas))
        let nameRoom = PlotStyle.margin + (columnName.isEmpty ? 0 : PlotStyle.nameRoom)
        let shape = Size(width: Double(values.shape[1]), height: Double(values.shape[0]))
        // How the labels stand depends on the width of a cell, and how wide a cell can be on the height of the labels.
        var area = sides.inset(bottom: nameRoom)
        var labels = makeColumnLabels(over: area, frame: frame, canvas: canvas)
        for _ in 0..<2 {
            area = cellArea(of: shape, in: sides.inset(bottom: nameRoom + labels.height))
            labels = makeColumnLabels(over: area, frame: frame, canvas: canvas)
        }
        canvas.draw(Image(values, range: range, colors: colors), in: area)
        canvas.stroke(area, with: PlotStyle.axis)
        drawNumbers(in: area, range: range, on: canvas)
        drawTitle(title, over: area, until: frame.right, on: canvas)
        labels.draw(below: area.bottom, rightOf: frame.left + 2, on: canvas)
        drawRowLabels(rowTexts, beside: area, on: canvas)
        drawAxisNames(
            x: columnName, y: rowName, around: area, bottom: area.bottom + labels.height,
            left: area.left - PlotStyle.tickGap - rowWidth, on: canvas)
        bar.draw(on: canvas, rightOf: area)
    }

    private func makeColumnLabels(over area: Rect, frame: Rect, canvas: Canvas) -> ColumnLabels {
        let slots = BarSlots(start: area.left, length: area.width, count: values.shape[1])
        return ColumnLabels(columnLabels, slots: slots, longest: frame.height * 0.2, canvas: canvas)
    }

    /// Square cells, unless the table is so long that they would be slivers; at the upper left of the room.
    private func cellArea(of shape: Size, in room: Rect) -> Rect {
        let isLong = max(shape.width / shape.height, shape.height / shape.width) > 4
        let fitted = isLong ? room : room.fitting(aspectOf: shape)
        return Rect(x: room.x, y: room.y, width: fitted.width, height: fitted.height)
    }

    private func drawRowLabels(_ labels: [String], beside area: Rect, on canvas: Canvas) {
        let slots = BarSlots(start: area.top, length: area.height, count: values.shape[0])
        let step = slots.labelStep(room: 12)
        for (index, label) in labels.enumerated() where index % step == 0 {
            canvas.draw(
                label, at: Point(x: area.left - PlotStyle.tickGap, y: slots.center(index)), anchor: .end,
                style: PlotStyle.tick)
        }
    }

    /// Writes every number into its cell, or none: the largest must fit.
    private func drawNumbers(in area: Rect, range: ClosedRange<Float>, on canvas: Canvas) {
        let (rows, columns) = (values.shape[0], values.shape[1])
        let cell = Size(width: area.width / Double(columns), height: area.height / Double(rows))
        guard cell.height >= 12, cell.width >= 12 else { return }
        let texts = NumberText.table(values.scalars)
        let widest = texts.map { canvas.width(of: $0, style: TextStyle(size: 10)) }.max()!
        let fontSize = min(10 * (cell.width - 3) / widest, cell.height * 0.7, 11)
        guard fontSize >= 7 else { return }
        let bounds = Double(range.lowerBound)...Double(range.upperBound)
        for (index, (text, value)) in zip(texts, values.scalars).enumerated() {
            let background = colors.color(of: Double(value), in: bounds)
            let place = Point(
                x: area.left + (Double(index % columns) + 0.5) * cell.width,
                y: area.top + (Double(index / columns) + 0.5) * cell.height)
            canvas.draw(
                text, at: place, anchor: .middle, style: TextStyle(size: fontSize, color: background.readableText))
        }
    }
}
