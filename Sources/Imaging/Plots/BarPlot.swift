/// Amounts side by side, each with its name.
public struct BarPlot: Figure {
    public struct Bar: Sendable, Equatable {
        public var label: String
        /// What is not finite gets no bar, but its label and its value in words.
        public var value: Double
        /// `nil` takes the colour of all others.
        public var color: Color?

        public init(_ label: String, _ value: Double, color: Color? = nil) {
            self.label = label
            self.value = value
            self.color = color
        }
    }

    public enum Direction: Sendable {
        /// Bars grow to the right from labels at the left: for long names.
        case horizontal
        /// Bars grow up.
        case vertical
    }

    public var bars: [Bar]
    public var direction: Direction
    public var title: String
    /// What the bars measure.
    public var valueAxis: Axis
    /// What each bar stands for.
    public var labelName: String
    public var size: Size

    /// Horizontal plots grow with the number of bars, vertical ones stay as wide as a page.
    public init(
        bars: [Bar], direction: Direction = .horizontal, title: String = "", valueAxis: Axis = Axis(),
        labelName: String = ""
    ) {
        self.bars = bars
        self.direction = direction
        self.title = title
        self.valueAxis = valueAxis
        self.labelName = labelName
        size =
            direction == .horizontal
            ? Size(width: 480, height: min(max(Double(bars.count) * 20, 60), 4_000) + 80)
            : Size(width: min(max(Double(bars.count) * 34 + 100, 320), 720), height: 340)
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let range = valueAxis.shownRange(
            of: bars.lazy.map(\.value), air: direction == .horizontal ? 0.18 : 0.1, includingZero: true)
        switch direction {
        case .horizontal: HorizontalBars(plot: self, range: range, frame: frame, canvas: canvas).draw()
        case .vertical: VerticalBars(plot: self, range: range, frame: frame, canvas: canvas).draw()
        }
    }
}

/// Places along one axis of a bar plot: each bar in the middle of an equal share of the length.
struct BarSlots {
    let start: Double
    let share: Double

    init(start: Double, length: Double, count: Int) {
        self.start = start
        share = length / Double(max(count, 1))
    }

    func center(_ index: Int) -> Double { start + (Double(index) + 0.5) * share }

    var barLength: Double { share * (share > 4 ? 0.72 : 1) }

    /// Every how many bars a label fits that needs so much room.
    func labelStep(room: Double) -> Int { max(Int((room / share).rounded(.up)), 1) }
}

private struct HorizontalBars {
    let plot: BarPlot
    let range: ClosedRange<Double>
    let frame: Rect
    let canvas: Canvas

    func draw() {
        let labels = plot.bars.map { canvas.shortened($0.label, toWidth: frame.width * 0.35, style: PlotStyle.tick) }
        let widest = labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
        let nameRoom = plot.labelName.isEmpty ? 0 : PlotStyle.nameRoom
        let axisNameRoom = plot.valueAxis.title.isEmpty ? 0 : PlotStyle.nameRoom
        let area = frame.inset(
            left: PlotStyle.margin + nameRoom + widest + PlotStyle.tickGap,
            top: PlotStyle.margin + (plot.title.isEmpty ? 0 : PlotStyle.titleHeight), right: PlotStyle.margin + 6,
            bottom: PlotStyle.margin + PlotStyle.tickRoom + axisNameRoom)
        drawTitle(plot.title, over: area, until: frame.right, on: canvas)
        func x(_ value: Double) -> Double {
            area.left + (value - range.lowerBound) / (range.upperBound - range.lowerBound) * area.width
        }
        let ticks = Ticks(in: range, count: Int(area.width / 70), wholeNumbers: plot.valueAxis.hasWholeNumbers)
        for (value, label) in zip(ticks.values, ticks.labels) {
            canvas.stroke([Point(x: x(value), y: area.top), Point(x: x(value), y: area.bottom)], with: PlotStyle.grid)
            canvas.draw(
                label, at: Point(x: x(value), y: area.bottom + PlotStyle.tickRoom / 2 + 1), anchor: .middle,
                style: PlotStyle.tick)
        }
        drawAxisNames(
            x: plot.valueAxis.title, y: plot.labelName, around: area, bottom: area.bottom + PlotStyle.tickRoom,
            left: area.left - PlotStyle.tickGap - widest, on: canvas)
        let slots = BarSlots(start: area.top, length: area.height, count: plot.bars.count)
        let step = slots.labelStep(room: 12)
        let zero = x(min(max(0, range.lowerBound), range.upperBound))
        for (index, bar) in plot.bars.enumerated() {
            let y = slots.center(index)
            let end = bar.value.isPlottable ? min(max(x(bar.value), area.left), area.right) : zero
            canvas.fill(
                Rect(x: min(zero, end), y: y - slots.barLength / 2, width: abs(end - zero), height: slots.barLength),
                with: bar.color ?? PlotStyle.plain)
            guard index % step == 0 else { continue }
            canvas.draw(
                labels[index], at: Point(x: area.left - PlotStyle.tickGap, y: y), anchor: .end, style: PlotStyle.tick)
            let isNegative = bar.value < 0
            canvas.draw(
                NumberText.short(bar.value), at: Point(x: end + (isNegative ? -4 : 4), y: y),
                anchor: isNegative ? .end : .start, style: PlotStyle.tick)
        }
        canvas.stroke([Point(x: zero, y: area.top), Point(x: zero, y: area.bottom)], with: PlotStyle.axis)
        if plot.bars.isEmpty { drawNote("no data", in: area, isEmpty: true, on: canvas) }
    }
}

