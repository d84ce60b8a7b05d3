/// The scale beside a heat map: which colour stands for which value.
struct ColorBar {
    let colors: ColorMap
    let range: ClosedRange<Double>
    let axis: Axis

    private static let thickness = 14.0
    private static let distance = 14.0

    /// A range without length shows the one value in the middle of some more.
    init(colors: ColorMap, range: ClosedRange<Float>, axis: Axis) {
        self.colors = colors
        let exact = Double(range.lowerBound)...Double(range.upperBound)
        self.range = Axis(range: exact).shownRange(of: [exact.lowerBound, exact.upperBound])
        self.axis = axis
    }

    private func ticks(height: Double) -> Ticks {
        Ticks(in: range, count: max(Int(height / 50), 2), wholeNumbers: axis.hasWholeNumbers)
    }

    /// Room to leave at the right side.
    func width(on canvas: Canvas) -> Double {
        let labels = ticks(height: 300).labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
        return Self.distance + Self.thickness + PlotStyle.tickGap + labels
            + (axis.title.isEmpty ? 0 : PlotStyle.nameRoom) + PlotStyle.margin
    }

    func draw(on canvas: Canvas, rightOf area: Rect) {
        let height = max(area.height, 80)
        let bar = Rect(x: area.right + Self.distance, y: area.top, width: Self.thickness, height: height)
        let steps = 256
        let column = Image(
            width: 1, height: steps, channels: 3,
            pixels: (0..<steps).flatMap { step -> [UInt8] in
                let color = colors.color(at: 1 - Double(step) / Double(steps - 1))
                return [color.red, color.green, color.blue]
            })
        canvas.draw(column, in: bar)
        canvas.stroke(bar, with: PlotStyle.axis)
        let ticks = ticks(height: height)
        for (value, label) in zip(ticks.values, ticks.labels) {
            let y = bar.bottom - (value - range.lowerBound) / (range.upperBound - range.lowerBound) * height
            canvas.stroke([Point(x: bar.right, y: y), Point(x: bar.right + 3, y: y)], with: PlotStyle.axis)
            canvas.draw(label, at: Point(x: bar.right + PlotStyle.tickGap, y: y), style: PlotStyle.tick)
        }
        let widest = ticks.labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
        let name = canvas.shortened(axis.title, toWidth: height, style: PlotStyle.name)
        canvas.draw(
            name, at: Point(x: bar.right + PlotStyle.tickGap + widest + PlotStyle.nameRoom / 2 + 3, y: bar.center.y),
            anchor: .middle, style: PlotStyle.name, angle: -.pi / 2)
    }
}
