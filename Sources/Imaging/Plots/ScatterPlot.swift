public import Tensors

/// Samples as points on a plane, coloured by class: an embedding.
public struct ScatterPlot: Figure {
    /// `[samples, 2]`; points that are not finite are counted but not drawn.
    public var points: Tensor
    /// The class of each sample, below 0 for none; `nil` draws all in one colour.
    public var classes: [Int]?
    /// Names for the legend; classes without a name show their number.
    public var classNames: [String]
    public var title: String
    public var xAxis: Axis
    public var yAxis: Axis
    /// Whether a unit is as long across as it is up, as distances on an embedding need.
    public var hasEqualScales = true
    public var size = Size(width: 560, height: 440)

    public init(
        points: Tensor, classes: [Int]? = nil, classNames: [String] = [], title: String = "", xAxis: Axis = Axis(),
        yAxis: Axis = Axis()
    ) {
        precondition(
            points.rank == 2 && points.shape[1] == 2, "a scatter plot needs the shape [samples, 2], not \(points.shape)"
        )
        precondition(
            classes == nil || classes!.count == points.shape[0],
            "\(classes?.count ?? 0) classes cannot colour \(points.shape[0]) points")
        self.points = points
        self.classes = classes
        self.classNames = classNames
        self.title = title
        self.xAxis = xAxis
        self.yAxis = yAxis
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let scalars = points.scalars.map(Double.init)
        let shown = (0..<points.shape[0]).filter { scalars[$0 * 2].isPlottable && scalars[$0 * 2 + 1].isPlottable }
        let legend = makeLegend()
        let axes = AxesFrame(
            in: frame, title: title, x: xAxis, y: yAxis,
            xRange: xAxis.shownRange(of: shown.lazy.map { scalars[$0 * 2] }),
            yRange: yAxis.shownRange(of: shown.lazy.map { scalars[$0 * 2 + 1] }),
            legendWidth: legend.width(on: canvas), hasEqualScales: hasEqualScales, canvas: canvas)
        axes.draw(on: canvas)
        let discs = shown.map { sample in
            (axes.place(x: scalars[sample * 2], y: scalars[sample * 2 + 1]), color(of: sample))
        }
        let (radius, opacity) = Self.appearance(count: discs.count)
        canvas.fillDiscs(discs, radius: radius, opacity: opacity, in: axes.area)
        legend.draw(on: canvas, rightOf: axes.area)
        let missing = points.shape[0] - shown.count
        if shown.isEmpty {
            drawNote(missing == 0 ? "no points" : "no finite points", in: axes.area, isEmpty: true, on: canvas)
        } else if missing > 0 {
            drawNote(
                "\(missing) of \(points.shape[0]) points are not finite", in: axes.area, isEmpty: false, on: canvas)
        }
    }

    private func color(of sample: Int) -> Color {
        classes.map { Palette.color(ofClass: $0[sample]) } ?? PlotStyle.plain
    }

    /// Many points get small and clear, so that dense places look dense.
    private static func appearance(count: Int) -> (radius: Double, opacity: Double) {
        switch count {
        case ..<300: (3.2, 0.85)
        case ..<3_000: (2.2, 0.7)
        case ..<20_000: (1.5, 0.55)
        default: (1, 0.4)
        }
    }

    private func makeLegend() -> Legend {
        let present = Set(classes ?? []).sorted()
        let entries = present.filter { $0 >= 0 } + (present.contains { $0 < 0 } ? [-1] : [])
        return Legend(
            entries: entries.map { index in
                let name = index < 0 ? "no class" : index < classNames.count ? classNames[index] : "\(index)"
                return Legend.Entry(name: name, color: Palette.color(ofClass: index))
            }, sign: .disc)
    }
}
