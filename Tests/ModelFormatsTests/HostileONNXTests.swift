import ForeignFiles
import Foundation
import ModelFormats
import TestSupport
import Tensors
import Testing

/// Models that lie or ask for what we lack. Each must be refused by name, at once and without memory for what it
/// claims.
@Suite struct HostileONNXTests {
    private static let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden/onnx")

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
    }

    private func open(_ bytes: [UInt8], folder: String? = nil) throws -> ONNXFile {
        try ONNXFile(MappedFile(bytes: bytes, path: "file.onnx").bytes, folder: folder)
    }

    /// Lists a file, converts it and reads all of it; whatever is wrong must come as an error.
    private func readAll(_ bytes: [UInt8]) {
        guard let file = try? open(bytes, folder: Self.folder.path) else { return }
        for entry in file.weights { _ = try? file.tensor(entry.name) }
        _ = try? file.model().model()
    }

    /// What is wrong with a model that cannot be converted.
    private func problem(_ bytes: [UInt8]) throws -> String {
        let file = try open(bytes)
        let error = #expect(throws: ModelFileError.self) { try file.model() }
        return error?.what ?? ""
    }

    @Test func `a file cut off anywhere is refused`() throws {
        let whole = try bytes("shapes.onnx")
        for length in 0..<whole.count {
            // What is cut between two fields is whole in itself: then the weights or the version are missing.
            let file = try? open(Array(whole[..<length]))
            #expect((try? file?.model().model()) == nil, "\(length) bytes")
        }
    }

    @Test(arguments: ["shapes.onnx", "activations.onnx", "old.onnx", "types.onnx", "external.onnx"])
    func `no changed byte ends the program`(name: String) throws {
        let whole = try bytes(name)
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= [0x01, 0x80, 0xFF][position % 3]
            readAll(damaged)
        }
    }

    @Test func `a tensor claims no more than it has`() throws {
        for (shape, raw, words) in [
            ([1 << 60], [UInt8](repeating: 0, count: 8), "tensor 'w' claims the shape [1152921504606846976]"),
            ([1 << 32, 1 << 32], [], "tensor 'w' claims the shape [4294967296, 4294967296]"),
            ([-4], [], "tensor 'w' claims the shape [-4]"),
            ([1 << 40, 1 << 40, 0], [], "tensor 'w' claims the shape [1099511627776, 1099511627776, 0]"),
            ([3], [UInt8](repeating: 0, count: 8), "tensor 'w' claims the shape [3] but has 8 bytes"),
            ([Int](repeating: 1, count: 9), [], "a tensor has too many axes"),
        ] as [([Int], [UInt8], String)] {
            let error = #expect(throws: ForeignFileError.self) {
                try open(ONNXBytes.model(ONNXBytes.tensor("w", shape, raw: raw)))
            }
            #expect(error?.what == words)
        }
        let listed = ONNXBytes.model(ONNXBytes.tensor("w", [1 << 40], ProtobufBytes.field(4, [0, 0, 0, 0])))
        let error = #expect(throws: ForeignFileError.self) { try open(listed) }
        #expect(error?.what.hasPrefix("tensor 'w' claims the shape [1099511627776], more than its") == true)
        let short = try open(ONNXBytes.model(ONNXBytes.tensor("w", [2], ProtobufBytes.field(4, [0, 0, 0, 0]))))
        #expect(throws: ModelFileError.self) { try short.tensor("w") }
    }

    @Test func `a small file cannot stand for any number of nodes`() throws {
        let nodes = [[UInt8]](repeating: [0x0A, 0], count: 1 << 20).flatMap(\.self)
        let error = #expect(throws: ForeignFileError.self) { try open(ONNXBytes.model(nodes)) }
        #expect(error?.what == "the file holds more nodes and names than a file of its size can have")
        let names = (0..<1000).map { _ in ProtobufBytes.field(1, [UInt8](repeating: 0x0A, count: 2048)) }
        readAll(ONNXBytes.model(names.flatMap(\.self)))
    }

    @Test func `layers that share a tensor cannot multiply it without end`() throws {
        // 3,000 layers over one matrix of 64 × 64 would take fifty megabytes.
        var graph = ONNXBytes.input("x", [1, 1, 8, 8]) + ONNXBytes.tensor("w", [64, 64]) + ONNXBytes.output("v3000")
        graph += ONNXBytes.node("Flatten", ["x"], "v0")
        for index in 1...3000 { graph += ONNXBytes.node("MatMul", ["v\(index - 1)", "w"], "v\(index)") }
        #expect(try problem(ONNXBytes.model(graph)).contains("its layers have 12288000 parameters"))
    }

    @Test func `a graph in a circle is refused`() throws {
        let circle = ONNXBytes.model(
            ONNXBytes.input(), ONNXBytes.node("Add", ["x", "b"], "a"), ONNXBytes.node("Relu", ["a"], "b"),
            ONNXBytes.output("b"))
        let words = try problem(circle)
        #expect(words.contains("Add (output 'a'): it reads 'b', which no node before it makes"))
    }

    @Test func `sizes without end are refused`() throws {
        let pool = { (numbers: [Int]) in
            ONNXBytes.model(
                ONNXBytes.input(),
                ONNXBytes.node("MaxPool", ["x"], "y", ONNXBytes.integers("kernel_shape", numbers)),
                ONNXBytes.output("y"))
        }
        #expect(try problem(pool([1 << 62, 1 << 62])).contains("'kernel_shape' is [4611686018427387904, 46116"))
        #expect(try problem(pool([-1, 2])).contains("'kernel_shape' is [-1, 2]"))
        #expect(try problem(pool([Int](repeating: 1, count: 17))).contains("more than 16 numbers"))
        #expect(try problem(pool([9, 9])).contains("its output would have the shape [3, 0, 0]"))
        for shape in [[1, 3, 1 << 60, 1], [1 << 60, 3, 8, 8]] {
            let model = ONNXBytes.model(
                ONNXBytes.input("x", shape), ONNXBytes.node("Relu", ["x"], "y"), ONNXBytes.output("y"))
            #expect(try problem(model).contains("its input 'x' has the shape"))
        }
        // Each node doubles the channels.
        var doubling = ONNXBytes.input("v0")
        for index in 1...80 {
            doubling += ONNXBytes.node(
                "Concat", ["v\(index - 1)", "v\(index - 1)"], "v\(index)",
                ProtobufBytes.field(5, ProtobufBytes.field(1, "axis") + ProtobufBytes.field(3, 1)))
        }
        #expect(
            try problem(ONNXBytes.model(doubling, ONNXBytes.output("v80"))).contains("its output would have the shape"))
    }

    @Test func `every node that we lack is named, at once`() throws {
        let model = ONNXBytes.model(
            ONNXBytes.input(), ONNXBytes.node("Resize", ["x"], "big"), ONNXBytes.node("Relu", ["big"], "r"),
            ONNXBytes.node("Einsum", ["r"], "e"), ONNXBytes.node("Loop", ["unused"], "l"), ONNXBytes.output("e"))
        let words = try problem(model)
        #expect(
            words == """
                2 nodes cannot be read:
                  - Resize (output 'big'): there is no layer for this operator
                  - Einsum (output 'e'): there is no layer for this operator
                """)
    }

    @Test(
        arguments: [
            ("../secret.bin", "is said to be in '../secret.bin', outside of the model's folder"),
            ("/etc/passwd", "is said to be in '/etc/passwd', outside of the model's folder"),
            ("a/../../secret.bin", "outside of the model's folder"),
        ])
    func `external data lies in the model's folder`(location: String, words: String) throws {
        let error = #expect(throws: ForeignFileError.self) { try open(external(location)) }
        #expect(error?.what.contains(words) == true)
    }

    @Test func `no link leads external data out of the model's folder`() throws {
        let outside = try TemporaryFolder()
        let inside = try TemporaryFolder()
        let secret = outside.path + "/secret.bin"
        try Data(repeating: 1, count: 8).write(to: URL(fileURLWithPath: secret))
        try FileManager.default.createSymbolicLink(atPath: inside.path + "/link.bin", withDestinationPath: secret)
        try Data(repeating: 0, count: 8).write(to: URL(fileURLWithPath: inside.path + "/own.bin"))
        #expect(try open(external("own.bin"), folder: inside.path).tensor("w").scalars == [0, 0])
        let link = #expect(throws: ModelFileError.self) {
            try open(external("link.bin"), folder: inside.path).tensor("w")
        }
        #expect(link?.what.contains("'link.bin' is a link that leads out of the model's folder") == true)
        let missing = #expect(throws: ModelFileError.self) {
            try open(external("none.bin"), folder: inside.path).tensor("w")
        }
        #expect(missing?.what.contains("the file 'none.bin' with a part of the weights cannot be read") == true)
        let huge = try open(external("own.bin", shape: [1 << 46]), folder: inside.path)
        #expect(throws: ModelFileError.self) { try huge.tensor("w") }
    }

    private func external(_ location: String, shape: [Int] = [2]) -> [UInt8] {
        let entry = ProtobufBytes.field(13, ProtobufBytes.field(1, "location") + ProtobufBytes.field(2, location))
        return ONNXBytes.model(ONNXBytes.tensor("w", shape, raw: [], entry + ProtobufBytes.field(14, 1)))
    }
}