private struct VerticalBars {
    let plot: BarPlot
    let range: ClosedRange<Double>
    let frame: Rect
    let canvas: Canvas

    func draw() {
        let ticks = Ticks(in: range, count: Int(frame.height / 55), wholeNumbers: plot.valueAxis.hasWholeNumbers)
        let tickWidth = ticks.labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
        let nameRoom = plot.labelName.isEmpty ? 0 : PlotStyle.nameRoom
        let axisNameRoom = plot.valueAxis.title.isEmpty ? 0 : PlotStyle.nameRoom
        let sides = frame.inset(
            left: PlotStyle.margin + axisNameRoom + tickWidth + PlotStyle.tickGap,
            top: PlotStyle.margin + (plot.title.isEmpty ? 0 : PlotStyle.titleHeight), right: PlotStyle.margin)
        let slots = BarSlots(start: sides.left, length: sides.width, count: plot.bars.count)
        let labels = ColumnLabels(
            plot.bars.map(\.label), slots: slots, longest: frame.height * 0.3, canvas: canvas)
        let area = sides.inset(bottom: PlotStyle.margin + nameRoom + labels.height)
        drawTitle(plot.title, over: area, until: frame.right, on: canvas)
        func y(_ value: Double) -> Double {
            area.bottom - (value - range.lowerBound) / (range.upperBound - range.lowerBound) * area.height
        }
        for (value, label) in zip(ticks.values, ticks.labels) {
            canvas.stroke([Point(x: area.left, y: y(value)), Point(x: area.right, y: y(value))], with: PlotStyle.grid)
            canvas.draw(
                label, at: Point(x: area.left - PlotStyle.tickGap, y: y(value)), anchor: .end, style: PlotStyle.tick)
        }
        drawAxisNames(
            x: plot.labelName, y: plot.valueAxis.title, around: area, bottom: area.bottom + labels.height,
            left: area.left - PlotStyle.tickGap - tickWidth, on: canvas)
        labels.draw(below: area.bottom, rightOf: frame.left + 2, on: canvas)
        let zero = y(min(max(0, range.lowerBound), range.upperBound))
        for (index, bar) in plot.bars.enumerated() {
            let end = bar.value.isPlottable ? min(max(y(bar.value), area.top), area.bottom) : zero
            let x = slots.center(index)
            canvas.fill(
                Rect(x: x - slots.barLength / 2, y: min(zero, end), width: slots.barLength, height: abs(end - zero)),
                with: bar.color ?? PlotStyle.plain)
            let text = NumberText.short(bar.value)
            if canvas.width(of: text, style: PlotStyle.tick) <= slots.share {
                canvas.draw(
                    text, at: Point(x: x, y: end + (bar.value < 0 ? 8 : -8)), anchor: .middle, style: PlotStyle.tick)
            }
        }
        canvas.stroke([Point(x: area.left, y: zero), Point(x: area.right, y: zero)], with: PlotStyle.axis)
        if plot.bars.isEmpty { drawNote("no data", in: area, isEmpty: true, on: canvas) }
    }
}
