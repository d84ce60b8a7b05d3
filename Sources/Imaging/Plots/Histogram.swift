import Foundation
public import Tensors

/// How often values occur.
public struct Histogram: Figure {
    /// Any shape; elements that are not finite are counted apart.
    public var values: Tensor
    /// Number of equal intervals; `nil` takes Freedman and Diaconis' rule, between 5 and 100.
    public var bins: Int?
    public var title: String
    public var xAxis: Axis
    public var yAxis: Axis
    public var size = Size(width: 480, height: 320)

    public init(
        values: Tensor, bins: Int? = nil, title: String = "", xAxis: Axis = Axis(),
        yAxis: Axis = Axis("count", hasWholeNumbers: true)
    ) {
        precondition(bins ?? 1 > 0, "a histogram has at least one bin, not \(bins ?? 0)")
        self.values = values
        self.bins = bins
        self.title = title
        self.xAxis = xAxis
        self.yAxis = yAxis
    }

    public func draw(on canvas: Canvas, in frame: Rect) {
        let finite = values.scalars.lazy.map(Double.init).filter(\.isPlottable).sorted()
        let range = xAxis.shownRange(of: finite, air: 0)
        let counts = Self.counts(finite, in: range, bins: bins ?? Self.binCount(finite, in: range))
        let axes = AxesFrame(
            in: frame, title: title, x: xAxis, y: yAxis, xRange: range,
            yRange: yAxis.shownRange(of: counts.lazy.map(Double.init), includingZero: true), legendWidth: 0,
            canvas: canvas)
        axes.draw(on: canvas)
        let width = (range.upperBound - range.lowerBound) / Double(counts.count)
        canvas.clipped(to: axes.area) {
            for (index, count) in counts.enumerated() where count > 0 {
                let left = range.lowerBound + Double(index) * width
                let upperLeft = axes.place(x: left, y: Double(count))
                let lowerRight = axes.place(x: left + width, y: axes.baseline)
                let bar = Rect(
                    x: upperLeft.x, y: upperLeft.y, width: lowerRight.x - upperLeft.x,
                    height: lowerRight.y - upperLeft.y)
                canvas.fill(bar, with: PlotStyle.plain)
                if bar.width > 3 { canvas.stroke(bar, with: .white, width: 0.75) }
            }
        }
        let missing = values.count - finite.count
        if finite.isEmpty {
            drawNote(missing == 0 ? "no values" : "no finite values", in: axes.area, isEmpty: true, on: canvas)
        } else if missing > 0 {
            let place = Point(x: axes.area.right, y: axes.area.top - PlotStyle.titleHeight / 2 - 2)
            canvas.draw("\(missing) not finite", at: place, anchor: .end, style: PlotStyle.note)
        }
    }

    /// How many values fall into each of the equal parts of a range; the last part includes its end.
    /// - Complexity: O(values)
    package static func counts(_ values: [Double], in range: ClosedRange<Double>, bins: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: bins)
        let scale = Double(bins) / (range.upperBound - range.lowerBound)
        for value in values where range.contains(value) {
            counts[min(Int((value - range.lowerBound) * scale), bins - 1)] += 1
        }
        return counts
    }

    /// Freedman & Diaconis, Z. Wahrscheinlichkeitstheorie verw. Gebiete 57 (1981) 453–476: width 2 · IQR · n^(−1/3).
    private static func binCount(_ sorted: [Double], in range: ClosedRange<Double>) -> Int {
        guard sorted.count > 3 else { return 5 }
        let spread = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
        let width = 2 * spread / cbrt(Double(sorted.count))
        // An odd number, so that a constant stands in the middle.
        guard width > 0 else { return 31 }
        return Int(min(max((range.upperBound - range.lowerBound) / width, 5), 100))
    }
}
