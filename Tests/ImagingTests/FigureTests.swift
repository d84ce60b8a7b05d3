import Foundation
import Imaging
import Tensors
import Testing

/// What holds for every kind of figure, with ordinary and with unkind content.
@Suite struct FigureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let figure: any Figure
        var testDescription: String { name }
    }

    private static let unkind =
        "<script>alert(\"1\")</script> & \u{202E}desrever\u{0000} line\nend "
        + String(repeating: "much too long ", count: 40)

    private static let digit = Image(width: 8, height: 8, channels: 1, pixels: (0..<64).map { UInt8($0 * 4) })

    static let examples: [Example] = {
        let axis = Axis(unkind, unit: unkind)
        let normal = Tensor(shape: [4_000, 2], (0..<8_000).map { CounterRandom(seed: 1).normal($0) })
        let table = Tensor(shape: [3, 4], (0..<12).map { Float($0) - 5.5 })
        return [
            Example(
                name: "scatter", figure: ScatterPlot(points: normal.rows(0..<50), classes: (0..<50).map { $0 % 7 })),
            Example(
                name: "scatter of many",
                figure: ScatterPlot(points: normal, classes: (0..<4_000).map { $0 % 30 - 1 }, classNames: [unkind])),
            Example(name: "scatter of none", figure: ScatterPlot(points: Tensor(shape: [0, 2]))),
            Example(
                name: "scatter of one, unkind",
                figure: ScatterPlot(
                    points: Tensor(shape: [1, 2]), classes: [0], classNames: [unkind], title: unkind, xAxis: axis,
                    yAxis: axis)),
            Example(
                name: "scatter of huge numbers",
                figure: ScatterPlot(points: Tensor(shape: [2, 2], [-3e38, 3e38, 3e38, .infinity]))),
            Example(name: "lines", figure: LinePlot(series: [.init("a", [1, 2, 3]), .init(unkind, [3, .nan, 1])])),
            Example(name: "lines of none", figure: LinePlot(series: [], title: unkind, xAxis: axis, yAxis: axis)),
            Example(name: "constant line", figure: LinePlot(series: [.init("", [1e9, 1e9, 1e9])])),
            Example(
                name: "bars",
                figure: BarPlot(
                    bars: [.init(unkind, 1), .init("b", -2), .init("c", .nan)], title: unkind, valueAxis: axis)),
            Example(
                name: "upright bars",
                figure: BarPlot(
                    bars: (0..<300).map { .init(unkind, Double($0)) }, direction: .vertical, title: unkind,
                    valueAxis: axis, labelName: unkind)),
            Example(name: "no bars", figure: BarPlot(bars: [], direction: .vertical)),
            Example(name: "infinite bar", figure: BarPlot(bars: [.init("all", .infinity)])),
            Example(
                name: "heat map",
                figure: HeatMap(
                    values: table, rowLabels: [unkind, "b", "c"], columnLabels: ["a", unkind, "c", "d"],
                    colors: .diverging, range: table.symmetricRange, title: unkind, rowName: unkind,
                    columnName: unkind, valueAxis: axis)),
            Example(name: "heat map of NaN", figure: HeatMap(values: Tensor(shape: [2, 2], repeating: .nan))),
            Example(name: "long heat map", figure: HeatMap(values: Tensor(shape: [1, 5_000], repeating: 0))),
            Example(name: "histogram", figure: Histogram(values: normal, title: unkind, xAxis: axis)),
            Example(name: "histogram of a constant", figure: Histogram(values: Tensor(shape: [9], repeating: 4))),
            Example(name: "histogram of none", figure: Histogram(values: Tensor(shape: [0]))),
            Example(
                name: "grid",
                figure: ImageGrid(cells: (0..<7).map { _ in .init(digit, caption: unkind) }, columns: 3, title: unkind)),
            Example(name: "grid of none", figure: ImageGrid(cells: [], columns: 3)),
            Example(
                name: "panels",
                figure: Panels(
                    [LinePlot(series: [.init("a", [1, 2])]), ImageGrid(cells: [.init(digit)], columns: 1)], columns: 1,
                    title: unkind)),
        ]
    }()

    @Test(arguments: examples) func `the same figure gives the same bytes`(example: Example) throws {
        #expect(try example.figure.png() == example.figure.png())
        #expect(try example.figure.svg() == example.figure.svg())
    }

    @Test(arguments: examples) func `a picture has its size and leaves its edges white`(example: Example) throws {
        let image = try Image.decode(example.figure.png(scale: 2))
        let size = example.figure.size
        #expect(
            image.width == Int((size.width * 2).rounded(.up)) && image.height == Int((size.height * 2).rounded(.up)))
        let edge = Pixels(image, of: .white).filter { column, row in
            column == 0 || row == 0 || column == image.width - 1 || row == image.height - 1
        }
        #expect(edge.count == 2 * (image.width + image.height) - 4)
        #expect(Pixels(image, of: .white).count < image.width * image.height)
    }

    @Test(arguments: examples) func `an SVG holds shapes and no text of the user`(example: Example) throws {
        let svg = String(decoding: try example.figure.svg(), as: UTF8.self)
        #expect(svg.hasPrefix("<?xml") && svg.hasSuffix("</svg>\n"))
        for forbidden in ["<script", "alert", "desrever", "<text", "http://localhost"] {
            #expect(!svg.contains(forbidden), "\(forbidden)")
        }
        #expect(svg.contains("<path") || svg.contains("<image") || svg.contains("<use"))
    }

    @Test func `identifiers in an SVG exist once, are used as they are called, and differ between figures`() throws {
        func identifiers(_ figure: some Figure) throws -> (defined: [String], used: Set<String>) {
            let svg = String(decoding: try figure.svg(), as: UTF8.self)
            func after(_ marker: String) -> [String] {
                svg.components(separatedBy: marker).dropFirst().map { rest in
                    String(rest.prefix { $0 != "\"" && $0 != ")" })
                }
            }
            return (after(" id=\""), Set(after("href=\"#") + after("url(#")))
        }
        let first = try identifiers(LinePlot(series: [.init("a", [1, 2])]))
        let second = try identifiers(LinePlot(series: [.init("b", [1, 2])]))
        #expect(first.defined.count > 5 && Set(first.defined).count == first.defined.count)
        #expect(first.used.isSubset(of: Set(first.defined)) && !first.used.isEmpty)
        #expect(Set(first.defined).isDisjoint(with: second.defined))
    }

    @Test func `a figure too large for the drawing library is an error that says what to do`() throws {
        let cells = [ImageGrid.Cell](repeating: .init(Self.digit), count: 500)
        let error = #expect(throws: FigureError.self) { try ImageGrid(cells: cells, columns: 1).png() }
        #expect(
            error?.description
                == "a figure of 320 x 70028 pixels is larger than 32000 on a side\n"
                + "  fix: show fewer items, or more of them side by side")
    }
}
