/// What exporters write around a reshape: sizes taken from a value, picked and joined.
extension ONNXOperators {
    @Sendable static func constant(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let name = call.node.outputs.first ?? ""
        if call.node.attributes["value_int"] != nil {
            return .constant(
                ONNXConstant(name: name, shape: [], integers: [try call.integer("value_int", default: 0)]))
        }
        if let integers = try call.integers("value_ints") {
            return .constant(ONNXConstant(name: name, shape: [integers.count], integers: integers))
        }
        if call.node.attributes["value_float"] != nil {
            return .constant(
                try ONNXConstant(name: name, repeating: try call.number("value_float", default: 0), count: 1)
                    .reshaped(to: []))
        }
        // Tensors are constants from the beginning on; what is left are texts, lists of floats and sparse tensors.
        guard case .constant(let constant) = conversion.value(name) else {
            throw ONNXProblem("its value is no tensor of numbers")
        }
        return .constant(constant)
    }

    @Sendable static func shape(_ call: ONNXCall, _ conversion: inout ONNXConversion) throws(ONNXProblem) -> ONNXValue {
        let shape =
            switch try call.value(0) {
            case .constant(let constant): constant.shape
            case .activation(let input): input.shape(batch: conversion.batch)
            case .unknown: [Int]()
            }
        let start = clamped(try call.integer("start", default: 0), shape.count)
        let end = clamped(try call.integer("end", default: shape.count), shape.count)
        return numbers(Array(shape[start..<max(start, end)]), call)
    }

    /// The same numbers as another type: ours have but one.
    @Sendable static func cast(_ call: ONNXCall, _ conversion: inout ONNXConversion) throws(ONNXProblem) -> ONNXValue {
        let target = try call.integer("to", default: 0)
        guard case .activation = try call.value(0), ![1, 10, 11, 16].contains(target) else { return try call.value(0) }
        throw ONNXProblem("it makes whole numbers of values")
    }

    @Sendable static func gather(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let data = try list(call)
        let picked = try call.constant(1)
        guard picked.shape.count <= 1, [0, -1].contains(try call.integer("axis", default: 0)) else {
            throw ONNXProblem("only numbers of a shape are picked")
        }
        var result: [Int] = []
        for index in try call.integers(1) { result.append(data[try axis(index, of: data.count)]) }
        guard picked.shape.isEmpty else { return numbers(result, call) }
        return .constant(ONNXConstant(name: call.node.outputs[0], shape: [], integers: result))
    }

    @Sendable static func slice(_ call: ONNXCall, _ conversion: inout ONNXConversion) throws(ONNXProblem) -> ONNXValue {
        let data = try list(call)
        let isOld = call.opset < 10
        let starts = try isOld ? call.integers("starts") ?? [] : call.integers(1)
        let ends = try isOld ? call.integers("ends") ?? [] : call.integers(2)
        let steps = try !isOld && call.hasInput(4) ? call.integers(4) : [1]
        guard starts.count == 1, ends.count == 1, steps == [1] else {
            throw ONNXProblem("only parts of a shape are cut")
        }
        let (start, end) = (clamped(starts[0], data.count), clamped(ends[0], data.count))
        return numbers(Array(data[start..<max(start, end)]), call)
    }

    private static func list(_ call: ONNXCall) throws(ONNXProblem) -> [Int] {
        guard case .constant(let constant) = try call.value(0), constant.shape.count == 1,
            let integers = constant.integers
        else { throw ONNXProblem("it picks from values: only the numbers of a shape are picked") }
        return integers
    }

    /// A bound of a slice, counted from the start.
    private static func clamped(_ bound: Int, _ count: Int) -> Int {
        min(max(bound < 0 ? bound + count : bound, 0), count)
    }

    private static func numbers(_ numbers: [Int], _ call: ONNXCall) -> ONNXValue {
        .constant(ONNXConstant(name: call.node.outputs[0], shape: [numbers.count], integers: numbers))
    }
}
