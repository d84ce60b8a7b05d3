import Foundation

/// Names below the columns of a plot: level where they fit, else slanted, and thinned out where even those do not.
struct ColumnLabels {
    /// Room they take below the plot.
    let height: Double
    private let labels: [String]
    private let slots: BarSlots
    private let isSlanted: Bool
    private let step: Int

    private static let slant = Double.pi / 4

    init(_ names: [String], slots: BarSlots, longest: Double, canvas: Canvas) {
        self.slots = slots
        labels = names.map { canvas.shortened($0, toWidth: longest * 1.3, style: PlotStyle.tick) }
        let widest = labels.map { canvas.width(of: $0, style: PlotStyle.tick) }.max() ?? 0
        // Numbers can be left out and still be understood; names cannot, so they are slanted first.
        let areNumbers = names.allSatisfy { Int($0) != nil }
        isSlanted = widest + 6 > slots.share && !areNumbers
        // Slanted lines are as far apart as their height when their beginnings are √2 times that.
        let least = slots.labelStep(room: isSlanted ? 18 : widest + 6)
        step = areNumbers ? Self.roundStep(atLeast: least) : least
        height = isSlanted ? widest * 0.7072 + 14 : PlotStyle.tickRoom
    }

    /// 1, 2 or 5 times a power of ten.
    private static func roundStep(atLeast least: Int) -> Int {
        var power = 1
        while true {
            if let step = [1, 2, 5].first(where: { $0 * power >= least }) { return step * power }
            power *= 10
        }
    }

    /// - Parameter left: no letter lies left of it.
    func draw(below y: Double, rightOf left: Double, on canvas: Canvas) {
        for (index, label) in labels.enumerated() where index % step == 0 {
            let x = slots.center(index)
            if isSlanted {
                let shown = canvas.shortened(label, toWidth: (x - left) / cos(Self.slant), style: PlotStyle.tick)
                canvas.draw(
                    shown, at: Point(x: x + 2, y: y + 8), anchor: .end, style: PlotStyle.tick, angle: -Self.slant)
            } else {
                canvas.draw(
                    label, at: Point(x: x, y: y + PlotStyle.tickRoom / 2 + 1), anchor: .middle, style: PlotStyle.tick)
            }
        }
    }
}
