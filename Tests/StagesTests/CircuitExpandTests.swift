import HDF5Files
import Pipeline
import TestSupport
import Testing

/// `circuit.expand` on a pipeline: what it writes, hands on and refuses.
@Suite struct CircuitExpandTests {
    private static func stages(_ parameters: String) -> String {
        """
        "net": { "stage": "model.load", "parameters": { "architecture": "n.json" } },
        "far": { "stage": "circuit.expand", "inputs": { "model": "net" }, "parameters": { \(parameters) } }
        """
    }

    private static let files = [
        "n.json": """
        { "name": "n", "input": [3, 16, 16], "layers": [
          { "name": "a", "alias": "first", "kind": "convolution", "in_channels": 3, "out_channels": 4, "kernel": 3 },
          { "name": "a_relu", "kind": "relu" }, { "name": "pool", "kind": "max_pooling", "kernel": 2 },
          { "name": "b", "kind": "convolution", "in_channels": 4, "out_channels": 2, "kernel": 3 } ] }
        """
    ]

    @Test func `kernels, their numbers and their units are written`() throws {
        let workspace = try StageWorkspace(
            Self.stages(#""layer": "b", "filter": 1, "upstream_layer": "first", "top": 3"#)
                + #", "see": { "stage": "filters.maximize", "inputs": { "model": "net", "units": "far.upstream" }, "parameters": { "iterations": 2, "size": 16 } }"#,
            files: Self.files)
        let file = try workspace.open("far/expanded")
        // Three rows of pooled windows of two.
        #expect(try file.dataset("/kernel").shape == [3, 6, 6])
        let norms = try file.dataset("/l2").read(Double.self)
        #expect(norms == norms.sorted(by: >) && norms[2] > 0)
        #expect(try file.attribute("upstream_layer") == .string("a"))
        #expect(try file.attribute("image_size") == .integers([16, 16]))
        #expect(try file.attribute("upstream_is_non_negative") == .boolean(true))
        let channels = try file.dataset("/channel").read(Int.self).map { "a:\($0)" }
        #expect(try workspace.open("see/images").dataset("/unit").readStrings() == channels)
    }

    @Test func `without an earlier layer kernels are maps of colours, and there are no units`() throws {
        let workspace = try StageWorkspace(Self.stages(#""layer": "b", "filter": 0"#), files: Self.files)
        let file = try workspace.open("far/expanded")
        #expect(try file.dataset("/kernel").shape == [3, 8, 8])
        #expect(try file.attribute("upstream_layer") == .string("input"))
        #expect(throws: (any Error).self) { try workspace.bytes("far/upstream.json") }
    }

    @Test func `a page shows the list of units beside the summary`() throws {
        let workspace = try StageWorkspace(
            Self.stages(#""layer": "b", "filter": 1, "upstream_layer": "first", "top": 3"#)
                + #", "page": { "stage": "report.render", "inputs": { "sections": ["far", "far.upstream"] } }"#,
            files: Self.files)
        let page = String(decoding: try workspace.bytes("page/report.html"), as: UTF8.self)
        #expect(page.contains("Units of far"))
        let channels = try workspace.open("far/expanded").dataset("/channel").read(Int.self)
        for (place, channel) in channels.enumerated() {
            let cells = ["\(place + 1)", "a", "\(channel)"]
            let row = page.split(separator: "<tr>").first { row in cells.allSatisfy { row.contains(">\($0)<") } }
            #expect(row != nil, "\(cells)")
        }
    }

    @Test(arguments: [
        (#""layer": "b", "filter": 2"#, "stages.far.parameters.filter: layer 'b' has no channel 2"),
        (#""layer": "bb", "filter": 1"#, "stages.far.parameters.layer: the network has no layer 'bb'"),
        (
            #""layer": "a", "filter": 1, "upstream_layer": "b""#,
            "stages.far.parameters.upstream_layer: layer 'a' reads nothing of 'b'"
        ),
        (
            #""layer": "b", "filter": 1, "upstream_layer": "fist""#,
            "stages.far.parameters.upstream_layer: the network has no layer 'fist'; did you mean 'first'?"
        ),
    ])
    func `mistakes are found before a run`(parameters: String, message: String) throws {
        let workspace = try StageWorkspace(unrun: Self.stages(parameters), files: Self.files)
        let mistakes = #expect(throws: PipelineMistakes.self) { try workspace.plan().check() }
        #expect("\(try #require(mistakes))".contains(message))
    }
}
