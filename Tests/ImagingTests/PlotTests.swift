import Imaging
import Tensors
import Testing

@Suite struct PlotTests {
    private static let bare = (x: Axis("x", range: 0...10), y: Axis("y", range: 0...10))

    private func colors(_ indices: [Int]) -> [Color] { indices.map(Palette.color(ofClass:)) }

    // MARK: - Scatter

    @Test func `points lie where their numbers say, in the colour of their class`() throws {
        let plot = ScatterPlot(
            points: Tensor(shape: [3, 2], [2, 2, 8, 6, 5, 4]), classes: [0, 1, 2], xAxis: Self.bare.x,
            yAxis: Self.bare.y)
        let image = try plot.image()
        // The frame ends where the legend begins.
        let frame = try #require(Pixels(image, of: Color(0x8C8C8C), tolerance: 30).columns).upperBound
        // Discs of opacity 0.85 on white.
        let centers = colors([0, 1, 2]).map { color -> (x: Double, y: Double) in
            func blended(_ sample: UInt8) -> UInt8 { UInt8((Double(sample) * 0.85 + 255 * 0.15).rounded()) }
            let seen = Color(red: blended(color.red), green: blended(color.green), blue: blended(color.blue))
            return Pixels(image, of: seen, tolerance: 2).filter { column, _ in column < frame }.center
        }
        #expect(centers[0].x < centers[1].x && centers[0].y > centers[1].y, "x runs right, y runs up")
        #expect(abs(centers[2].x - (centers[0].x + centers[1].x) / 2) < 1)
        #expect(abs(centers[2].y - (centers[0].y + centers[1].y) / 2) < 1)
        // Equal scales: 6 to the right is as far as 6 up would be, 4 up is two thirds of it.
        #expect(abs((centers[0].y - centers[1].y) / (centers[1].x - centers[0].x) - 4.0 / 6) < 0.02)
    }

    @Test func `the legend shows the classes that occur and no others`() throws {
        let plot = ScatterPlot(
            points: Tensor(shape: [4, 2], [1, 1, 2, 2, 3, 3, 4, 4]), classes: [5, 1, 1, -1],
            classNames: ["a", "b", "c"])
        let image = try plot.image()
        for index in 0..<8 {
            let isPresent = [1, 5].contains(index)
            #expect((Pixels(image, of: Palette.color(ofClass: index)).count > 100) == isPresent, "class \(index)")
        }
        #expect(Pixels(image, of: Palette.unlabelled).count > 100)
    }

    @Test func `points that are not finite are left out, and counted in words`() throws {
        var points = Tensor(shape: [3, 2], [1, 1, 2, 2, 3, 3])
        let whole = try ScatterPlot(points: points).image()
        points[1, 0] = .nan
        points[2, 1] = .infinity
        let partial = try ScatterPlot(points: points).image()
        let plain = Pixels(whole, of: Palette.categorical[0], tolerance: 60).count
        #expect(abs(Pixels(partial, of: Palette.categorical[0], tolerance: 60).count * 3 - plain) < plain / 5)
        let note = Pixels(partial, of: Color(0x777777), tolerance: 8).count
        // Edges of other letters pass through the gray of notes too.
        #expect(note > Pixels(whole, of: Color(0x777777), tolerance: 8).count + 100)
    }

    // MARK: - Lines

    @Test func `a line has a gap where a value is missing`() throws {
        let plot = LinePlot(series: [.init("", [1, 1, .nan, 1, 1])])
        let line = Pixels(try plot.image(), of: Palette.categorical[0])
        let columns = Set(line.places.map(\.column))
        let extent = try #require(line.columns)
        let gap = extent.filter { !columns.contains($0) }
        // Two of the four equal steps are open.
        #expect(abs(Double(gap.count) / Double(extent.count) - 0.5) < 0.04)
    }

