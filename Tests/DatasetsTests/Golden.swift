import Datasets
import Foundation
import TestSupport

/// The small data sets that Scripts/golden/datasets.py makes, and what numpy and Pillow see in them.
enum Golden {
    static let folder = Bundle.module.bundleURL.appendingPathComponent("Golden").path

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    struct Expected: Decodable {
        struct Labelled: Decodable {
            var labels: [Int]
            var superclasses: [Int]?
            var pixels: [UInt8]?
            var first: [UInt8]?
            var last: [UInt8]?
            var means: [Double]?
            var deviations: [Double]?
        }

        struct Folder: Decodable {
            var color: [UInt8]
            var rounded: [UInt8]
            var gray: [UInt8]
            var means: [Double]
            var deviations: [Double]
        }

        var mnist: Labelled
        var cifar10: Labelled
        var cifar100: Labelled
        var arrays: Labelled
        var folder: Folder
    }

    static func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(try bytes("expected.json")))
    }
}

extension Dataset {
    /// Finds, describes and opens in one go.
    init(_ specification: DatasetSpecification, at folder: String?) throws(DatasetError) {
        let files = try specification.files(at: folder)
        try self.init(
            opening: DatasetDescription(of: specification, files: files),
            paths: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path) }))
    }

    var allBytes: [UInt8] { get throws { try bytes(at: Array(0..<count)) } }
}

extension DatasetSpecification {
    init(_ format: String, _ change: (inout DatasetSpecification) -> Void = { _ in }) {
        self.init(format: format)
        change(&self)
    }
}

extension TemporaryFolder {
    /// Writes a file, and the folders it lies in.
    func write(_ bytes: [UInt8], to name: String) throws {
        let url = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// A copy of one of the small data sets, to be damaged.
    static func copy(of name: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.removeItem(at: folder.url)
        try FileManager.default.copyItem(atPath: "\(Golden.folder)/\(name)", toPath: folder.path)
        return folder
    }
}

/// The whole message of a data set that cannot be opened, the folder's path replaced by `DATA`.
func message(opening specification: DatasetSpecification, at folder: TemporaryFolder) -> String {
    do throws(DatasetError) {
        let dataset = try Dataset(specification, at: folder.path)
        _ = try dataset.bytes(at: Array(0..<dataset.count))
        return "no error"
    } catch {
        return error.description.replacingOccurrences(of: folder.path, with: "DATA")
    }
}

/// An IDX file of unsigned bytes.
func idx(_ shape: [Int], _ contents: [UInt8]) -> [UInt8] {
    func bigEndian(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
    return [0, 0, 8, UInt8(shape.count)] + shape.flatMap(bigEndian) + contents
}
