import FeatureVisualization
import HDF5Files
import Imaging
import Pipeline
import Tensors

/// Maximized units as an HDF5 file and as pictures.
enum MaximizationFile {
    /// Pictures in one grid at most.
    private static let largestGrid = 400

    static func write(_ results: [MaximizedUnit], iterations: Int, to port: Output, _ io: StageIO) throws {
        let output = try HDF5Output(port, io)
        try output.write(
            together(results.map(\.image)), to: "/image", axes: ["units", "channels", "height", "width"])
        try output.write(
            results.flatMap { $0.image.shape.dropFirst() }, to: "/size", shape: [results.count, 2],
            axes: ["units", "lengths"])
        try output.write(
            curves(results.map(\.objective), iterations), to: "/objective", axes: ["units", "iterations"])
        try output.write(results.map(unitName), to: "/unit", axes: ["units"])
        try output.write(results.map(\.activation), to: "/activation", axes: ["units"])
        try output.write(results.map(\.iteration), to: "/best_iteration", axes: ["units"])
        try output.write(results.map(\.outcome.rawValue), to: "/outcome", axes: ["units"])
        let kept = results[0].snapshots.map(\.iteration)
        if !kept.isEmpty, results.allSatisfy({ $0.snapshots.map(\.iteration) == kept }) {
            let snapshots = together(results.flatMap { $0.snapshots.map(\.image) })
            try output.write(
                snapshots.reshaped(to: [results.count, kept.count] + snapshots.shape.dropFirst()), to: "/snapshots",
                axes: ["units", "snapshots", "channels", "height", "width"])
            try output.write(kept, to: "/snapshot_iterations", axes: ["snapshots"])
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
    }

    /// A run that met NaN ended early: the rest of its row is NaN.
    private static func curves(_ objectives: [[Float]], _ iterations: Int) -> Tensor {
        Tensor.stack(
            objectives.map { objective in
                Tensor(
                    shape: [iterations],
                    objective + [Float](repeating: .nan, count: iterations - objective.count))
            })
    }

    /// One PNG for each image, and all in `grid.png`.
    static func draw(_ results: [MaximizedUnit], _ caption: UnitCaption, into port: Output, _ io: StageIO) throws {
        let folder = try io.folder(port)
        for result in results {
            try FileBytes.write(Image(result.image).encodedPNG(), to: "\(folder)/\(fileName(result)).png")
        }
        let shown = results.prefix(largestGrid)
        if shown.count < results.count {
            io.warn("grid.png shows the first \(shown.count) of \(results.count) images; each has a picture of its own")
        }
        let grid = ImageGrid(
            cells: shown.map { ImageGrid.Cell(Image($0.image), caption: caption.text($0)) },
            // Five in a row, or a square where that would become a tower.
            columns: min(max(5, Int(Double(shown.count).squareRoot().rounded(.up))), shown.count),
            cellSide: shown.count > 100 ? 128 : nil)
        try FileBytes.write(grid.png(), to: folder + "/grid.png")
    }

    /// Images in one tensor: smaller ones at the top left, with NaN beside and below.
    private static func together(_ images: [Tensor]) -> Tensor {
        let (height, width) = (images.map { $0.shape[1] }.max()!, images.map { $0.shape[2] }.max()!)
        return Tensor.stack(
            images.map { image in
                let shape = [image.shape[0], height, width]
                guard image.shape != shape else { return image }
                return Tensor(uninitialized: shape) { target in
                    target.update(repeating: .nan)
                    image.withUnsafeBufferPointer { source in
                        for row in 0..<image.shape[0] * image.shape[1] {
                            let (channel, line) = row.quotientAndRemainder(dividingBy: image.shape[1])
                            let start = (channel * height + line) * width
                            let pixels = source[row * image.shape[2]..<(row + 1) * image.shape[2]]
                            for (column, pixel) in pixels.enumerated() { target[start + column] = pixel }
                        }
                    }
                }
            })
    }

    /// `layer:index` for a channel, wherever in its map it is excited.
    private static func unitName(_ result: MaximizedUnit) -> String {
        let terms = result.unit.terms
        guard terms.count == 1, terms[0].weight == 1, case .channel(let channel, _) = terms[0].measure else {
            return result.name
        }
        return MaximizedUnit.name(TargetUnit(layer: terms[0].layer, channel: channel), result.variant)
    }

    /// `layer-index`, `layer-index-2` for a second image, `terms` for a sum.
    private static func fileName(_ result: MaximizedUnit) -> String {
        let terms = result.unit.terms
        var name = "terms"
        if terms.count == 1 {
            name = FileName.safe(terms[0].layer)
            if case .channel(let channel, _) = terms[0].measure { name += "-\(channel)" }
        }
        return name + (result.variant.map { "-\($0 + 1)" } ?? "")
    }
}
