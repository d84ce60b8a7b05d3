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
            stage: stage("filters.maximize", #""layer": "block1.0", "iterations": 20, "snapshots": [0, 21]"#),
            words: #"parameters.snapshots[1]: there is no step 21 among 20"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "target": "layer", "filters": [1]"#),
            words: #"parameters.filters: all channels of the layer are excited at once"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "target": "layr""#),
            words: #"parameters.target: the string "layr" is no target; did you mean 'layer'?"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "target": "40,2""#),
            words: #"parameters.target: position (40, 2) lies outside the maps"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "classes": [1]"#),
            words: #"parameters.classes: classes are excited with the target "class" only"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "target": "class""#),
            words: #"both 'layer' and the target "class" say what to maximize"#),
        Refusal(
            stage: stage("filters.maximize", #""target": "class", "classes": [10]"#),
            words: #"parameters.classes[0]: there is no class 10; the network's 10 classes count from 0"#),
        Refusal(
            stage: stage("filters.maximize", #""target": "class", "classes": ["shap"]"#),
            words: #"parameters.classes[0]: "#),
        Refusal(
            stage: stage(
                "filters.maximize",
                #""terms": [{ "layer": "block1.0", "channel": 3 }, { "layer": "block9", "channel": 3 }]"#),
            words: #"parameters.terms[1].layer: the network has no layer 'block9'"#),
        Refusal(
            stage: stage(
                "filters.maximize",
                #""terms": [{ "layer": "block1.0", "channel": 3 }, { "layer": "block1.0", "channel": 99 }]"#),
            words: #"parameters.terms[1]: layer 'block1.0' has no channel 99"#),
        Refusal(
            stage: stage("filters.maximize", #""terms": [{ "layer": "block1.0", "direction": [1, 2] }]"#),
            words: #"parameters.terms[0]: the direction has 2 components, but layer 'block1.0' has"#),
        Refusal(
            stage: stage("filters.maximize", #""terms": [{ "layer": "block1.0", "chanel": 2 }]"#),
            words: #"parameters.terms[0].chanel: a term has no 'chanel'; did you mean 'channel'?"#),
        Refusal(
            stage: stage("filters.maximize", #""terms": [{ "layer": "block1.0", "channel": 1, "weight": 0 }]"#),
            words: #"parameters.terms[0].weight: a term of weight 0 says nothing"#),
        Refusal(
            stage: stage("filters.maximize", #""terms": [{ "class": 1 }], "negative": true"#),
            words: #"parameters.negative: terms have weights"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "transforms": [{ "pad": 2 }, { "jiter": 2 }]"#),
            words: #"parameters.transforms[1].jiter: there is no transform 'jiter'; did you mean 'jitter'?"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "transforms": [{ "scale": [1.1, 0.9] }]"#),
            words: #"parameters.transforms[0].scale: expected [least, most], found [1.1,0.9]"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "transforms": [{ "blur": 0 }]"#),
            words: #"parameters.transforms[0].blur: 0.0 is outside 0.1...50.0"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "transforms": [{ "rotate": [-9, 0, 400] }]"#),
            words: #"parameters.transforms[0].rotate[2]: 400.0 is outside -360.0...360.0"#),
        Refusal(
            stage: stage(
                "filters.maximize",
                #""layer": "block1.0", "transforms": [\#([String](repeating: "{ \"pad\": 512 }", count: 5).joined(separator: ", "))]"#
            ),
            words: #"parameters.transforms[3]: images of 32 pixels grow to 4128 here, and 4096 is the most"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "filters": [1, 2, 1]"#),
            words: #"parameters.filters[2]: names filter 1 a second time"#),
        Refusal(
            stage: stage("filters.maximize", #""target": "class", "classes": [3, 3]"#),
            words: #"parameters.classes[1]: names class 3 a second time"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "momentum": 0.3"#),
            words: #"parameters.momentum: 'adam' has no momentum to set"#),
        Refusal(
            stage: stage("filters.maximize", #""layer": "block1.0", "diversity": 7"#),
            words: #"parameters.diversity: one image of a unit is like no other"#),
        Refusal(
            stage: stage(
                "filters.maximize", #""layer": "block1.0", "parameterization": "pixel", "spectrum_decay": 1.5"#),
            words: #"parameters.spectrum_decay: only 'fourier' parameters have frequencies"#),
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