    @Test func `every series has its colour on the line and in the legend`() throws {
        let image = try LinePlot(series: (0..<3).map { .init("series \($0)", [Double($0), Double($0) + 1]) }).image()
        for index in 0..<3 { #expect(Pixels(image, of: Palette.color(ofClass: index)).count > 200) }
    }

    // MARK: - Bars

    @Test func `bars are as long as their values, from zero`() throws {
        let marks = [Color(0xFF0001), Color(0x00FF01), Color(0x0100FF)]
        let bars = zip([1.0, 4, -2], marks).map { BarPlot.Bar("bar", $0, color: $1) }
        let across = try BarPlot(bars: bars, direction: .horizontal).image()
        let up = try BarPlot(bars: bars, direction: .vertical).image()
        let lengths = try marks.map { color in
            (
                Double(try #require(Pixels(across, of: color).columns).count),
                Double(try #require(Pixels(up, of: color).rows).count)
            )
        }
        for (index, factor) in [(1, 4.0), (2, 2.0)] {
            // Each end may lie half a pixel off.
            #expect(abs(lengths[index].0 - factor * lengths[0].0) < factor + 2)
            #expect(abs(lengths[index].1 - factor * lengths[0].1) < factor + 2)
        }
        let positive = try #require(Pixels(across, of: marks[1]).columns)
        #expect(try #require(Pixels(across, of: marks[2]).columns).upperBound <= positive.lowerBound)
    }

    // MARK: - Heat maps

    @Test func `cells have the colour of their number, the first row on top`() throws {
        let map = ColorMap(anchors: [Color(0xFF0000), Color(0x00FF00), Color(0x0000FF), Color(0xFF00FF)])
        let image = try HeatMap(values: Tensor(shape: [2, 2], [0, 1, 2, 3]), colors: map).image()
        let centers = map.anchors.map { Pixels(image, of: $0).center }
        let sizes = map.anchors.map { Pixels(image, of: $0).count }
        #expect(sizes.allSatisfy { $0 > 20_000 })
        #expect(centers[0].x < centers[1].x - 100 && abs(centers[0].y - centers[1].y) < 12)
        #expect(centers[0].y < centers[2].y - 100 && abs(centers[0].x - centers[2].x) < 12)
    }

    @Test func `numbers stand in the cells when they fit, and not when they do not`() throws {
        func darkPixels(side: Int) throws -> Int {
            let values = Tensor(shape: [side, side], repeating: 1)
            let map = ColorMap(anchors: [Color(0xFFF0F0), Color(0xFFF0F0)])
            let image = try HeatMap(values: values, colors: map, range: 0...1).image()
            return Pixels(image, of: .black, tolerance: 40).filter { column, _ in column < 850 }.count
        }
        #expect(try darkPixels(side: 10) > 1_000)
        #expect(try darkPixels(side: 60) == 0)
    }

    // MARK: - Histograms

    @Test func `values are counted once each, the greatest in the last bin`() {
        #expect(Histogram.counts([0, 0.5, 1, 2, 9.99, 10], in: 0...10, bins: 5) == [3, 1, 0, 0, 2])
    }

    @Test func `columns are as high as their counts`() throws {
        let values = Tensor(shape: [7], [0, 1, 1, 1, 1, 2, 2])
        let image = try Histogram(values: values, bins: 3).image()
        let bars = Pixels(image, of: Palette.categorical[0])
        let columns = try #require(bars.columns)
        let heights = (0..<3).map { part in
            let column = columns.lowerBound + columns.count * (2 * part + 1) / 6
            return Double(bars.filter { found, _ in found == column }.count)
        }
        // White borders and blurred edges take up to two pixels of each.
        #expect(abs(heights[1] - 4 * heights[0]) < 10 && abs(heights[2] - 2 * heights[0]) < 5, "\(heights)")
    }

    // MARK: - Grids and panels

    @Test func `small pictures are enlarged without blur`() throws {
        let marks = [Color(0xFF0001), Color(0x00FF01), Color(0x0100FF), Color(0xFFFE00)]
        let pixels = marks.flatMap { [$0.red, $0.green, $0.blue] }
        let cell = ImageGrid.Cell(Image(width: 2, height: 2, channels: 3, pixels: pixels), caption: "2 × 2")
        let image = try ImageGrid(cells: [cell, cell, cell], columns: 2).image(scale: 2)
        // 64 points at two pixels each: quarters of 64 by 64 pixels, in three cells.
        for color in marks { #expect(Pixels(image, of: color).count == 3 * 64 * 64) }
    }

    @Test func `alpha lets the paper through`() throws {
        let clear = Image(width: 1, height: 1, channels: 4, pixels: [100, 0, 0, 51])
        let image = try ImageGrid(cells: [.init(clear)], columns: 1).image()
        #expect(Pixels(image, of: Color(red: 224, green: 204, blue: 204)).count == 128 * 128)
    }

    @Test func `panels hold their figures side by side`() throws {
        let left = BarPlot(bars: [.init("a", 1, color: Color(0xFF0001))])
        let right = BarPlot(bars: [.init("b", 1, color: Color(0x0100FF))])
        let image = try Panels([left, right], title: "Two").image()
        let middle = image.width / 2
        #expect(try #require(Pixels(image, of: Color(0xFF0001)).columns).upperBound < middle)
        #expect(try #require(Pixels(image, of: Color(0x0100FF)).columns).lowerBound > middle)
    }
}
