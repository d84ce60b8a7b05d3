import Foundation
import HDF5Files
import TestSupport
import Tensors
import Testing

/// `activations.units` against all activations of the same images, as `activations.extract` writes them.
@Suite struct ActivationsUnitsTests {
    private static let stages = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 70, "seed": 2 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } },
        "all": {
          "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
          "parameters": { "layers": ["block1.2", "block2.2", "fc_layers.1", "fc_layers.4", "fc_layers.6"] }
        },
        "check": { "stage": "model.run", "inputs": { "model": "net", "dataset": "images" } },
        "units": {
          "stage": "activations.units", "inputs": { "model": "net", "dataset": "images" },
          "parameters": { "samples": [5], "confident": 2, "near_dead": 0.2 }
        }
        """

    @Test func `dead units and all numbers are those of all activations`() throws {
        let workspace = try StageWorkspace(Self.stages)
        let (all, units) = (try workspace.open("all/activations"), try workspace.open("units/units"))
        #expect(
            try units.attribute("layers") == .strings(["block1.2", "block2.2", "fc_layers.1", "fc_layers.4"]))
        var dead = 0
        for layer in ["block1.2", "block2.2", "fc_layers.1", "fc_layers.4"] {
            let values = try all.dataset("/" + layer).readTensor()
            let (count, size) = (values.shape[1], values.shape.dropFirst(2).reduce(1, *))
            let states = try units.dataset("/\(layer)/state").readStrings()
            let means = try units.dataset("/\(layer)/mean").read(Double.self)
            let shares = try units.dataset("/\(layer)/active_share").read(Double.self)
            #expect(states.count == count)
            for unit in 0..<count {
                let maps = (0..<70).map { image in
                    let start = (image * count + unit) * size
                    return values.scalars[start..<start + size]
                }
                let active = maps.count(where: { $0.contains { $0 > 0 } })
                let isAlwaysOn = maps.allSatisfy { $0.allSatisfy { $0 > 0 } }
                let state = active == 0 ? "dead" : active < 14 ? "near-dead" : isAlwaysOn ? "always-on" : "active"
                #expect(states[unit] == state, "\(layer):\(unit)")
                #expect(shares[unit] == Double(active) / 70)
                let mean = maps.joined().reduce(0.0) { $0 + Double($1) } / Double(70 * size)
                #expect(abs(means[unit] - mean) < 1e-9)
                dead += active == 0 ? 1 : 0
            }
        }
        // Of random weights some units answer to nothing, so this is no comparison of zeros.
        #expect(dead > 0)
        let list = String(decoding: try workspace.bytes("units/dead.json"), as: UTF8.self)
        #expect(list.split(separator: "\"layer\"").count - 1 == dead)
    }

    @Test func `bars are the activations of the surest and least sure images`() throws {
        let workspace = try StageWorkspace(Self.stages)
        let (all, units) = (try workspace.open("all/activations"), try workspace.open("units/units"))
        let check = try workspace.open("check/predictions")
        let probabilities = try check.dataset("/top_probabilities").readTensor()
        let order = (0..<70).sorted { (probabilities[$1, 0], $0) < (probabilities[$0, 0], $1) }
        let samples = try units.dataset("/images/samples").read(Int.self)
        #expect(samples == [5, order[0], order[1], order[69], order[68]])
        #expect(
            try units.dataset("/images/reason").readStrings()
                == ["chosen", "most sure", "most sure", "least sure", "least sure"])
        let classes = try check.dataset("/top_classes").read(Int.self)
        #expect(try units.dataset("/images/predicted").read(Int.self) == samples.map { classes[$0 * 5] })
        // The bars are of the very numbers that the predictions are of.
        let scores = try units.dataset("/images/activations/fc_layers.6").readTensor()
        let confidence = try units.dataset("/images/confidence").read(Float.self)
        for (row, sample) in samples.enumerated() {
            let values = scores.row(row).scalars
            let best = values.indices.max { values[$0] < values[$1] }!
            #expect(best == classes[sample * 5])
            let sum = values.reduce(0.0) { $0 + exp(Double($1 - values[best])) }
            #expect(confidence[row] == Float(1 / sum))
        }
        for layer in ["fc_layers.1", "fc_layers.4", "fc_layers.6"] {
            let expected = try all.dataset("/" + layer).readTensor()
            let found = try units.dataset("/images/activations/\(layer)").readTensor()
            let rows = Tensor.stack(samples.map { expected.row($0) })
            #expect(deviation(found, from: rows).relativeNorm < 1e-6)
        }
    }
}
