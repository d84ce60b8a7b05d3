import HDF5Files
import Pipeline
import Tensors

/// An HDF5 file that a stage writes: provenance in the root attributes, every axis named and with a dimension scale.
///
/// Scales lie under `/dimensions`, one for each pair of name and length (`channels_64`), and count from zero, unless
/// ``setScale(_:of:at:)`` says what stands along an axis.
final class HDF5Output {
    let file: HDF5File
    private var scales: [String: HDF5Dataset] = [:]
    /// By axis, those that do not count from zero.
    private var chosen: [String: HDF5Dataset] = [:]

    /// Makes the file of an output port.
    convenience init(_ output: Output, _ io: StageIO) throws { try self.init(creating: io.path(output, "h5"), io) }

    /// Makes a file that is moved to its port when it is whole.
    init(creating path: String, _ io: StageIO) throws {
        file = try HDF5File(creating: path)
        let provenance = io.provenance
        try file.setAttribute("convscope_version", .string(provenance.convscopeVersion))
        try file.setAttribute("stage", .string(provenance.stage))
        try file.setAttribute("parameters", .string(provenance.parametersJSON))
        try file.setAttribute("key", .string(provenance.key))
        try file.setAttribute("inputs", .string(provenance.inputsJSON))
    }

    /// Writes a tensor; `axes` names its axes, slowest first.
    @discardableResult
    func write(_ tensor: Tensor, to path: String, axes: [String]) throws -> HDF5Dataset {
        try name(try file.write(tensor, to: path), axes)
    }

    @discardableResult
    func write<Number: HDF5Number>(
        _ numbers: [Number], to path: String, shape: [Int]? = nil, axes: [String]
    ) throws -> HDF5Dataset {
        try name(try file.write(numbers, to: path, shape: shape), axes)
    }

    @discardableResult
    func write(_ texts: [String], to path: String, shape: [Int]? = nil, axes: [String]) throws -> HDF5Dataset {
        let dataset = try file.createDataset(path, .string, shape: shape ?? [texts.count])
        try dataset.write(texts, atRow: 0)
        return try name(dataset, axes)
    }

    /// Says which rows of something larger stand along an axis of what is written from now on: filters of a layer, images
    /// of a data set. The dataset at `path` says so to readers, and is the scale of the axis.
    func setScale(_ positions: [Int], of axis: String, at path: String) throws {
        let scale = try file.write(positions, to: path)
        try scale.makeScale(named: axis)
        chosen[axis] = scale
    }

    /// Labels (−1 where unknown), names of the classes and identifiers of the samples, beside what was computed.
    func writeSamples(labels: [Int]?, classNames: [String], sampleIDs: [String]) throws {
        if let labels {
            let dataset = try write(labels, to: "/labels", axes: ["samples"])
            if !classNames.isEmpty { try dataset.setAttribute("class_names", .strings(classNames)) }
        }
        try write(sampleIDs, to: "/sample_ids", axes: ["samples"])
    }

    /// Names the axes of a dataset and gives each its scale.
    @discardableResult
    func name(_ dataset: HDF5Dataset, _ axes: [String]) throws -> HDF5Dataset {
        try dataset.setAxisNames(axes)
        for (axis, name) in axes.enumerated() {
            try dataset.attach(try scale(name, length: dataset.shape[axis]), toAxis: axis)
        }
        return dataset
    }

    func close() throws { try file.close() }

    private func scale(_ name: String, length: Int) throws -> HDF5Dataset {
        if let scale = chosen[name] {
            precondition(scale.shape == [length], "\(name) has a scale of \(scale.shape[0]), not \(length)")
            return scale
        }
        let path = "/dimensions/\(name)_\(length)"
        if let scale = scales[path] { return scale }
        let scale = try file.write(Array(0..<length), to: path)
        try scale.makeScale(named: name)
        scales[path] = scale
        return scale
    }
}
