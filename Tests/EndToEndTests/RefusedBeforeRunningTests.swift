import Testing

/// What once crashed, or would have taken all memory, is refused at the check with place and fix.
@Suite struct RefusedBeforeRunningTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let stage: String
        let words: String
        var testDescription: String { stage }
    }

    private static func stage(_ name: String, _ parameters: String) -> String {
        let dataset = name.hasPrefix("activations") ? #", "dataset": "shapes""# : ""
        return
            #""it": { "stage": "\#(name)", "inputs": { "model": "net"\#(dataset) }, "parameters": { \#(parameters) } }"#
    }

    private static let before = """
        "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 8 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn" } },
        """

    @Test(arguments: [
        Refusal(stage: stage("activations.extract", #""layers": []"#), words: "parameters.layers: names no layers"),
        Refusal(stage: stage("activations.maps", #""layers": []"#), words: "parameters.layers: names no layers"),
        Refusal(stage: stage("filters.show", #""layers": []"#), words: "parameters.layers: names no layers"),
        Refusal(stage: stage("filters.show", #""filters": []"#), words: "parameters.filters: names no filters"),
        Refusal(
            stage: stage("activations.top", #""layer": "block2.0", "filters": [3, 32]"#),
            words: "parameters.filters[1]: 'block2.0' has no channel 32; its 32 channels count from 0"),
        Refusal(stage: stage("activations.top", ""), words: "neither 'layer' nor the input 'units' says which units"),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "filters": []"#),
            words: "parameters.filters: names no filters"),
        Refusal(
            stage: stage("filters.maximize", #""layer": "fc_layers.1", "size": 64"#),
            words: "parameters.size: images of 64×64 do not reach layer 'fc_layers.1'"),
        Refusal(
            stage:
                #""it": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 100000, "resize": 4096 } }, "#
                + #""pca": { "stage": "reduce.pca", "inputs": { "points": "it" } }"#,
            words: "parameters.limit: 100000 points of 50331648 features take 21 TB"),
    ])
    func `hopeless work is refused`(refusal: Refusal) throws {
        let workspace = try Workspace()
        try workspace.write("{\"stages\": {\n\(Self.before)\n\(refusal.stage)\n}}", to: "p.json")
        let outcome = try workspace.run(["run", "p.json"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains(refusal.words), "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  fix: "))
    }

    private static func network(_ layer: String, channels: Int = 2) -> String {
        """
        { "name": "n", "input": [3, 32, 32], "layers": [
            { "name": "\(layer)", "kind": "convolution", "in_channels": 3, "out_channels": \(channels), "kernel": 3 },
            { "name": "f", "kind": "flatten" } ] }
        """
    }

    @Test(arguments: ["", "..", "a/b", "a\\u0000b", String(repeating: "x", count: 201)])
    func `layers cannot have names that HDF5 files have not`(name: String) throws {
        let workspace = try Workspace()
        try workspace.write(Self.network(name), to: "n.json")
        try workspace.write(
            #"{"stages": { "net": { "stage": "model.load", "parameters": { "architecture": "n.json" } } }}"#,
            to: "p.json")
        let outcome = try workspace.run(["run", "p.json"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("n.json: a layer cannot be called "), "\(outcome.errors)")
    }

    @Test func `a layer cannot take the place of the labels`() throws {
        let workspace = try Workspace()
        try workspace.write(Self.network("labels"), to: "n.json")
        let net = #""net": { "stage": "model.load", "parameters": { "architecture": "n.json" } }"#
        try workspace.write("{\"stages\": {\(net), \(Self.stage("filters.show", ""))}}", to: "p.json")
        let outcome = try workspace.run(["run", "p.json"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("the layer 'labels' cannot be written"), "\(outcome.errors)")
    }
}
