/// One or several curves over a common axis.
public struct LinePlot: Figure {
    public struct Series: Sendable, Equatable {
        public var name: String
        /// As many as `y`.
        public var x: [Double]
        /// A value that is not finite leaves a gap.
        public var y: [Double]

        public init(_ name: String, x: [Double], y: [Double]) {
            precondition(x.count == y.count, "series '\(name)' has \(x.count) x for \(y.count) y")
            self.name = name
            self.x = x
            self.y = y
        }

        /// Values at `start`, `start + 1`, …, as one per epoch.
        public init(_ name: String, _ y: [Double], startingAt start: Int = 1) {
            self.init(name, x: y.indices.map { Double($0 + start) }, y: y)
        }

        /// The stretches without gaps.
        fileprivate var stretches: [[(x: Double, y: Double)]] {
            zip(x, y).map { ($0, $1) }.split { !$0.0.isPlottable || !$0.1.isPlottable }.map(Array.init)
        }
    }

    public var series: [Series]
    public var title: String
    public var xAxis: Axis
    public var yAxis: Axis
    public var size = Size(width: 520, height: 340)

    public init(series: [Series], title: String = "", xAxis: Axis = Axis(), yAxis: Axis = Axis()) {
        self.series = series
        self.title = title
        self.xAxis = xAxis
        self.yAxis = yAxis
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let stretches = series.map(\.stretches)
        let shown = stretches.joined().joined()
        let legend = Legend(
            entries: series.count == 1 && series[0].name.isEmpty
                ? [] : series.enumerated().map { Legend.Entry(name: $1.name, color: Palette.color(ofClass: $0)) },
            sign: .line)
        let axes = AxesFrame(
            in: frame, title: title, x: xAxis, y: yAxis, xRange: xAxis.shownRange(of: shown.lazy.map(\.x)),
            yRange: yAxis.shownRange(of: shown.lazy.map(\.y)), legendWidth: legend.width(on: canvas), canvas: canvas)
        axes.draw(on: canvas)
        canvas.clipped(to: axes.area) {
            for (index, stretches) in stretches.enumerated() {
                draw(stretches, color: Palette.color(ofClass: index), axes: axes, on: canvas)
            }
        }
        legend.draw(on: canvas, rightOf: axes.area)
        if shown.isEmpty { drawNote("no data", in: axes.area, isEmpty: true, on: canvas) }
    }

    private func draw(_ stretches: [[(x: Double, y: Double)]], color: Color, axes: AxesFrame, on canvas: Canvas) {
        let count = stretches.reduce(0) { $0 + $1.count }
        for stretch in stretches {
            let places = stretch.map { axes.place(x: $0.x, y: $0.y) }
            canvas.stroke(places, with: color, width: 1.8)
            // A value alone makes no line; and few values shall be told from what lies between them.
            if count <= 30 || places.count == 1 {
                for place in places { canvas.fillDisc(at: place, radius: 2.6, with: color) }
            }
        }
    }
}
