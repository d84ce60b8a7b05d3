import ArgumentParser
import ModelFormats
import Pipeline
import Storage

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Copy the weights of a file into a safetensors file.",
        discussion: """
            Reads \(WeightFileFormat.namesInWords) files; nothing in them is run. Names \
            and number types stay; optimizers' states and what else a checkpoint holds besides weights are left out. \
            Either the whole file is written or none.
            """)

    @Argument(help: "The file of weights.", completion: .file())
    var input: String

    @Argument(help: "The file to write; its name ends in .safetensors.", completion: .file(extensions: ["safetensors"]))
    var output: String

    @Flag(help: "Write all numbers as 32-bit floats.")
    var float32 = false

    @Flag(help: "Replace the file that is there.")
    var force = false

    func validate() throws {
        guard output.hasSuffix(".safetensors") else {
            throw ValidationError("'\(output)' does not end in .safetensors, the format that is written")
        }
    }

    func run() throws {
        guard force || !FileSystem.exists(output) else {
            throw CommandFailure(
                "Error: '\(output)' exists\n  fix: choose another name, or write over it with --force",
                code: ExitStatus.wrongCommandLine)
        }
        let file = try openWeightFile(input)
        guard FileSystem.isFolder(Paths.folder(of: Paths.absolute(output))) else {
            throw CommandFailure(
                "Error: there is no folder '\(Paths.folder(of: output))'\n  fix: make it, or correct the path",
                code: ExitStatus.wrongCommandLine)
        }
        try FileSystem.replace(output) { temporary in
            try SafetensorsFile.convert(file, asFloat32: float32, to: temporary)
        }
        print("\(output): \(Words.counted(file.weights.count, "tensor"))")
    }
}
