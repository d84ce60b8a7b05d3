import HDF5Files
import Pipeline
import TestSupport
import Testing

/// `circuit.evidence` on a pipeline: what it writes and refuses.
@Suite struct CircuitEvidenceTests {
    private static func stages(_ parameters: String, inputs: String = "") -> String {
        """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 60, "seed": 3 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn" } },
        "rank": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "block2.0", "filter": 1, "top": 3 } },
        "evidence": { "stage": "circuit.evidence", "inputs": { "model": "net", "dataset": "images"\(inputs) }, "parameters": { \(parameters) } }
        """
    }

    @Test func `scores of a layer's filters are written, whatever the threads`() throws {
        let parameters = #""layer": "block2.0", "filters": [4, 0, 9], "images": 10, "changed": 3"#
        let workspace = try StageWorkspace(Self.stages(parameters))
        let file = try workspace.open("evidence/evidence")
        #expect(try file.dataset("/unit").readStrings() == ["block2.0:4", "block2.0:0", "block2.0:9"])
        #expect(try file.dataset("/cluster").shape == [3, 10])
        let separation = try file.dataset("/separation").read(Double.self)
        #expect(separation.allSatisfy { (-1...1).contains($0) })
        let chances = try file.dataset("/separation_chance").read(Double.self)
        #expect(chances.allSatisfy { (0.01...1).contains($0) })
        let nulls = try file.dataset("/separation_null").read(Double.self)
        for (place, chance) in chances.enumerated() where chance <= 0.05 { #expect(separation[place] > nulls[place]) }
        #expect(try file.dataset("/clusters").read(Int.self).allSatisfy { (2...6).contains($0) })
        // Turned, mirrored, other colours (of the image, found through the layers before) and unchanged.
        let cosines = try file.dataset("/sibling_cosine")
        #expect(try cosines.shape == [3, 4] && cosines.read(Double.self).allSatisfy { (-1...1).contains($0) })
        let siblings = try file.dataset("/sibling").read(Int.self)
        let changes = try file.dataset("/sibling_change")
        #expect(changes.shape == [3, 4])
        let names = try changes.readStrings()
        for (row, filter) in [4, 0, 9].enumerated() {
            #expect(siblings[4 * row..<4 * row + 4].allSatisfy { $0 >= 0 && $0 != filter })
            #expect(["90°", "180°", "270°"].contains(names[4 * row]))
            #expect(names[4 * row + 2].sorted() == ["B", "G", "R"])
            #expect(names[4 * row + 3] == "")
        }
        #expect(try file.dataset("/changes").readStrings().count == file.dataset("/kept").shape[1])
        #expect(try file.dataset("/kept").read(Double.self).allSatisfy { $0 >= 0 })
        #expect(try file.dataset("/kept_by_family").shape == [3, 5])

        let other = try StageWorkspace(unrun: Self.stages(parameters))
        #expect(try other.run(threads: 1).state == .finished)
        #expect(try other.bytes("evidence/evidence.h5") == workspace.bytes("evidence/evidence.h5"))
    }

    @Test func `units that another stage lists are taken`() throws {
        let workspace = try StageWorkspace(Self.stages(#""images": 8"#, inputs: #", "units": "rank.upstream""#))
        let ranked = try workspace.open("rank/rank").dataset("/channel").read(Int.self)
        let units = try workspace.open("evidence/evidence").dataset("/unit").readStrings()
        #expect(units.count == 3 && Set(units.map { $0.split(separator: ":")[0] }).count == 1)
        #expect(units.map { Int($0.split(separator: ":")[1]) } == ranked)
    }

    @Test(arguments: [
        (#""layer": "block2.1""#, "parameters.layer: layer 'block2.1' is of kind"),
        (#""layer": "block2.0", "filters": [64]"#, "parameters.filters[0]: 'block2.0' has no channel 64"),
        (#""filters": [1]"#, "neither 'layer' nor the input 'units' says which units are meant"),
        (
            #""layer": "block2.0", "images": 10, "changed": 11"#,
            "parameters.changed: 11 of 10 images cannot be changed"
        ),
        (#""layer": "block2.0", "images": 2"#, "parameters.images: 2 is outside 8...64"),
    ])
    func `mistakes are found before a run`(parameters: String, message: String) throws {
        let workspace = try StageWorkspace(unrun: Self.stages(parameters))
        let mistakes = #expect(throws: PipelineMistakes.self) { try workspace.plan().check() }
        #expect("\(try #require(mistakes))".contains(message), "\(String(describing: mistakes))")
    }
}
