import Testing

/// One file with a mistake on nearly every line: all are told, each with its place, the nearest name and what to do.
@Suite struct EveryMistakeTests {
    private static let pipeline = #"""
        {
          "nmae": "x",
          "name": "a b",
          "description": 3,
          "variables": { "n": 3 },
          "stages": {
            "train": { "stage": "dataset.load", "paramters": {}, "parameters": { "format": "shaeps", "count": "many", "seed": -1 } },
            "train": { "stage": "dataset.load" },
            "test": { "stage": "dataset.laod" },
            "look": { "stage": "dataset.explore", "inputs": { "dataset": "trian" } },
            "map": { "stage": "reduce.tsne", "inputs": { "point": "train" }, "parameters": { "perplexity": 1e9, "iterations": "${m}" }, "resources": { "thraeds": 2, "memory": "8" }, "shards": 0 },
            "sweep": { "stage": "reduce.tsne", "inputs": { "points": "train.labels" }, "matrix": { "perplexity": [], "seed": 5, "sede": [1] } },
            "net": { "stage": "model.load", "parameters": { "architecture": 16 } },
            "turn": { "stage": "reduce.pca", "inputs": { "points": "round" } },
            "round": { "stage": "reduce.pca", "inputs": { "points": "turn" } },
            "-x": { "stage": "pca", "inputs": { "points": "train" } },
            "steps": { "stage": "dataset.load", "parameters": { "format": "shapes" }, "matrix": { "count": [8, "9", 0] } },
            "nothing": 5
          }
        }
        """#

    @Test func `28 mistakes in one file are told at once`() throws {
        let workspace = try Workspace()
        try workspace.write(Self.pipeline, to: "m.json")
        let outcome = try workspace.run(["check", "m.json"])
        #expect(outcome.status == 65)
        #expect(outcome.errors == Self.expected + "\n")
    }

    @Test func `mistakes of included files name those files`() throws {
        let workspace = try Workspace()
        try workspace.write(
            #"{"include": ["parts/base.json"], "stages": {"d": {"parameters": {"cuont": 8}}}}"#, to: "m.json")
        try workspace.write(
            """
            {
              "stages": { "d": { "stage": "dataset.load", "parameters": { "format": "shaeps", "seed": -1, "seed": 1 } } }
            }
            """, to: "parts/base.json")
        #expect(
            try workspace.run(["check", "m.json"]).errors == """
                parts/base.json:2:95: stages.d.parameters.seed: the key is already there, in line 2, column 83
                  fix: remove one of the two
                m.json:1:66: stages.d.parameters.cuont: 'dataset.load' has no parameter 'cuont'; did you mean 'count'?
                  fix: rename or remove it; the parameters are channels, classes, color, count, crop, format, images, labels, limit, longer_side, offset, on_error, path, resize, seed, shuffle, split, white
                parts/base.json:2:63: stages.d.parameters.format: 'shaeps' is not a format; did you mean 'shapes'?
                  fix: write one of shapes, mnist, fashion-mnist, kmnist, cifar10, cifar100, cifar100-superclasses, image-folder, arrays, npy, hdf5

                """)
    }

    @Test func `all files that cannot be included are told at once`() throws {
        let workspace = try Workspace()
        try workspace.write(
            #"{"include": ["bsae.json", "bad.json", "m.json"], "stages": {"d": {"stage": "x"}}}"#, to: "m.json")
        try workspace.write("{", to: "bad.json")
        try workspace.write("{}", to: "base.json")
        #expect(
            try workspace.run(["check", "m.json"]).errors == """
                m.json:1:14: include[0]: there is no file 'bsae.json'; did you mean 'base.json'?
                  fix: correct the path; it starts at the folder of m.json
                bad.json:1:2: not JSON: expected a key in double quotes, found the end of the text
                  fix: correct the text there
                m.json:1:39: include[2]: the files include each other
                  fix: remove 'm.json'

