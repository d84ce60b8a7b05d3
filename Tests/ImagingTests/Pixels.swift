import Imaging

/// Where a colour occurs in a picture.
struct Pixels {
    let places: [(column: Int, row: Int)]

    init(_ image: Image, of color: Color, tolerance: Int = 0) {
        let wanted = [color.red, color.green, color.blue]
        places = (0..<image.width * image.height).compactMap { index in
            let isNear = (0..<3).allSatisfy {
                abs(Int(image.pixels[index * 3 + $0]) - Int(wanted[$0])) <= tolerance
            }
            return isNear ? (index % image.width, index / image.width) : nil
        }
    }

    private init(places: [(column: Int, row: Int)]) { self.places = places }

    var count: Int { places.count }
    var columns: ClosedRange<Int>? { Self.extent(places.map(\.column)) }
    var rows: ClosedRange<Int>? { Self.extent(places.map(\.row)) }
    /// Mean column and row.
    var center: (x: Double, y: Double) {
        (
            Double(places.reduce(0) { $0 + $1.column }) / Double(count),
            Double(places.reduce(0) { $0 + $1.row }) / Double(count)
        )
    }

    func filter(_ isWanted: (Int, Int) -> Bool) -> Pixels {
        Pixels(places: places.filter { isWanted($0.column, $0.row) })
    }

    private static func extent(_ values: [Int]) -> ClosedRange<Int>? {
        values.isEmpty ? nil : values.min()!...values.max()!
    }
}
