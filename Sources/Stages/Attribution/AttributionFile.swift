import Attribution
import Datasets
import HDF5Files
import Pipeline
import Tensors

/// `attribution.h5`, written block by block.
final class AttributionFile {
    private let output: HDF5Output
    private let dataset: Dataset
    private let samples: [Int]
    private var maps: HDF5RowWriter?
    private var targets: [Int] = []
    private var scores: [Float] = []
    private var numbers: [(name: String, values: [Float])] = []
    private var curves: [DeletionCurve] = []

    init(_ dataset: Dataset, _ samples: [Int], _ io: StageIO) throws {
        output = try HDF5Output(AttributionPorts.attribution, io)
        (self.dataset, self.samples) = (dataset, samples)
    }

    func append(_ result: ExplainedImages) throws {
        let maps =
            try self.maps
            ?? HDF5RowWriter(
                output.file, "/attribution", .float32, rows: samples.count,
                rowShape: Array(result.maps.shape.dropFirst()))
        self.maps = maps
        try maps.append(result.maps)
        targets += result.focuses.map(\.index)
        scores += result.scores
        for (index, number) in result.numbers.enumerated() {
            if numbers.count == index { numbers.append((number.name, [])) }
            numbers[index].values += number.values
        }
        if let curve = result.curves { curves.append(curve) }
    }

    func finish() throws {
        if let maps { try output.name(maps.finish(), ["samples", "channels", "height", "width"]) }
        try output.write(targets, to: "/target", axes: ["samples"])
        try output.write(scores, to: "/score", axes: ["samples"])
        for number in numbers { try output.write(number.values, to: "/" + number.name, axes: ["samples"]) }
        if let first = curves.first {
            let axes = ["samples", "fractions"]
            try output.write(Tensor.concatenate(curves.map(\.deletion)), to: "/deletion", axes: axes)
            try output.write(Tensor.concatenate(curves.map(\.insertion)), to: "/insertion", axes: axes)
            try output.write(first.fractions, to: "/fractions", axes: ["fractions"])
        }
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        try output.close()
    }
}
