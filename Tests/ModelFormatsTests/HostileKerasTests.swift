import JSONValues
import ModelFormats
import NeuralNetwork
import Testing

/// Configurations of Keras models that lie.
@Suite struct HostileKerasTests {
    private func problem(_ text: String) throws -> String? {
        let json = try JSONDocument(parsing: text).root
        return #expect(throws: ModelFileError.self) { try KerasFile.network(of: json, path: "file.h5") }?.what
    }

    /// A Sequential model over an input of `[height, width, channels]`.
    private func sequential(_ input: [Int], _ layers: String...) -> String {
        let head =
            #"{"class_name":"InputLayer","config":{"name":"in","batch_shape":[null,\#(input.map(String.init).joined(separator: ","))]}}"#
        return
            #"{"class_name":"Sequential","config":{"name":"s","layers":[\#(([head] + layers).joined(separator: ","))]}}"#
    }

    private func layer(_ kind: String, _ name: String, _ config: String) -> String {
        #"{"class_name":"\#(kind)","config":{"name":"\#(name)",\#(config)}}"#
    }

    @Test func `filters beyond any count are refused`() throws {
        let wide = layer("DepthwiseConv2D", "wide", #""kernel_size":1,"depth_multiplier":16384"#)
        let large = layer("Conv2D", "large", #""filters":1,"kernel_size":1048576,"padding":"same""#)
        #expect(try problem(sequential([1, 1, 65536], wide, large))?.contains("'large'") == true)
        #expect(try problem(sequential([1, 1, 65536], large))?.contains("layer 'large'") == true)
        let many = layer("Conv2D", "many", #""filters":1000000000,"kernel_size":3"#)
        #expect(try problem(sequential([8, 8, 3], many)) == "layer 'many' (Conv2D) has no whole number 'filters'")
        #expect(try problem(sequential([1 << 40, 1, 1], large))?.contains("the model's input has the shape") == true)
    }

    @Test func `layers in a circle and models within models are refused`() throws {
        func node(_ name: String, _ source: String) -> String {
            #"{"class_name":"ReLU","name":"\#(name)","config":{"name":"\#(name)"},"inbound_nodes":[[["\#(source)",0,0,{}]]]}"#
        }
        let circle =
            #"{"class_name":"Functional","config":{"layers":[\#(node("a", "b")),\#(node("b", "a"))],"output_layers":[["b",0,0]]}}"#
        #expect(try problem(circle) == "layer 'a' reads 'b', which is no layer before it")
        let itself =
            #"{"class_name":"Functional","config":{"layers":[\#(node("a", "a"))],"output_layers":[["a",0,0]]}}"#
        #expect(try problem(itself) == "layer 'a' reads 'a', which is no layer before it")
        var deep = sequential([8, 8, 3])
        for _ in 0..<20 { deep = #"{"class_name":"Sequential","config":{"layers":[\#(deep)]}}"# }
        #expect(try problem(deep) == "models within models, more than 16 deep")
    }

    @Test func `a configuration that is cut anywhere or of other types is refused`() throws {
        let whole = sequential([8, 8, 3], layer("Conv2D", "c", #""filters":2,"kernel_size":[3,3]"#))
        for length in 0..<whole.utf8.count {
            #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: Array(whole.utf8.prefix(length))) }
        }
        for wrong in ["null", "[]", "{}", #"{"class_name":7}"#, #"{"class_name":"Sequential","config":[]}"#] {
            #expect(try problem(wrong) != nil)
        }
    }
}
