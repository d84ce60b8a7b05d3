import Datasets
import Foundation
import HDF5Files
import NeuralNetwork
import Pipeline
import Storage
import Tensors

/// The HDF5 file of an extraction on its way, which lies among the checkpoints until it is whole.
///
/// All datasets, texts and attributes are written first and the file is closed; from then on only values go into space
/// that is already theirs. A process that is killed therefore leaves a file that opens, and a file that several processes
/// filled one after the other has the bytes of one that was filled at once.
///
/// `@unchecked Sendable`: used by the writing thread, and by others only after that has ended.
final class ExtractionFile: @unchecked Sendable {
    /// Samples that are written.
    private(set) var samplesDone: Int

    /// Numbers of each layer so far, added up by chunks of `chunk` samples.
    private(set) var moments: [RunningMoments]

    private let path: String
    private let file: HDF5File
    private let layers: [HDF5RowWriter]
    private let predictions: HDF5RowWriter?
    private let chunk: Int

    /// Why the disk may not have all rows: the system says it once, and takes them for written afterwards.
    private var flushError: (any Error)?

    /// What goes into the file.
    struct Contents {
        let layers: [ExtractedLayer]
        let type: HDF5ElementType
        let hasPredictions: Bool
        let dataset: Dataset
        /// Samples of a chunk of the network's plan.
        let chunk: Int
    }

    private static let predictionsPath = "/predictions"

    // MARK: - Beginning

    /// Makes the file anew.
    init(_ contents: Contents, in folder: String, _ io: StageIO) throws {
        for name in try FileSystem.list(folder) where name.hasSuffix(".h5") {
            try FileSystem.remove(folder + "/" + name)
        }
        // Two processes that believe to be alone here must not write different states into one file.
        path = "\(folder)/\(UUID().uuidString).h5"
        let samples = contents.dataset.count
        let output = try HDF5Output(creating: path, io)
        try output.file.setAttribute("layers", .strings(contents.layers.map(\.name)))
        try output.file.setAttribute("pool", .string(contents.layers.first?.pool.rawValue ?? ""))
        for layer in contents.layers {
            let layout = HDF5Layout(
                chunk: [min(layer.rowsPerChunk, samples)] + layer.shape, isAllocatedEarly: true)
            let dataset = try output.file.createDataset(
                "/" + layer.name, contents.type, shape: [samples] + layer.shape, layout: layout)
            try layer.layer.writeAlias(to: output.name(dataset, layer.axes))
        }
        let dataset = contents.dataset
        try output.writeSamples(
            labels: dataset.labels, classNames: dataset.classNames, sampleIDs: dataset.sampleIDs)
        if contents.hasPredictions {
            try output.name(
                output.file.createDataset(
                    Self.predictionsPath, .int64, shape: [samples], layout: HDF5Layout(isAllocatedEarly: true)),
                ["samples"])
        }
        try output.close()

        let file = try HDF5File(reopening: path)
        self.file = file
        layers = try contents.layers.map { HDF5RowWriter(continuing: try file.dataset("/" + $0.name)) }
        predictions =
            contents.hasPredictions ? HDF5RowWriter(continuing: try file.dataset(Self.predictionsPath)) : nil
        chunk = contents.chunk
        samplesDone = 0
        moments = contents.layers.map { _ in RunningMoments() }
    }

    /// Goes on with the file that a checkpoint names; `nil` where its rows are not those that were written.
    init?(_ checkpoint: Checkpoint, _ contents: Contents, in folder: String, check: () throws -> Void) throws {
        guard let name = checkpoint.array("file", of: UInt8.self),
            let samplesDone = checkpoint.value("samples", of: Int.self),
            let checksums = checkpoint.array("checksums", of: RowChecksum.self),
            let moments = checkpoint.array("moments", of: RunningMoments.self), moments.count == contents.layers.count
        else { return nil }
        path = folder + "/" + String(decoding: name, as: UTF8.self)
        let file = try HDF5File(reopening: path)
        let paths = contents.layers.map { "/" + $0.name } + (contents.hasPredictions ? [Self.predictionsPath] : [])
        guard checksums.count == paths.count, (0...contents.dataset.count).contains(samplesDone) else { return nil }
        let writers = try zip(paths, checksums).map { path, checksum -> HDF5RowWriter? in
            let dataset = try file.dataset(path)
            guard dataset.rowCount == contents.dataset.count,
                try dataset.checksum(ofRows: samplesDone, check: check) == checksum
            else { return nil }
            return HDF5RowWriter(continuing: dataset, rows: samplesDone, checksum: checksum)
        }
        guard !writers.contains(where: { $0 == nil }) else { return nil }
        self.file = file
        layers = writers.prefix(contents.layers.count).map { $0! }
        predictions = contents.hasPredictions ? writers.last! : nil
        chunk = contents.chunk
        self.samplesDone = samplesDone
        self.moments = moments
    }

    // MARK: - Filling

    /// Writes the next samples: a buffer for each layer, and the classes.
    ///
    /// - Throws: also what an earlier ``checkpoint()`` did, which is no loss of a checkpoint alone.
    func append(_ buffers: [RowBuffer<Float>], predicted: RowBuffer<Float>, count: Int) throws {
        try requireFlushed()
        for (index, (writer, buffer)) in zip(layers, buffers).enumerated() {
            let values = UnsafeBufferPointer(buffer.values(rows: count))
            try writer.append(values)
            // Sums of fixed groups, so that their last bits depend neither on threads nor on interruptions.
            for first in stride(from: 0, to: count, by: chunk) {
                let part = first * buffer.rowCount..<min(first + chunk, count) * buffer.rowCount
                moments[index].add(RunningMoments(UnsafeBufferPointer(rebasing: values[part])))
            }
        }
        if let predictions {
            // Whole numbers up to 2²⁴ are exact in 32 bits.
            try predicted.values(rows: count).map { Int($0) }.withUnsafeBufferPointer { try predictions.append($0) }
        }
        samplesDone += count
        // A checkpoint waits for the disk only for what is left then.
        try FileSystem.startFlushing(path)
    }

    /// Brings everything so far to the disk, and says how far that is.
    func checkpoint() throws -> Checkpoint {
        do {
            try file.flush()
            try FileSystem.flush(path)
        } catch {
            flushError = error
            throw error
        }
        var checkpoint = Checkpoint()
        checkpoint.set("file", Array(Paths.name(of: path).utf8))
        checkpoint.set("samples", [samplesDone])
        checkpoint.set("checksums", (layers + [predictions].compactMap { $0 }).map(\.checksum))
        checkpoint.set("moments", moments)
        return checkpoint
    }

    /// Ends the filling and moves the file to its place.
    func finish(at place: String) throws {
        try requireFlushed()
        try file.close()
        try FileSystem.rename(path, to: place)
    }

    private func requireFlushed() throws {
        if let flushError { throw flushError }
    }
}
