import Foundation
import Testing

/// Networks, weights, layers and shapes that do not go together.
@Suite struct BadModelTests {
    private static let shapes = """
        "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 40 } }
        """
    private static let net = """
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn" } }
        """
    private static let loaded = """
        "net": { "stage": "model.load", "parameters": { "architecture": "tiny.json", "weights": "w.safetensors" } }
        """

    /// A network of six weights: one convolution of two filters, and two outputs.
    private static let tiny = """
        {
          "name": "tiny", "input": [3, 1, 1],
          "layers": [
            { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 2, "kernel": 1, "bias": false },
            { "name": "flatten", "kind": "flatten" }
          ]
        }
        """

    /// A safetensors file with one tensor, made by hand.
    private static func safetensors(_ name: String, shape: [Int], _ values: [Float]) -> [UInt8] {
        let header = Array(
            "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,\(values.count * 4)]}}".utf8)
        let padded = header + [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: number.littleEndian, Array.init)
        }
        return littleEndian(UInt64(padded.count)) + padded + values.flatMap { littleEndian($0.bitPattern) }
    }

    private static func weights(_ bytes: [UInt8]) -> @Sendable (Workspace) throws -> Void {
        { workspace in
            try workspace.write(tiny, to: "tiny.json")
            try workspace.write(bytes, to: "w.safetensors")
        }
    }

    private static let intact = safetensors("conv.weight", shape: [2, 3, 1, 1], [1, 2, 3, 4, 5, 6])

    static let files = [
        // Only reading all of it can tell.
        BadInput(
            "NaN among the weights", loaded,
            message: """
                bad.json: stages.net ('model.load'): w.safetensors: 'conv.weight' holds NaN or infinite numbers
                  fix: train again, or load another file
                  once that is mended, go on with: convscope run bad.json
                """, prepare: weights(safetensors("conv.weight", shape: [2, 3, 1, 1], [1, 2, .nan, 4, 5, 6]))),
        BadInput(
            "weights without a network",
            #""net": { "stage": "model.load", "parameters": { "weights": "w.safetensors" } }"#,
            message: """
                bad.json:2:49: stages.net.parameters.weights: w.safetensors: holds weights and no network
                  fix: add "architecture": a name that 'convscope models' lists, or the path of a network file
                """, prepare: weights(intact)),
        BadInput(
            "random weights without a network", #""net": { "stage": "model.load" }"#,
            message: """
                bad.json:2:1: stages.net.parameters.architecture: is required: random weights need a network
                  fix: add "architecture": a name that 'convscope models' lists, or the path of a network file
                """),
        BadInput(
            "new names where nothing is called otherwise",
            #""net": { "stage": "model.load", "parameters": { "weights": "w", "rename": { "a": "b" } } }"#,
            message: """
                bad.json:2:65: stages.net.parameters.rename: has no use where one file holds network and weights: their names agree
                  fix: remove it, or add "architecture"
                """
        ) { try $0.write("", to: "w") },
        BadInput(
            "weights cut off", loaded,
            message: """
                bad.json:2:78: stages.net.parameters.weights: w.safetensors: tensor 'conv.weight' claims bytes 0 to 24 of 19
                  fix: the file is damaged: write it again
                """, prepare: weights(Array(intact.dropLast(5)))),
        BadInput(
            "a text that calls itself weights", loaded,
            message: """
                bad.json:2:78: stages.net.parameters.weights: w.safetensors: is no kind of weight file that is read (PyTorch, safetensors, Keras, ONNX)
                  fix: save the weights as safetensors, or with torch.save(model.state_dict(), path)
                """, prepare: weights(Array("hello".utf8))),
        BadInput(
            "a header of an exabyte", loaded,
            message: """
                bad.json:2:78: stages.net.parameters.weights: w.safetensors: claims a header of 1152921504606846976 bytes, but has 10 bytes in all
                  fix: this is no safetensors file, or it is cut off
                """, prepare: weights([0, 0, 0, 0, 0, 0, 0, 0x10, 0x7B, 0x7D])),
        BadInput(
            "weights of another shape", loaded,
            message: """
                bad.json:2:78: stages.net.parameters.weights: w.safetensors: 'conv.weight' has shape [3, 2, 1, 1], but the network needs [2, 3, 1, 1]
                  fix: use weights that were saved from this architecture
                """, prepare: weights(safetensors("conv.weight", shape: [3, 2, 1, 1], [1, 2, 3, 4, 5, 6]))),
        BadInput(
            "weights of another network, and a rule for none of them",
            """
            "net": { "stage": "model.load", "parameters": {
              "architecture": "tiny.json", "rename": { "fc.*": "conv.*" }, "weights": "w.safetensors" } }
            """,
            message: """
                bad.json:3:32: stages.net.parameters.rename: no tensor of the file is called 'fc.*'
                  fix: remove it, or take a name that 'convscope inspect' lists
                bad.json:3:64: stages.net.parameters.weights: w.safetensors: none of its tensors (stem.0.filters) is one of the network's parameters (conv.weight)
                  fix: choose the architecture that the weights were saved from, or map names with 'rename'
                """, prepare: weights(safetensors("stem.0.filters", shape: [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]))),
        BadInput(
            "more names of classes than the network has classes",
            """
            "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "classes": "names.txt" } }
            """,
            message: """
                bad.json:2:80: stages.net.parameters.classes: 'names.txt' names 3 classes, but the network has 10 outputs
                  fix: use the list that the network was trained with, or write "class_count": 3 if it was for these
                """
        ) { try $0.write("cat\ndog\neel\n", to: "names.txt") },
        BadInput(
            "a number of classes for a whole model",
            #""net": { "stage": "model.load", "parameters": { "weights": "w", "class_count": 3 } }"#,
            message: """
                bad.json:2:65: stages.net.parameters.class_count: has no use where one file holds network and weights: it has its classes
                  fix: remove it, or add "architecture"
                """
        ) { try $0.write("", to: "w") },
        BadInput(
            "no file of weights", loaded,
            message: """
                bad.json:2:78: stages.net.parameters.weights: there is no file 'w.safetensors'; did you mean 'v.safetensors'?
                  fix: correct the path; relative paths start at <folder>
                """,
            prepare: {
                try $0.write(tiny, to: "tiny.json")
                try $0.write(intact, to: "v.safetensors")
            }),
        BadInput(
            "no such architecture",
            """
            "net": { "stage": "model.load", "parameters": { "architecture": "vgg_16" } }
            """,
            message: """
                bad.json:2:49: stages.net.parameters.architecture: there is no architecture 'vgg_16'; did you mean 'vgg16'?
                  fix: write one of cifar10-cnn, mnist-cnn, alexnet, vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, \
                vgg19, vgg19_bn, squeezenet1_0, squeezenet1_1, resnet18, resnet34, resnet50, resnet101, resnet152, \
                googlenet, inception_v3, densenet121, mobilenet_v2, or the path of a network file (.json), or remove the key
                """),
    ]

    static let connections = [
        BadInput(
            "layers and filters that do not exist",
            """
            \(shapes), \(net),
            "extract": { "stage": "activations.extract", "inputs": { "model": "net", "dataset": "shapes" }, "parameters": { "layers": ["block1.7", "conv*"] } },
            "rank": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "block2.00", "filter": 0 } },
            "rank2": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "block2.0", "filter": 32 } },
            "rank3": { "stage": "circuit.rank", "inputs": { "model": "net" }, "parameters": { "layer": "block2.2", "filter": 0 } },
            "show": { "stage": "filters.show", "inputs": { "model": "net" }, "parameters": { "layers": ["block9.0"] } },
            "show2": { "stage": "filters.show", "inputs": { "model": "net" }, "parameters": { "layers": ["block1.2"] } },
            "dream": { "stage": "filters.maximize", "inputs": { "model": "net" }, "parameters": { "layer": "blok1.0" } },
            "dream2": { "stage": "filters.maximize", "inputs": { "model": "net" }, "parameters": { "layer": "block1.0", "filters": [0, 64] } },
            "dream3": { "stage": "filters.maximize", "inputs": { "model": "net" } },
            "maps": { "stage": "activations.maps", "inputs": { "model": "net", "dataset": "shapes" }, "parameters": { "samples": [40] } }
            """,
            message: """
                bad.json:3:124: stages.extract.parameters.layers[0]: the network has no layer 'block1.7'; did you mean 'block1.0'?
                  fix: the layers are block1.0, block1.1, block1.2, block1.3, block2.0, block2.1, block2.2, block2.3, flatten, fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6
                bad.json:3:136: stages.extract.parameters.layers[1]: no layer of the network matches 'conv*'
                  fix: the layers are block1.0, block1.1, block1.2, block1.3, block2.0, block2.1, block2.2, block2.3, flatten, fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6
                bad.json:4:82: stages.rank.parameters.layer: the network has no layer 'block2.00'; did you mean 'block2.0'?
                  fix: the layers are block1.0, block1.1, block1.2, block1.3, block2.0, block2.1, block2.2, block2.3, flatten, fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6
                bad.json:5:104: stages.rank2.parameters.filter: layer 'block2.0' has no filter 32; its 32 filters count from 0
                  fix: choose a filter in 0...31
                bad.json:6:83: stages.rank3.parameters.layer: layer 'block2.2' is of kind 'relu'; only convolutions have filters
                  fix: choose 'block2.0'
                bad.json:7:93: stages.show.parameters.layers[0]: the network has no layer 'block9.0'; did you mean 'block1.0'?
                  fix: the layers are block1.0, block1.1, block1.2, block1.3, block2.0, block2.1, block2.2, block2.3, flatten, fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6
                bad.json:8:83: stages.show2.parameters.layers: none of these layers has filters
                  fix: the convolutions are block1.0, block2.0
                bad.json:9:87: stages.dream.parameters.layer: the network has no layer 'blok1.0'; did you mean 'block1.0'?
                  fix: the layers are block1.0, block1.1, block1.2, block1.3, block2.0, block2.1, block2.2, block2.3, flatten, fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6
                bad.json:10:124: stages.dream2.parameters.filters[1]: 'block1.0' has no channel 64; its 64 channels count from 0
                  fix: choose channels in 0...63
                bad.json:11:1: stages.dream3: neither 'layer' nor the input 'units' says what to maximize
                  fix: add "layer" to the parameters, or connect 'units'
                bad.json:12:119: stages.maps.parameters.samples[0]: there is no image 40 among 40
                  fix: choose positions in 0...39
                """),
        BadInput(
            "layers that were not extracted, and reductions that cannot be",
            """
            \(shapes), \(net),
            "answers": { "stage": "activations.extract", "inputs": { "model": "net", "dataset": "shapes" }, "parameters": { "layers": ["fc_layers.*"] } },
            "a": { "stage": "reduce.tsne", "inputs": { "points": "answers" }, "parameters": { "layer": "fc_layers.9", "perplexity": 5 } },
            "b": { "stage": "reduce.tsne", "inputs": { "points": "answers" }, "parameters": { "perplexity": 5 } },
            "c": { "stage": "reduce.tsne", "inputs": { "points": "shapes" }, "parameters": { "layer": "fc_layers.4", "perplexity": 5 } },
            "d": { "stage": "reduce.pca", "inputs": { "points": "answers" }, "parameters": { "layer": "fc_layers.6", "dimensions": 50 } },
            "e": { "stage": "reduce.tsne", "inputs": { "points": "shapes" } }
            """,
            message: """
                bad.json:4:83: stages.a.parameters.layer: the activations hold no layer 'fc_layers.9'; did you mean 'fc_layers.0'?
                  fix: write one of fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6, or extract it too
                bad.json:5:67: stages.b.parameters.layer: the activations hold 7 layers
                  fix: name one with 'layer': fc_layers.0, fc_layers.1, fc_layers.2, fc_layers.3, fc_layers.4, fc_layers.5, fc_layers.6
                bad.json:6:82: stages.c.parameters.layer: images have no layers
                  fix: remove 'layer', or reduce activations instead
                bad.json:7:106: stages.d.parameters.dimensions: 50 components asked, but 40 samples of 10 features have at most 10
                  fix: ask for at most 10
                bad.json:8:1: stages.e.parameters.perplexity: 40 samples, but perplexity 30 needs at least 91
                  fix: lower 'perplexity' to 13, or feed more samples
                """),
        BadInput(
            "images that do not fit the network",
            """
            \(shapes), \(net),
            "gray": { "stage": "model.load", "parameters": { "architecture": "mnist-cnn" } },
            "run": { "stage": "model.run", "inputs": { "model": "gray", "dataset": "shapes" } },
            "train": { "stage": "model.train", "inputs": { "dataset": "shapes" }, "parameters": { "architecture": "mnist-cnn" } },
            "digits": { "stage": "dataset.load", "parameters": { "format": "mnist", "path": "digits" } },
            "extract": { "stage": "activations.extract", "inputs": { "model": "net", "dataset": "digits" } }
            """,
            message: """
                bad.json:4:61: stages.run.inputs.dataset: the network takes images of shape [1, 28, 28], not [3, 32, 32]
                  fix: resize and crop the images to 28×28 and make them gray
                bad.json:5:48: stages.train.inputs.dataset: the network takes images of shape [1, 28, 28], not [3, 32, 32]
                  fix: resize and crop the images to 28×28 and make them gray
                bad.json:7:74: stages.extract.inputs.dataset: the network takes images of shape [3, 32, 32], not [1, 8, 8]
                  fix: resize and crop the images to 32×32 and make them RGB
                """,
            prepare: {
                try $0.write(DataFiles.idxImages(6), to: "digits/train-images-idx3-ubyte")
                try $0.write(DataFiles.idxLabels(6), to: "digits/train-labels-idx1-ubyte")
            }),
    ]

    @Test(arguments: files) func `files of networks and weights that are wrong are refused`(input: BadInput) throws {
        try input.expectRefused()
    }

    @Test(arguments: connections) func `stages that do not fit each other are refused before any of them runs`(
        input: BadInput
    ) throws {
        try input.expectRefused()
    }
}
