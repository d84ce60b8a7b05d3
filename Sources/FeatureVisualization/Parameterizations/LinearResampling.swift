/// Bilinear interpolation from one size to another, and its adjoint.
///
/// Pixels are squares whose centres correspond (position p of the result lies at (p + ½) · old/new − ½ of the source);
/// beyond the outer centres the outer pixels go on. As PyTorch's `interpolate(mode="bilinear", align_corners=False)`:
/// nothing is averaged where the image shrinks.
package struct LinearResampling: Sendable {
    private let rows: Axis
    private let columns: Axis

    /// For each position of the result the two positions it is mixed from, and the share of the second.
    private struct Axis: Sendable {
        let oldLength: Int
        let first: [Int]
        let second: [Int]
        let share: [Float]

        init(from oldLength: Int, to newLength: Int) {
            self.oldLength = oldLength
            let places = (0..<newLength).map { position in
                max((Double(position) + 0.5) * Double(oldLength) / Double(newLength) - 0.5, 0)
            }
            first = places.map { min(Int($0), oldLength - 1) }
            second = first.map { min($0 + 1, oldLength - 1) }
            share = zip(places, first).map { Float($0 - Double($1)) }
        }
    }

    /// - Parameters:
    ///   - old: `[height, width]` of the source.
    ///   - new: `[height, width]` of the result.
    package init(from old: [Int], to new: [Int]) {
        rows = Axis(from: old[0], to: new[0])
        columns = Axis(from: old[1], to: new[1])
    }

    /// Adds the resampled plane to a plane of the new size.
    package func add(_ source: UnsafeBufferPointer<Float>, to result: UnsafeMutableBufferPointer<Float>) {
        forEachPosition { position, corners, shares in
            let top = source[corners.0] + shares.column * (source[corners.1] - source[corners.0])
            let bottom = source[corners.2] + shares.column * (source[corners.3] - source[corners.2])
            result[position] += top + shares.row * (bottom - top)
        }
    }

    /// Adds ∂/∂source to a plane of the old size, given ∂/∂result.
    package func addAdjoint(_ result: UnsafeBufferPointer<Float>, to source: UnsafeMutableBufferPointer<Float>) {
        forEachPosition { position, corners, shares in
            let (bottom, right) = (shares.row * result[position], shares.column)
            let top = result[position] - bottom
            source[corners.0] += top - right * top
            source[corners.1] += right * top
            source[corners.2] += bottom - right * bottom
            source[corners.3] += right * bottom
        }
    }

    @inline(__always)
    private func forEachPosition(
        _ body: (Int, (Int, Int, Int, Int), (row: Float, column: Float)) -> Void
    ) {
        let width = columns.oldLength
        for row in rows.first.indices {
            let (upper, lower) = (rows.first[row] * width, rows.second[row] * width)
            for column in columns.first.indices {
                let (left, right) = (columns.first[column], columns.second[column])
                body(
                    row * columns.first.count + column,
                    (upper + left, upper + right, lower + left, lower + right),
                    (rows.share[row], columns.share[column]))
            }
        }
    }
}
