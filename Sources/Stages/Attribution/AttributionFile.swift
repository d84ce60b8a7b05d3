import Attribution
import Datasets
import Foundation
import HDF5Files
import Pipeline
import Storage
import Tensors

/// `attribution.h5` on its way, which lies among the checkpoints until it is whole; it outlives a kill as
/// ``ExtractionFile`` does.
final class AttributionFile {
    private(set) var numbers: AttributionNumbers

    private let path: String
    private let file: HDF5File
    private let maps: HDF5RowWriter

    /// Why the disk may not have all rows: the system says it once, and takes them for written afterwards.
    private var flushError: (any Error)?

    /// What goes into the file.
    struct Contents {
        let dataset: Dataset
        /// Positions of the images in the data set.
        let samples: [Int]
        /// `[channels, height, width]`.
        let mapShape: [Int]
        let facts: [AttributionFact]
        let numbers: AttributionNumbers.Contents
    }

    private static let mapsPath = "/attribution"

    // MARK: - Beginning

    /// Makes the file anew.
    init(_ contents: Contents, in folder: String, _ io: StageIO) throws {
        for name in try FileSystem.list(folder) where name.hasSuffix(".h5") {
            try FileSystem.remove(folder + "/" + name)
        }
        // Two processes that believe to be alone here must not write different states into one file.
        path = "\(folder)/\(UUID().uuidString).h5"
        let (dataset, samples) = (contents.dataset, contents.samples)
        let output = try HDF5Output(creating: path, io)
        let maps = try output.name(
            output.file.createDataset(
                Self.mapsPath, .float32, shape: [samples.count] + contents.mapShape,
                layout: HDF5Layout(isAllocatedEarly: true)), ["samples", "channels", "height", "width"])
        for fact in contents.facts {
            switch fact.value {
            case .text(let text): try maps.setAttribute(fact.name, .string(text))
            case .count(let count): try maps.setAttribute(fact.name, .integer(count))
            }
        }
        numbers = AttributionNumbers(contents.numbers)
        try numbers.createDatasets(in: output, count: samples.count)
        try output.write(samples, to: "/samples", axes: ["samples"])
        try output.writeSamples(
            labels: dataset.labels.map { labels in samples.map { labels[$0] } }, classNames: dataset.classNames,
            sampleIDs: samples.map { dataset.sampleIDs[$0] })
        try output.close()
        file = try HDF5File(reopening: path)
        self.maps = HDF5RowWriter(continuing: try file.dataset(Self.mapsPath))
    }

    /// Goes on with the file that a checkpoint names; `nil` where its maps are not those that were written.
    init?(_ checkpoint: Checkpoint, _ contents: Contents, in folder: String, check: () throws -> Void) throws {
        guard let name = checkpoint.array("file", of: UInt8.self),
            let checksum = checkpoint.value("checksum", of: RowChecksum.self),
            let numbers = AttributionNumbers(checkpoint, contents.numbers), numbers.count <= contents.samples.count
        else { return nil }
        path = folder + "/" + String(decoding: name, as: UTF8.self)
        file = try HDF5File(reopening: path)
        let dataset = try file.dataset(Self.mapsPath)
        guard dataset.shape == [contents.samples.count] + contents.mapShape,
            try dataset.checksum(ofRows: numbers.count, check: check) == checksum
        else { return nil }
        maps = HDF5RowWriter(continuing: dataset, rows: numbers.count, checksum: checksum)
        self.numbers = numbers
    }

    // MARK: - Filling

    /// Images that are written.
    var count: Int { numbers.count }

    func append(_ block: ExplainedImages, _ rule: FocusRule) throws {
        try requireFlushed()
        try maps.append(block.maps)
        numbers.append(block, rule)
        // A checkpoint waits for the disk only for what is left then.
        try FileSystem.startFlushing(path)
    }

    /// The map of an image that is written, `[channels, height, width]`.
    func map(_ row: Int) throws -> Tensor { try maps.dataset.readTensor(rows: row..<row + 1).row(0) }

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
        checkpoint.set("checksum", [maps.checksum])
        numbers.write(to: &checkpoint)
        return checkpoint
    }

    /// Ends the filling and moves the file to its place.
    func finish(at place: String) throws {
        try requireFlushed()
        try numbers.fill(file)
        try file.close()
        try FileSystem.rename(path, to: place)
    }

    private func requireFlushed() throws {
        if let flushError { throw flushError }
    }
}
