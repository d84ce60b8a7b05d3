/// A change of what a filter looks for: turned, mirrored or with other colours.
struct WeightChange {
    let family: FilterEquivariance.Family
    /// `90°`, `left-right`, `GBR`.
    let name: String
    /// Where in the image's order of colours each colour goes; `nil` where colours stay.
    let colors: [Int]?
    /// Whether rows become columns.
    private let transposes: Bool
    /// For a place in a changed kernel, the place in the original, from the last row and column.
    private let source: @Sendable (_ row: Int, _ column: Int, _ bottom: Int, _ right: Int) -> (Int, Int)

    /// For each weight of a changed kernel, where in the original it comes from; `nil` where rows would become columns
    /// of another number.
    func sources(height: Int, width: Int) -> [Int]? {
        guard !transposes || height == width else { return nil }
        return (0..<height * width).map { index in
            let (row, column) = source(index / width, index % width, height - 1, width - 1)
            return row * width + column
        }
    }

    /// - Parameter colors: letters of the image's three channels in their order; `nil` where it has no colours.
    static func all(colors: [String]?) -> [WeightChange] {
        func layout(
            _ family: FilterEquivariance.Family, _ name: String, transposes: Bool = false,
            _ source: @escaping @Sendable (Int, Int, Int, Int) -> (Int, Int)
        ) -> WeightChange {
            WeightChange(family: family, name: name, colors: nil, transposes: transposes, source: source)
        }
        var changes = [
            layout(.rotation, "180°") { row, column, bottom, right in (bottom - row, right - column) },
            layout(.reflection, "left-right") { row, column, _, right in (row, right - column) },
            layout(.reflection, "top-bottom") { row, column, bottom, _ in (bottom - row, column) },
            layout(.rotation, "90°", transposes: true) { row, column, _, right in (column, right - row) },
            layout(.rotation, "270°", transposes: true) { row, column, bottom, _ in (bottom - column, row) },
            layout(.reflection, "diagonal", transposes: true) { row, column, _, _ in (column, row) },
            layout(.reflection, "other diagonal", transposes: true) { row, column, bottom, right in
                (bottom - column, right - row)
            },
        ]
        if let colors {
            // What stands in each colour's place.
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                changes.append(
                    WeightChange(
                        family: .hue, name: order.map { colors[$0] }.joined(),
                        colors: (0..<3).map { order.firstIndex(of: $0)! }, transposes: false,
                        source: { row, column, _, _ in (row, column) }))
            }
        }
        return changes + [layout(.unchanged, "") { row, column, _, _ in (row, column) }]
    }
}
