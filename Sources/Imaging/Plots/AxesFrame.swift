/// The rectangle that data are drawn in, with its title, axes, ticks and names around it.
struct AxesFrame {
    let area: Rect
    private let frame: Rect
    private let title: String
    private let xAxis: Axis
    private let yAxis: Axis
    private let xRange: ClosedRange<Double>
    private let yRange: ClosedRange<Double>
    private let xTicks: Ticks
    private let yTicks: Ticks

    /// Divides a frame so that all words have room.
    /// - Parameters:
    ///   - legendWidth: left free at the right side.
    ///   - hasEqualScales: widens one range so that a unit is as long across as it is up.
    init(
        in frame: Rect, title: String, x: Axis, y: Axis, xRange: ClosedRange<Double>, yRange: ClosedRange<Double>,
        legendWidth: Double, hasEqualScales: Bool = false, canvas: Canvas
    ) {
        self.frame = frame
        self.title = title
        (xAxis, yAxis) = (x, y)
        let top = PlotStyle.margin + (title.isEmpty ? 0 : PlotStyle.titleHeight)
        let bottom = PlotStyle.margin + PlotStyle.tickRoom + (x.title.isEmpty ? 0 : PlotStyle.nameRoom)
        let height = frame.height - top - bottom
        var (xRange, yRange) = (xRange, yRange)
        var yTicks = Ticks(in: yRange, count: Self.tickCount(height, spacing: 45), wholeNumbers: y.hasWholeNumbers)
        func left() -> Double {
            let widest = yTicks.labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
            return PlotStyle.margin + (y.title.isEmpty ? 0 : PlotStyle.nameRoom) + widest + PlotStyle.tickGap
        }
        func makeArea() -> Rect {
            frame.inset(
                left: left(), top: top, right: legendWidth + PlotStyle.margin + 4, bottom: bottom)
        }
        if hasEqualScales {
            (xRange, yRange) = Self.equalized(xRange, yRange, area: makeArea())
            yTicks = Ticks(in: yRange, count: Self.tickCount(height, spacing: 45), wholeNumbers: y.hasWholeNumbers)
        }
        area = makeArea()
        (self.xRange, self.yRange, self.yTicks) = (xRange, yRange, yTicks)
        xTicks = Ticks(in: xRange, count: Self.tickCount(area.width, spacing: 65), wholeNumbers: x.hasWholeNumbers)
    }

    private static func tickCount(_ length: Double, spacing: Double) -> Int { max(Int(length / spacing), 2) }

    private static func equalized(
        _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, area: Rect
    ) -> (ClosedRange<Double>, ClosedRange<Double>) {
        func widened(_ range: ClosedRange<Double>, to span: Double) -> ClosedRange<Double> {
            let extra = (span - (range.upperBound - range.lowerBound)) / 2
            return extra > 0 ? range.lowerBound - extra...range.upperBound + extra : range
        }
        let unitsPerPoint = max(
            (x.upperBound - x.lowerBound) / area.width, (y.upperBound - y.lowerBound) / area.height)
        return (widened(x, to: unitsPerPoint * area.width), widened(y, to: unitsPerPoint * area.height))
    }

    /// Where a pair of numbers lies on the canvas.
    func place(x: Double, y: Double) -> Point {
        Point(
            x: area.left + (x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * area.width,
            y: area.bottom - (y - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound) * area.height)
    }

    /// The value at the lower end of the vertical axis, or 0 where that is shown.
    var baseline: Double { min(max(0, yRange.lowerBound), yRange.upperBound) }

    /// Draws everything but the data.
    func draw(on canvas: Canvas) {
        drawTitle(title, over: area, until: frame.right, on: canvas)
        for (value, label) in zip(xTicks.values, xTicks.labels) {
            let x = place(x: value, y: 0).x
            canvas.stroke([Point(x: x, y: area.top), Point(x: x, y: area.bottom)], with: PlotStyle.grid)
            canvas.draw(
                label, at: Point(x: x, y: area.bottom + PlotStyle.tickRoom / 2 + 1), anchor: .middle,
                style: PlotStyle.tick)
        }
        for (value, label) in zip(yTicks.values, yTicks.labels) {
            let y = place(x: 0, y: value).y
            canvas.stroke([Point(x: area.left, y: y), Point(x: area.right, y: y)], with: PlotStyle.grid)
            canvas.draw(label, at: Point(x: area.left - PlotStyle.tickGap, y: y), anchor: .end, style: PlotStyle.tick)
        }
        canvas.stroke(area, with: PlotStyle.axis)
        drawAxisNames(
            x: xAxis.title, y: yAxis.title, around: area, bottom: area.bottom + PlotStyle.tickRoom,
            left: area.left - PlotStyle.tickGap
                - (yTicks.labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0),
            on: canvas)
    }
}

/// The title of a plot, above its area, and as wide as the frame of the plot allows.
func drawTitle(_ title: String, over area: Rect, until right: Double, on canvas: Canvas) {
    guard !title.isEmpty else { return }
    let line = canvas.shortened(title, toWidth: right - area.left - PlotStyle.margin, style: PlotStyle.title)
    canvas.draw(line, at: Point(x: area.left, y: area.top - PlotStyle.titleHeight / 2 - 2), style: PlotStyle.title)
}

/// The names of the axes: below `bottom`, and turned to the left of `left`.
func drawAxisNames(x: String, y: String, around area: Rect, bottom: Double, left: Double, on canvas: Canvas) {
    let below = canvas.shortened(x, toWidth: area.width, style: PlotStyle.name)
    canvas.draw(
        below, at: Point(x: area.center.x, y: bottom + PlotStyle.nameRoom / 2), anchor: .middle, style: PlotStyle.name)
    let beside = canvas.shortened(y, toWidth: area.height, style: PlotStyle.name)
    canvas.draw(
        beside, at: Point(x: left - PlotStyle.nameRoom / 2 - 2, y: area.center.y), anchor: .middle,
        style: PlotStyle.name, angle: -.pi / 2)
}

/// Says why there is nothing, or less than expected, to see.
func drawNote(_ text: String, in area: Rect, isEmpty: Bool, on canvas: Canvas) {
    if isEmpty {
        canvas.draw(text, at: area.center, anchor: .middle, style: PlotStyle.note)
    } else {
        canvas.draw(text, at: Point(x: area.right - 5, y: area.bottom - 9), anchor: .end, style: PlotStyle.note)
    }
}
