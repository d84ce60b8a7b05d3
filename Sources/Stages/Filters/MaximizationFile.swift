import FeatureVisualization
import HDF5Files
import Pipeline
import Tensors

/// Maximized units as an HDF5 file.
enum MaximizationFile {
    /// - Parameter snapshots: numbers of steps after which images were asked for, ascending.
    static func write(
        _ results: [MaximizedUnit], iterations: Int, snapshots: [Int], to port: Output, _ io: StageIO
    ) throws {
        let output = try HDF5Output(port, io)
        let images = results.map(\.image)
        let frame = (0..<3).map { axis in images.map { $0.shape[axis] }.max()! }
        try write(
            images.map { [$0] }, frame: frame, to: "/image", axes: ["units", "channels", "height", "width"], output)
        try output.write(
            results.flatMap { $0.image.shape.dropFirst() }, to: "/size", shape: [results.count, 2],
            axes: ["units", "lengths"])
        try output.write(
            curves(results.map(\.objective), iterations), to: "/objective", axes: ["units", "iterations"])
        try output.write(curves(results.map(\.charge), iterations), to: "/charge", axes: ["units", "iterations"])
        try output.write(results.map(unitName), to: "/unit", axes: ["units"])
        if results.contains(where: { $0.variant != nil }) {
            try output.write(results.map(\.diversityScale), to: "/diversity_scale", axes: ["units"])
        }
        try output.write(results.map(\.activation), to: "/activation", axes: ["units"])
        try output.write(results.map(\.iteration), to: "/best_iteration", axes: ["units"])
        try output.write(results.map(\.outcome.rawValue), to: "/outcome", axes: ["units"])
        if !snapshots.isEmpty {
            let rows = results.map { result in
                snapshots.map { iteration in result.snapshots.first { $0.iteration == iteration }?.image }
            }
            try write(
                rows, frame: frame, to: "/snapshots", axes: ["units", "snapshots", "channels", "height", "width"],
                output)
            try output.write(snapshots, to: "/snapshot_iterations", axes: ["snapshots"])
        }
        try writeAttempts(results, iterations, to: output)
        try output.close()
    }

    /// A row for each run, also for those whose image was not kept.
    private static func writeAttempts(_ results: [MaximizedUnit], _ iterations: Int, to output: HDF5Output) throws {
        let all = results.flatMap { result in result.attempts.map { (unit: unitName(result), attempt: $0) } }
        try output.write(all.map(\.unit), to: "/attempts/unit", axes: ["attempts"])
        try output.write(all.map(\.attempt.outcome.rawValue), to: "/attempts/outcome", axes: ["attempts"])
        try output.write(all.map(\.attempt.activation), to: "/attempts/activation", axes: ["attempts"])
        try output.write(
            results.flatMap { result in result.attempts.indices.map { $0 == result.kept ? 1 : 0 } },
            to: "/attempts/kept", axes: ["attempts"])
        try output.write(
            curves(all.map(\.attempt.objective), iterations), to: "/attempts/objective",
            axes: ["attempts", "iterations"])
        try output.write(
            curves(all.map(\.attempt.charge), iterations), to: "/attempts/charge", axes: ["attempts", "iterations"])
    }

    /// A run that met NaN ended early: the rest of its row is NaN.
    private static func curves(_ rows: [[Float]], _ iterations: Int) -> Tensor {
        Tensor.stack(
            rows.map { row in
                Tensor(shape: [iterations], row + [Float](repeating: .nan, count: iterations - row.count))
            })
    }

    /// Writes a dataset row by row: smaller images at the top left with NaN beside and below, NaN for those that are `nil`.
    private static func write(
        _ rows: [[Tensor?]], frame: [Int], to path: String, axes: [String], _ output: HDF5Output
    ) throws {
        let inner = axes.count - 1 > frame.count ? [rows[0].count] : []
        let writer = try HDF5RowWriter(output.file, path, .float32, rows: rows.count, rowShape: inner + frame)
        var row = [Float](repeating: .nan, count: rows[0].count * frame.elementCount)
        for images in rows {
            for index in row.indices { row[index] = .nan }
            for (index, image) in images.enumerated() {
                guard let image else { continue }
                place(image, frame: frame, into: &row, from: index * frame.elementCount)
            }
            try row.withUnsafeBufferPointer { try writer.append($0) }
        }
        try output.name(writer.finish(), axes)
    }

    private static func place(_ image: Tensor, frame: [Int], into row: inout [Float], from start: Int) {
        let (height, width) = (image.shape[1], image.shape[2])
        image.withUnsafeBufferPointer { pixels in
            for line in 0..<image.shape[0] * height {
                let (channel, y) = line.quotientAndRemainder(dividingBy: height)
                let first = start + (channel * frame[1] + y) * frame[2]
                row.replaceSubrange(first..<first + width, with: pixels[line * width..<(line + 1) * width])
            }
        }
    }

    /// `layer:index` for a channel, wherever in its map it is excited.
    private static func unitName(_ result: MaximizedUnit) -> String {
        let terms = result.unit.terms
        guard terms.count == 1, terms[0].weight == 1, case .channel(let channel, _) = terms[0].measure else {
            return result.name
        }
        return MaximizedUnit.name(TargetUnit(layer: terms[0].layer, channel: channel), result.variant)
    }
}
