import JSONValues
import NeuralNetwork
import Testing

@Suite struct NetworkFileTests {
    @Test(arguments: Architecture.all.map(\.name) + GoldenNetwork.names)
    func `a network reads back from what it writes`(name: String) throws {
        let network = try Architecture.named(name)?.network ?? GoldenNetwork(name).network
        let again = try Network(json: JSONDocument(parsing: network.json.prettyText).root)
        #expect(again.json == network.json)
        #expect(again.shapes == network.shapes)
        #expect(again.nodes.map(\.inputs) == network.nodes.map(\.inputs))
    }

    /// What is wrong with a network file of one convolution and, where given, more layers.
    @Test(arguments: [
        (
            #"{ "name": "a", "kind": "convolutoin" }"#,
            "layer 'a' is of the unknown kind 'convolutoin'; did you mean 'convolution'?"
        ),
        (
            #"{ "name": "a", "kind": "multiplication", "inputs": ["conv", "conv", "conv"] }"#,
            "layer 'a' takes two inputs, but 3 are given"
        ),
        (#"{ "name": "a", "alias": "conv", "kind": "relu" }"#, "two layers are called 'conv'"),
        (#"{ "name": "a", "alias": 3, "kind": "relu" }"#, "setting 'alias' of layer 'a' is not a name"),
        (#"{ "name": "a", "kind": "relu", "limit": 0 }"#, "setting 'limit' of layer 'a' is not a number above 0"),
        (
            #"{ "name": "a", "kind": "clip", "min": 1, "max": 1 }"#,
            "setting 'max' of layer 'a' is not a number above 'min'"
        ),
        (
            #"{ "name": "a", "kind": "max_pooling", "kernel": 2, "padding": [0, 0, 2, 0] }"#,
            "setting 'padding' of layer 'a' is not smaller than the kernel"
        ),
        (
            #"{ "name": "a", "kind": "zero_padding", "padding": [0, 0, -1, 0] }"#,
            "setting 'padding' of layer 'a' is not a list of whole numbers in 0...1048576"
        ),
        (#"{ "name": "a", "kind": "relu", "slope": 2 }"#, "layer 'a' has no setting 'slope'"),
        (
            #"{ "name": "a", "kind": "convolution", "in_channels": 8, "out_channels": 4, "kernal": 3 }"#,
            "layer 'a' has no setting 'kernal'; did you mean 'kernel'?"
        ),
        (
            #"{ "name": "a", "kind": "convolution", "in_channels": 8, "out_channels": 4 }"#,
            "layer 'a' lacks the setting 'kernel'"
        ),
        (
            #"{ "name": "a", "kind": "convolution", "in_channels": 8, "out_channels": 4, "kernel": 0 }"#,
            "setting 'kernel' of layer 'a' is not a whole number in 1...1048576"
        ),
        (
            #"{ "name": "a", "kind": "convolution", "in_channels": 9, "out_channels": 4, "kernel": 1 }"#,
            "layer 'a' takes [9, height, width], but its input has shape [8, 6, 6]"
        ),
        (
            #"{ "name": "a", "kind": "max_pooling", "kernel": 9 }"#,
            "nothing is left of an input of shape [8, 6, 6] after layer 'a'"
        ),
        (#"{ "name": "conv", "kind": "relu" }"#, "two layers are called 'conv'"),
        (
            #"{ "name": "a", "kind": "relu", "inputs": ["cnov"] }"#,
            "layer 'a' takes its input from 'cnov', which is no earlier layer; did you mean 'conv'?"
        ),
        (
            #"{ "name": "a", "kind": "addition", "inputs": ["conv"] }"#,
            "layer 'a' takes two inputs or more, but 1 are given"
        ),
        (
            #"{ "name": "a", "kind": "addition", "inputs": ["conv", "input"] }"#,
            "the inputs of layer 'a' do not fit together: [8, 6, 6], [1, 8, 8]"
        ),
        (
            #"{ "name": "a", "kind": "dropout", "p": 1 }"#, "setting 'p' of layer 'a' is not a number in 0..<1"
        ),
    ]) func `a mistake in a network file is named`(layer: String, what: String) throws {
        let text = """
            { "name": "x", "input": [1, 8, 8], "layers": [
              { "name": "conv", "kind": "convolution", "in_channels": 1, "out_channels": 8, "kernel": 3 }, \(layer) ] }
            """
        let json = try JSONDocument(parsing: text).root
        let error = #expect(throws: NetworkError.self) { try Network(json: json) }
        #expect(error?.what == what)
        #expect(error?.fix.isEmpty == false)
    }

    @Test func `every kind of layer is compared with PyTorch`() throws {
        let compared = try GoldenNetwork.names.flatMap { name in
            try GoldenNetwork(name).network.nodes.map { type(of: $0.layer).kind }
        }
        #expect(Set(compared) == Set(LayerKinds.all.map { $0.kind }))
    }

    @Test func `layers are found by pattern, in network order`() throws {
        let network = Architecture.named("cifar10-cnn")!.network
        #expect(try network.indices(matching: "block?.0").map { network.nodes[$0].name } == ["block1.0", "block2.0"])
        #expect(try network.indices(matching: "*").count == network.nodes.count)
        #expect(try network.indices(matching: "fc_layers.*").count == 7)
        let error = #expect(throws: NetworkError.self) { try network.indices(matching: "block1.O") }
        #expect(error?.what == "the network has no layer 'block1.O'; did you mean 'block1.0'?")
    }
}
