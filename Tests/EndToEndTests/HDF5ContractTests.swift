import Foundation
import HDF5Files
import JSONValues
import Testing

/// The HDF5 files of the small quickstart, as programs outside the project rely on them.
@Suite struct HDF5ContractTests {
    private let quickstart: Quickstart

    init() throws { quickstart = try Quickstart.finished() }

    private func open(_ file: String) throws -> HDF5File {
        try HDF5File(opening: quickstart.path("outputs/\(file)"))
    }

    /// A dataset with its shape and the names of its axes.
    struct Expected: Sendable, CustomTestStringConvertible {
        let file: String
        let path: String
        let shape: [Int]
        let axes: [String]
        var testDescription: String { "\(file) \(path)" }

        init(_ file: String, _ path: String, _ shape: [Int], _ axes: String...) {
            self.file = file
            self.path = path
            self.shape = shape
            self.axes = axes
        }
    }

    private static let samples = Quickstart.samples

    static let datasets = [
        Expected(
            "activations/activations.h5", "/block1.3", [samples, 64, 14, 14], "samples", "channels", "height", "width"),
        Expected(
            "activations/activations.h5", "/block2.3", [samples, 32, 5, 5], "samples", "channels", "height", "width"),
        Expected("activations/activations.h5", "/fc_layers.4", [samples, 32], "samples", "features"),
        Expected("activations/activations.h5", "/labels", [samples], "samples"),
        Expected("activations/activations.h5", "/sample_ids", [samples], "samples"),
        Expected("activations/activations.h5", "/predictions", [samples], "samples"),
        Expected("images/statistics.h5", "/class_counts", [8], "classes"),
        Expected("images/statistics.h5", "/channel_mean", [3], "channels"),
        Expected("images/statistics.h5", "/channel_std", [3], "channels"),
        Expected("cnn/history.h5", "/loss", [2], "epochs"),
        Expected("cnn/history.h5", "/accuracy", [2], "epochs"),
        Expected("cnn/history.h5", "/validation_loss", [2], "epochs"),
        Expected("cnn/history.h5", "/validation_accuracy", [2], "epochs"),
        Expected("check/predictions.h5", "/logits", [samples, 8], "samples", "classes"),
        Expected("check/predictions.h5", "/probabilities", [samples, 8], "samples", "classes"),
        Expected("check/predictions.h5", "/top_classes", [samples, 3], "samples", "top"),
        Expected("check/predictions.h5", "/top_probabilities", [samples, 3], "samples", "top"),
        Expected("check/predictions.h5", "/labels", [samples], "samples"),
        Expected("check/predictions.h5", "/sample_ids", [samples], "samples"),
        Expected("check/predictions.h5", "/confusion", [8, 8], "true", "predicted"),
        Expected("pixels-pca/embedding.h5", "/embedding", [samples, 2], "samples", "dimensions"),
        Expected("pixels-pca/embedding.h5", "/components", [2, 3072], "dimensions", "features"),
        Expected("pixels-pca/embedding.h5", "/mean", [3072], "features"),
        Expected("pca/embedding.h5", "/embedding", [samples, 2], "samples", "dimensions"),
        Expected("pca/embedding.h5", "/explained_variance_ratio", [2], "dimensions"),
        Expected("pca/embedding.h5", "/components", [2, 32], "dimensions", "features"),
        Expected("pca/embedding.h5", "/mean", [32], "features"),
        Expected("pca/embedding.h5", "/labels", [samples], "samples"),
        Expected("tsne/embedding.h5", "/embedding", [samples, 2], "samples", "dimensions"),
        Expected("tsne/embedding.h5", "/labels", [samples], "samples"),
        Expected("tsne/embedding.h5", "/sample_ids", [samples], "samples"),
        Expected("rank/rank.h5", "/channel", [3], "rank"),
        Expected("rank/rank.h5", "/l2", [3], "rank"),
        Expected("rank/rank.h5", "/excitation", [3], "rank"),
        Expected("rank/rank.h5", "/positive_fraction", [3], "rank"),
        Expected("rank/rank.h5", "/kernel", [3, 5, 5], "rank", "height", "width"),
        Expected("upstream/images.h5", "/image", [3, 3, 32, 32], "units", "channels", "height", "width"),
        Expected("upstream/images.h5", "/objective", [3, 4], "units", "iterations"),
        Expected("upstream/images.h5", "/unit", [3], "units"),
        Expected("chosen/images.h5", "/objective", [1, 6], "units", "iterations"),
    ]

