import Foundation
import TestSupport
import Testing

/// `inspect`, `convert` and `models` on files of weights and networks.
@Suite struct ModelFileCommandTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func golden(_ name: String) throws -> Data {
        try Data(contentsOf: RealData.packageRoot.appendingPathComponent("Tests/ModelFormatsTests/Golden/" + name))
    }

    @Test(arguments: ["zip.pth", "legacy.pth", "tar.pth", "checkpoint.ckpt"])
    func `a file is known by its content, whatever its name`(name: String) throws {
        try workspace.write(Self.golden(name), to: "a.h5")
        let outcome = try workspace.run(["inspect", "a.h5"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("float32"))
        #expect(try workspace.run(["convert", "a.h5", "b.safetensors"]).status == 0)
        try workspace.move("b.safetensors", to: "b.pth")
        let copy = try workspace.run(["inspect", "b.pth"])
        #expect(copy.output.hasPrefix("@format = pt\n"), "\(copy.output)\(copy.errors)")
    }

    @Test func `a Keras model shows its weights and its network, and converts`() throws {
        try workspace.write(Self.golden("graph.keras"), to: "a.zip")
        let shown = try workspace.run(["inspect", "a.zip"])
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains("branch_conv.weight"))
        #expect(shown.output.contains("batch_norm"))
        #expect(shown.output.contains(" parameters, input "))
        try workspace.write(Self.golden("graph.h5"), to: "a.h5")
        #expect(try workspace.run(["inspect", "a.h5"]).output.contains(" parameters, input "))
        #expect(try workspace.run(["convert", "a.h5", "b.safetensors"]).status == 0)
        #expect(try workspace.run(["inspect", "b.safetensors"]).output.contains("branch_conv.weight"))
    }

    @Test func `an ONNX model shows its weights and its network, and converts`() throws {
        try workspace.write(Self.golden("onnx/external.onnx"), to: "a.h5")
        let shown = try workspace.run(["inspect", "a.h5"])
        #expect(shown.output.hasPrefix("@producer = "), "\(shown.errors)")
        #expect(shown.output.contains("@external = weights/external.bin\n"))
        #expect(shown.output.contains(" parameters, input "))
        let refused = try workspace.run(["convert", "a.h5", "b.safetensors"])
        #expect(refused.status == 65)
        #expect(refused.errors.contains("the file 'weights/external.bin' with a part of the weights cannot be read"))
        try workspace.write(Self.golden("onnx/weights/external.bin"), to: "weights/external.bin")
        #expect(try workspace.run(["convert", "a.h5", "b.safetensors"]).status == 0)
    }

    @Test func `HDF5 that is nobody's model, and tensors that are not read, are shown`() throws {
        try workspace.write(Self.golden("unread_legacy.pth"), to: "a.pth")
        let shown = try workspace.run(["inspect", "a.pth"])
        #expect(shown.output.contains("complex    torch.ComplexFloatStorage  2×3"), "\(shown.output)\(shown.errors)")
        try workspace.write(Self.golden("weightless.h5"), to: "b.h5")
        #expect(try workspace.run(["inspect", "b.h5"]).output.contains("3 layers, 0 parameters, input 2×6×8"))
        #expect(try workspace.run(["convert", "b.h5", "b.safetensors"]).output == "b.safetensors: 0 tensors\n")
    }

    @Test func `what is no file of weights is refused by inspect and convert`() throws {
        try workspace.write("features.0.weight = 3\n", to: "a.pth")
        let inspected = try workspace.run(["inspect", "a.pth"])
        #expect(inspected.status == 65)
        #expect(
            inspected.errors == """
                a.pth: is no Keras, HDF5, NPY, NPZ, CIFAR, PyTorch, safetensors, IDX, PNG or JPEG, ONNX file, by its content
                  fix: if it was one, it is damaged or cut off: copy or write it again

                """)
        let converted = try workspace.run(["convert", "a.pth", "b.safetensors"])
        #expect(converted.status == 65)
        #expect(converted.errors.hasPrefix("a.pth: is no kind of weight file that is read"))
        #expect(try workspace.files(below: ".") == ["a.pth"])
    }

    @Test func `convert writes over a file only when told to`() throws {
        try workspace.write(Self.golden("zip.pth"), to: "a.pth")
        try workspace.write("mine", to: "b.safetensors")
        let refused = try workspace.run(["convert", "a.pth", "b.safetensors"])
        #expect(refused.status == 2)
        #expect(
            refused.errors == """
                Error: 'b.safetensors' exists
                  fix: choose another name, or write over it with --force

                """)
        #expect(try workspace.text("b.safetensors") == "mine")
        #expect(try workspace.run(["convert", "a.pth", "b.safetensors", "--force"]).status == 0)
        #expect(try workspace.run(["inspect", "b.safetensors"]).status == 0)
        for wrong in ["b.pth", "nowhere/b.safetensors"] {
            #expect(try workspace.run(["convert", "a.pth", wrong]).status == 2, "\(wrong)")
        }
        // Onto itself, too.
        #expect(try workspace.run(["convert", "b.safetensors", "b.safetensors", "--force", "--float32"]).status == 0)
        #expect(try workspace.files(below: ".") == ["a.pth", "b.safetensors"])
    }

    @Test func `a conversion that fails leaves what was there`() throws {
        try workspace.write(Self.golden("sparse.pth"), to: "a.pth")
        try workspace.write("mine", to: "b.safetensors")
        let outcome = try workspace.run(["convert", "a.pth", "b.safetensors", "--force"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("which is not read"))
        #expect(try workspace.text("b.safetensors") == "mine")
        #expect(try workspace.files(below: ".") == ["a.pth", "b.safetensors"])
    }

    @Test func `layers of every file that holds a network are listed`() throws {
        for (name, layer) in [
            ("graph.keras", "branch_conv "), ("graph.h5", "branch_conv "), ("onnx/torchscript.onnx", "layer1.0.conv1 "),
        ] {
            // What it is, its content says.
            try workspace.write(Self.golden(name), to: "a.json")
            let listed = try workspace.run(["layers", "a.json"])
            #expect(listed.status == 0, "\(name): \(listed.errors)")
            #expect(listed.output.contains("\n" + layer), "\(name): \(listed.output)")
            #expect(listed.output.contains(" parameters, input "))
        }
        try workspace.write(Self.golden("context.keras"), to: "open")
        #expect(try workspace.run(["layers", "open"]).errors.contains("leaves height or width open"))
        #expect(try workspace.run(["layers", "open", "--size", "9x7"]).output.contains(" parameters, input 3×9×7"))
        #expect(
            try workspace.run(["layers", "resnet18", "--size", "64"]).output.contains(" parameters, input 3×64×64"))
        #expect(try workspace.run(["layers", "resnet18", "--size", "64x"]).status == 2)
        try workspace.write(Self.golden("zip.pth"), to: "a.pth")
        let refused = try workspace.run(["layers", "a.pth"])
        #expect(refused.status == 65)
        #expect(
            refused.errors == """
                a.pth: holds weights in PyTorch's format and no network
                  fix: name their architecture, which 'convscope models' lists; 'convscope inspect' lists the weights

                """)
        let misspelled = try workspace.run(["layers", "b.pth"])
        #expect(misspelled.status == 2)
        #expect(
            misspelled.errors.hasPrefix("Error: there is no architecture and no file 'b.pth'; did you mean 'a.pth'?"))
    }

    @Test func `the network files of a folder are listed`() throws {
        let networks = try Workspace(withPipelines: ())
        let listed = try networks.run(["models"]).output
        #expect(listed.contains("Configs/networks/resnet20-cifar.json"))
        #expect(listed.contains("269,722"))
        try networks.write("{}", to: "Configs/networks/other.json")
        #expect(try networks.run(["models"]).output == listed)
        #expect(!(try workspace.run(["models"]).output.contains(".json")))
        #expect(
            try networks.run(["layers", "Configs/networks/resnet20-cifar.json"]).output.contains("identity_shortcut"))
    }
}