                """)
    }

    private static let expected = """
        m.json:8:5: stages.train: the key is already there, in line 7, column 5
          fix: remove one of the two
        m.json:11:105: stages.map.parameters.iterations: there is no variable 'm'
          fix: correct the name or add it to "variables"; the variables are n
        m.json:2:3: nmae: unknown key 'nmae'; did you mean 'name'?
          fix: rename or remove it; the keys are $schema, description, include, name, stages, variables
        m.json:4:3: description: expected a string, found the number 3
          fix: write a string in double quotes
        m.json:3:3: name: 'a b' cannot name a folder
          fix: use letters, digits, '.', '_' and '-', and neither '.' nor '-' at the start
        m.json:7:41: stages.train.paramters: unknown key 'paramters'; did you mean 'parameters'?
          fix: rename or remove it; the keys are description, inputs, matrix, parameters, resources, shards, stage
        m.json:9:15: stages.test.stage: there is no stage 'dataset.laod'; did you mean 'dataset.load'?
          fix: write one of activations.extract, activations.maps, activations.top, activations.units, attribution.deconvnet, attribution.grad-cam, attribution.guided-backprop, attribution.integrated-gradients, attribution.occlusion, attribution.saliency, circuit.evidence, circuit.expand, circuit.rank, dataset.explore, dataset.load, filters.maximize, filters.show, image.convolve, image.dream, image.style and 10 more; 'convscope stages' describes them
        m.json:11:144: stages.map.resources.thraeds: unknown key 'thraeds'; did you mean 'threads'?
          fix: rename or remove it; the keys are memory, partition, threads, time
        m.json:11:158: stages.map.resources.memory: expected an amount of memory, found the string "8", which has no unit
          fix: write "8GB"
        m.json:11:175: stages.map.shards: expected a whole number above 0, found the number 0
          fix: write 8, or remove it
        m.json:11:50: stages.map.inputs.point: 'reduce.tsne' has no input 'point'; did you mean 'points'?
          fix: rename or remove it; the inputs are points, others
        m.json:11:38: stages.map.inputs: 'reduce.tsne' needs the input 'points': Images (their pixels in [0, 1]), activations, or an embedding; several of the same samples stand side by side.
          fix: write "points": with the name of a stage that makes dataset, activations or embedding
        m.json:12:92: stages.sweep.matrix.perplexity: expected a list of values, found an empty list
          fix: write [5, 30, 50]
        m.json:12:110: stages.sweep.matrix.seed: expected a list of values, found the number 5
          fix: write [5, 30, 50]
        m.json:16:5: stages.-x: '-x' is no name for a stage
          fix: use letters, digits, '_' and '-', and no '-' at the start
        m.json:16:13: stages.-x.stage: there is no stage 'pca'; did you mean 'reduce.pca'?
          fix: write one of activations.extract, activations.maps, activations.top, activations.units, attribution.deconvnet, attribution.grad-cam, attribution.guided-backprop, attribution.integrated-gradients, attribution.occlusion, attribution.saliency, circuit.evidence, circuit.expand, circuit.rank, dataset.explore, dataset.load, filters.maximize, filters.show, image.convolve, image.dream, image.style and 10 more; 'convscope stages' describes them
        m.json:18:5: stages.nothing: expected an object, found the number 5
          fix: write { "stage": …, "inputs": { … } }
        m.json:10:55: stages.look.inputs.dataset: there is no stage 'trian'; did you mean 'train'?
          fix: choose from -x, map, net, nothing, round, steps, sweep, test, train, turn, or add it
        m.json:15:51: stages.round.inputs.points: the stages wait for each other: round → turn → round
          fix: remove one of these inputs
        m.json:7:74: stages.train.parameters.format: 'shaeps' is not a format; did you mean 'shapes'?
          fix: write one of shapes, mnist, fashion-mnist, kmnist, cifar10, cifar100, cifar100-superclasses, image-folder, arrays, npy, hdf5
        m.json:7:111: stages.train.parameters.seed: -1 is outside 0...
          fix: choose a value in that range, or remove the key to take the default 0
        m.json:7:94: stages.train.parameters.count: expected a whole number, found the string "many"
          fix: write a whole number, or remove the key
        m.json:11:86: stages.map.parameters.perplexity: 1000000000.0 is outside 1.0...1000.0
          fix: choose a value in that range, or remove the key to take the default 30.0
        m.json:12:52: stages.sweep.inputs.points: 'train' has no output 'labels'
          fix: the outputs of 'dataset.load' are dataset, summary
        m.json:12:121: stages.sweep.matrix.sede: 'reduce.tsne' has no parameter 'sede'; did you mean 'seed'?
          fix: rename or remove it; the parameters are dimensions, early_exaggeration, early_iterations, exaggeration, iterations, layer, layers, learning_rate, limit, metric, perplexity, pool, seed, snapshot_every
        m.json:13:53: stages.net.parameters.architecture: expected the name of an architecture or the path of a network file (.json), found the number 16
          fix: write the name of an architecture or the path of a network file (.json), or remove the key
        m.json:17:104: stages.steps.matrix.count[1]: expected a whole number, found the string "9"
          fix: write a whole number, or remove the key
        m.json:17:109: stages.steps.matrix.count[2]: 0 is outside 1...10000000
          fix: choose a value in that range, or remove the key
        """
}
