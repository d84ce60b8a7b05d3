import Foundation
import Testing

/// Pipeline files, command lines and folders that are wrong.
@Suite struct BadPipelineTests {
    private static let shapes = """
        "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 8 } }
        """

    static let files = [
        BadInput(
            "not JSON", "{ \"stages\": {\n  \"a\": 'b' } }",
            message: """
                bad.json:2:8: not JSON: expected a value, found a single quote (JSON strings have double quotes)
                  fix: correct the text there
                """),
        BadInput(
            "an empty file", "",
            message: """
                bad.json:1:1: not JSON: expected a JSON value, found nothing
                  fix: correct the text there
                """),
        BadInput(
            "a cycle",
            """
            "a": { "stage": "reduce.pca", "inputs": { "points": "b" } },
            "b": { "stage": "reduce.pca", "inputs": { "points": "a" } }
            """,
            message: """
                bad.json:3:43: stages.b.inputs.points: the stages wait for each other: b → a → b
                  fix: remove one of these inputs
                """),
        BadInput(
            "unknown keys",
            """
            "shapes": { "stage": "dataset.load", "paramters": {}, "parameters": { "format": "shapes", "cuont": 3 } }
            """,
            message: """
                bad.json:2:38: stages.shapes.paramters: unknown key 'paramters'; did you mean 'parameters'?
                  fix: rename or remove it; the keys are description, inputs, matrix, parameters, resources, shards, stage
                bad.json:2:91: stages.shapes.parameters.cuont: 'dataset.load' has no parameter 'cuont'; did you mean 'count'?
                  fix: rename or remove it; the parameters are channels, classes, color, count, crop, format, images, labels, limit, longer_side, offset, on_error, path, resize, seed, shuffle, split, white
                """),
        BadInput(
            "wrong types",
            """
            "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": "many", "split": "trian" } },
            "look": { "stage": "dataset.explore", "inputs": { "dataset": 3 } }
            """,
            message: """
                bad.json:3:51: stages.look.inputs.dataset: expected the name of a stage, found the number 3
                  fix: write "stage" or "stage.output"
                bad.json:2:91: stages.shapes.parameters.split: 'trian' is not a choice; did you mean 'train'?
                  fix: write one of train, test; the default is "train"
                bad.json:2:74: stages.shapes.parameters.count: expected a whole number, found the string "many"
                  fix: write a whole number, or remove the key
                """),
        BadInput(
            "an unknown stage", "\"shapes\": { \"stage\": \"dataset.laod\" }",
            message: """
                bad.json:2:13: stages.shapes.stage: there is no stage 'dataset.laod'; did you mean 'dataset.load'?
                  fix: write one of activations.extract, activations.maps, activations.top, activations.units, attribution.deconvnet, attribution.grad-cam, attribution.guided-backprop, attribution.integrated-gradients, attribution.occlusion, attribution.saliency, circuit.evidence, circuit.expand, circuit.rank, dataset.explore, dataset.load, filters.maximize, filters.show, image.convolve, image.dream, image.style and 10 more; 'convscope stages' describes them
                """),
        BadInput(
            "an input of the wrong kind",
            """
            \(shapes),
            "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn" } },
            "map": { "stage": "reduce.tsne", "inputs": { "points": "net" } }
            """,
            message: """
                bad.json:4:46: stages.map.inputs.points: 'net' is of kind 'model', but 'points' takes dataset, activations or embedding
                  fix: name a stage that fits: shapes
                """),
    ]

    @Test(arguments: files) func `pipeline files that are wrong are refused`(input: BadInput) throws {
        try input.expectRefused()
    }

    static let places = [
        BadInput(
            "a run folder below a file", shapes, options: ["--runs", "file/runs"], status: 2,
            message: """
                the run folder cannot be written: cannot make the folder '<folder>/file/runs/bad': Not a directory
                  fix: choose another folder with --runs
                """, prepare: { try $0.write("", to: "file") }),
        BadInput(
            "a store below a file", shapes, options: ["--store", "file/store"], status: 2,
            message: """
                the store cannot be used: cannot list '<folder>/file/store': Not a directory
                  fix: choose another folder with --store
                """, prepare: { try $0.write("", to: "file") }),
        BadInput(
            "a store that is a file", shapes, options: ["--store", "file"], status: 2,
            message: """
                the store cannot be used: cannot list '<folder>/file': Not a directory
                  fix: choose another folder with --store
                """, prepare: { try $0.write("", to: "file") }),
        BadInput(
            "a store that is a folder of something else", shapes, options: ["--store", "photographs"], status: 2,
            message: """
                '<folder>/photographs' is not a store of this version: its format is 'unknown', expected 'convscope-store 1'
                  fix: choose another folder with --store, or move this one away
                """, prepare: { try $0.write("", to: "photographs/summer.jpg") }),
    ]

    @Test(arguments: places) func `folders that cannot be written are refused`(input: BadInput) throws {
        try input.expectRefused()
    }

    @Test(.enabled(if: geteuid() != 0, "for root every folder is writable"))
    func `a folder without permission to write is refused`() throws {
        try BadInput(
            "no permission", Self.shapes, options: ["--runs", "closed/runs"], status: 1,
            message: """
                the run folder cannot be written: cannot make the folder '<folder>/closed/runs/bad': Permission denied
                  fix: make it writable, or choose another with --runs
                """
        ) { workspace in
            try FileManager.default.createDirectory(
                atPath: workspace.path("closed"), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o555])
        }.expectRefused()
    }

    static let commandLines = [
        BadInput(
            "an unknown option", shapes, options: ["--sett", "x=1"], status: 2,
            message: """
                Error: Unknown option '--sett'. Did you mean '--set'?
                Usage: convscope run [<options>] <file>
                  See 'convscope run --help' for more information.
                """),
        BadInput(
            "a setting without a value", shapes, options: ["--set", "x"], status: 2,
            message: """
                --set x: expected a path, '=' and a value
                  fix: write --set stages.map.parameters.perplexity=50
                """),
        BadInput(
            "a setting without a path", shapes, options: ["--set", "=1"], status: 2,
            message: """
                --set =1: expected a path, '=' and a value
                  fix: write --set stages.map.parameters.perplexity=50
                """),
        BadInput(
            "memory without a unit", shapes, options: ["--memory", "100"], status: 2,
            message: """
                Error: --memory: expected an amount of memory, found '100', which has no unit
                  fix: write 16GB or 500MB
                Usage: convscope run [<options>] <file>
                  See 'convscope run --help' for more information.
                """),
        BadInput(
            "no memory", shapes, options: ["--memory", "0GB"], status: 2,
            message: """
                Error: --memory: expected an amount of memory, found '0GB', which is nothing
                  fix: write 16GB or 500MB
                Usage: convscope run [<options>] <file>
                  See 'convscope run --help' for more information.
                """),
        BadInput(
            "more memory than there can be", shapes, options: ["--memory", "99999999TB"], status: 2,
            message: """
                Error: --memory: expected an amount of memory, found '99999999TB', which is more than any machine has
                  fix: write 16GB or 500MB
                Usage: convscope run [<options>] <file>
                  See 'convscope run --help' for more information.
                """),
        BadInput(
            "no such stage to force", shapes, options: ["--force", "shaeps"], status: 2,
            message: """
                Error: --force shaeps: the pipeline has no stage 'shaeps'; did you mean 'shapes'?
                  fix: choose from shapes
                """),
    ]

    @Test(arguments: commandLines) func `a wrong command line ends with 2`(input: BadInput) throws {
        try input.expectRefused()
    }
}