    @Test(arguments: datasets)
    func `datasets have their names, shapes and axes`(expected: Expected) throws {
        let dataset = try open(expected.file).dataset(expected.path)
        #expect(dataset.shape == expected.shape)
        #expect(try dataset.axisNames() == expected.axes)
    }

    /// Paths of all datasets of a group and of those below it.
    private static func paths(of file: HDF5File, in group: String) throws -> [String] {
        try file.names(in: group).flatMap { name in
            let path = group + (group == "/" ? "" : "/") + name
            return (try? file.names(in: path)) == nil ? [path] : try paths(of: file, in: path)
        }
    }

    @Test func `every axis of every dataset has a name and one scale of its length`() throws {
        var count = 0
        for name in try quickstart.workspace.files(below: "runs/quickstart/outputs") where name.hasSuffix(".h5") {
            let file = try open(name)
            for path in try Self.paths(of: file, in: "/") {
                let dataset = try file.dataset(path)
                // A scale needs none.
                guard try !dataset.isScale() else { continue }
                let (axes, scales) = (try dataset.axisNames(), try dataset.scalePaths())
                #expect(axes.count == dataset.shape.count && scales.count == dataset.shape.count, "\(name) \(path)")
                for (axis, paths) in scales.enumerated() {
                    #expect(!axes[axis].isEmpty, "\(name) \(path)")
                    #expect(paths.count == 1, "\(name) \(path)")
                    #expect(
                        try file.dataset(try #require(paths.first)).shape == [dataset.shape[axis]], "\(name) \(path)")
                }
                count += 1
            }
        }
        #expect(count > 60)
    }

    @Test func `every file says which program, stage, parameters, key and inputs made it`() throws {
        var count = 0
        for (name, stage) in try #require(quickstart.record["stages"]?.object) {
            for file in stage["outputs"]?.object?.values.flatMap({ $0["files"]?.array ?? [] }) ?? [] {
                guard let path = file["path"]?.string, path.hasSuffix(".h5") else { continue }
                let attributes = Dictionary(
                    uniqueKeysWithValues: try HDF5File(opening: quickstart.path(path)).attributes().map {
                        ($0.name, $0.value)
                    })
                func text(_ attribute: String) throws -> String {
                    guard case .string(let text)? = attributes[attribute] else {
                        Issue.record("\(path) has no text '\(attribute)'")
                        return ""
                    }
                    return text
                }
                #expect(try text("convscope_version") == quickstart.record["convscope_version"]?.string)
                #expect(try text("stage") == stage["stage"]?.string)
                #expect(try text("key") == stage["key"]?.string)
                let parameters = try JSONDocument(parsing: text("parameters")).root
                for (key, value) in quickstart.record["pipeline"]?["stages"]?[name]?["parameters"]?.object ?? [:] {
                    // A whole number is a number: 30 in the file, 30.0 as the parameter.
                    let isEqual = value.double.map { parameters[key]?.double == $0 } ?? (parameters[key] == value)
                    #expect(isEqual, "\(path) \(key)")
                }
                let inputs = try #require(JSONDocument(parsing: text("inputs")).root["inputs"]?.object)
                for (port, source) in quickstart.record["pipeline"]?["stages"]?[name]?["inputs"]?.object ?? [:] {
                    let parts = try #require(source.string).split(separator: ".").map(String.init)
                    let outputs = try #require(quickstart.record["stages"]?[parts[0]]?["outputs"]?.object)
                    let output = try #require(parts.count > 1 ? outputs[parts[1]] : outputs.values.first)
                    #expect(inputs[port]?[0] == output["digest"], "\(path) \(port)")
                }
                count += 1
            }
        }
        #expect(count == 14)
    }

    @Test(.enabled(if: Python(with: "h5py") != nil, "CONVSCOPE_PYTHON does not name a Python interpreter with h5py"))
    func `h5py reads the same, and the numbers of different files fit each other`() throws {
        let python = try #require(Python(with: "h5py"))
        let outcome = try python.run("run_folder.py", [quickstart.report.folder])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "fits\n")
    }
}
