import ModelFormats
import NeuralNetwork
import TestSupport
import Tensors
import Testing

private let python = ReferencePython(importing: "torchvision, onnx, onnxruntime, onnxscript")

/// torchvision's networks through both of PyTorch's exporters, against ONNX Runtime (`onnx_network.py`).
@Suite(
    .enabled(if: python != nil, "CONVSCOPE_PYTHON does not name a Python with torchvision, onnx and onnxruntime"),
    .serialized)
struct ONNXArchitectureTests {
    @Test(
        arguments: Architecture.all.map(\.name).filter { !$0.hasSuffix("-cnn") }, ["torchscript", "dynamo"])
    func `exported networks compute the same and keep their names`(name: String, exporter: String) throws {
        let folder = try TemporaryFolder()
        try python!.run(["onnx_network.py", name, exporter, folder.path])
        let model = try ONNXFile(path: folder.path("network.onnx")).model().model()
        let expected = try SafetensorsFile(path: folder.path("values.safetensors"))
        let input = try expected.tensor("input")
        let last = model.network.nodes.count - 1

        var request = PlanRequest(batch: 2)
        request.activations = [last]
        let output = try NetworkRunner(model, request, threads: 2).activations(of: input)[last]!
        let reference = try expected.tensor("output")
        let difference = deviation(output, from: reference)
        #expect(difference.relativeNorm < 2e-5, "\(difference)")
        for sample in 0..<2 { #expect(Self.best(output.row(sample)) == Self.best(reference.row(sample))) }

        let known = Set(model.network.layerNames)
        let inner = expected.entries.map(\.name).filter {
            $0.hasPrefix("layer/") && known.contains(String($0.dropFirst(6)))
        }
        #expect(inner.count >= 5, "\(expected.entries.map(\.name)) of \(known.sorted())")
        for key in inner {
            let node = try model.network.index(of: String(key.dropFirst(6)))
            request.activations = [node]
            let activation = try NetworkRunner(model, request, threads: 2).activations(of: input)[node]!
            let difference = deviation(activation, from: try expected.tensor(key))
            #expect(difference.relativeNorm < 2e-5, "\(key): \(difference)")
        }
    }

    /// The five best classes, the best first.
    private static func best(_ scores: Tensor) -> [Int] {
        let values = scores.scalars
        return Array(values.indices.sorted { values[$0] > values[$1] }.prefix(5))
    }
}
