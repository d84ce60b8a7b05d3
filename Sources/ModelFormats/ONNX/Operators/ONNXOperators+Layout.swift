import NeuralNetwork

extension ONNXOperators {
    @Sendable static func identity(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue { try call.value(0) }

    @Sendable static func flatten(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        let shape = input.shape(batch: conversion.batch)
        let first = try call.integer("axis", default: 1)
        let split = first == shape.count ? first : try axis(first, of: shape.count)
        return .activation(
            try reshape(
                input, to: [shape[..<split].reduce(1, *), shape[split...].reduce(1, *)], call, &conversion))
    }

    @Sendable static func reshape(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let wanted = try call.opset < 5 ? call.integers("shape") ?? [] : call.integers(1)
        let keepsZeros = try call.integer("allowzero", default: 0) == 0
        switch try call.value(0) {
        case .constant(let constant):
            let shape = try resolved(wanted, from: constant.shape, keepsZeros: keepsZeros)
            return .constant(try constant.reshaped(to: shape))
        case .activation(let input):
            let shape = try resolved(wanted, from: input.shape(batch: conversion.batch), keepsZeros: keepsZeros)
            return .activation(try reshape(input, to: shape, call, &conversion))
        case .unknown: return .unknown
        }
    }

    @Sendable static func squeeze(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let given = try call.axes(input: 1)
        func squeezed(_ shape: [Int], from first: Int) throws(ONNXProblem) -> [Int] {
            var axes = Set(shape.indices.filter { $0 >= first && shape[$0] == 1 })
            if let given {
                axes = []
                for number in given { axes.insert(try axis(number, of: shape.count)) }
            }
            guard axes.allSatisfy({ shape[$0] == 1 }) else {
                throw ONNXProblem("axes \(given ?? []) of \(shape) are not 1")
            }
            return shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        }
        switch try call.value(0) {
        case .constant(let constant):
            return .constant(try constant.reshaped(to: try squeezed(constant.shape, from: 0)))
        case .activation(let input):
            let shape = try squeezed(input.shape(batch: conversion.batch), from: 1)
            return .activation(try reshape(input, to: shape, call, &conversion))
        case .unknown: return .unknown
        }
    }

    @Sendable static func unsqueeze(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let given = try call.axes(input: 1) ?? []
        func unsqueezed(_ shape: [Int]) throws(ONNXProblem) -> [Int] {
            let rank = shape.count + given.count
            guard rank <= ONNXTensor.largestRank else { throw ONNXProblem("its output would have \(rank) axes") }
            var axes: Set<Int> = []
            for number in given { axes.insert(try axis(number, of: rank)) }
            guard axes.count == given.count else { throw ONNXProblem("'axes' is \(given)") }
            var rest = shape[...]
            return (0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() }
        }
        switch try call.value(0) {
        case .constant(let constant): return .constant(try constant.reshaped(to: try unsqueezed(constant.shape)))
        case .activation(let input):
            let shape = try unsqueezed(input.shape(batch: conversion.batch))
            return .activation(try reshape(input, to: shape, call, &conversion))
        case .unknown: return .unknown
        }
    }

    /// Another order of a constant's axes; of a value's only between channels first and channels last.
    @Sendable static func transpose(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        func order(_ rank: Int) throws(ONNXProblem) -> [Int] {
            let order = try call.integers("perm") ?? (0..<rank).reversed()
            guard order.sorted() == Array(0..<rank) else { throw ONNXProblem("'perm' is \(order)") }
            return order
        }
        switch try call.value(0) {
        case .constant(let constant): return .constant(try constant.transposed(try order(constant.shape.count)))
        case .activation(let input):
            let shape = input.shape(batch: conversion.batch)
            let order = try order(shape.count)
            if order == Array(shape.indices) { return .activation(input) }
            switch (input.view, order) {
            case (.same, [0, 2, 3, 1]): return .activation(input.viewed(.channelsLast))
            case (.channelsLast, [0, 3, 1, 2]): return .activation(input.viewed(.same))
            default: throw ONNXProblem("the order \(order) of the axes \(shape) is not one of maps")
            }
        case .unknown: return .unknown
        }
    }

    /// Zeros around a map.
    @Sendable static func pad(_ call: ONNXCall, _ conversion: inout ONNXConversion) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        let rank = input.shape(batch: 1).count
        let mode = try call.text("mode") ?? "constant"
        let attribute = call.opset < 2 ? "paddings" : "pads"
        var pads = try call.opset < 11 ? call.integers(attribute) ?? [] : call.integers(1)
        let value =
            try call.opset < 11
            ? call.number("value", default: 0) : call.hasInput(2) ? call.constant(2).scalar() : 0
        if call.hasInput(3) {
            let axes = try call.integers(3)
            guard pads.count == 2 * axes.count else {
                throw ONNXProblem("it has \(pads.count) pads for \(axes.count) axes")
            }
            var all = [Int](repeating: 0, count: 2 * rank)
            for (index, number) in axes.enumerated() {
                let axis = try axis(number, of: rank)
                (all[axis], all[rank + axis]) = (pads[index], pads[axes.count + index])
            }
            pads = all
        }
        let first = input.view == .channelsLast ? 1 : 2
        guard mode == "constant", value == 0, input.shape.count == 3, pads.count == 8,
            pads.allSatisfy({ 0...1 << 20 ~= $0 }),
            pads.indices.allSatisfy({ pads[$0] == 0 || $0 % 4 == first || $0 % 4 == first + 1 })
        else {
            throw ONNXProblem(
                "it pads by \(pads) with mode '\(mode.prefix(20))' and value \(value), not rows and columns of zeros")
        }
        if pads.allSatisfy({ $0 == 0 }) { return .activation(input) }
        let layer = ZeroPadding(
            leading: Array(pads[first...(first + 1)]), trailing: Array(pads[(first + 4)...(first + 5)]))
        return .activation(try conversion.append(layer, to: input, for: call))
    }

    /// The same numbers in another shape, given ONNX's.
    private static func reshape(
        _ input: ONNXActivation, to shape: [Int], _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXActivation {
        let old = input.shape(batch: conversion.batch)
        if shape == old { return input }
        let rest = Array(shape.dropFirst())
        guard shape.first == old[0], rest.count == 1 || rest.count == 3 else {
            throw ONNXProblem("\(old) cannot become \(shape): only maps and vectors, sample by sample, are read")
        }
        if rest.count == 3 {
            guard input.view == .same else { throw ONNXProblem("\(old) with the channels last cannot become \(shape)") }
            return try conversion.append(Reshape(shape: rest), to: input, for: call)
        }
        if input.shape.count == 1 { return input }
        let flat = try conversion.append(Flatten(), to: [input.source], for: call)
        let keepsOrder = input.view == .same || input.shape[0] == 1 || input.shape[1] * input.shape[2] == 1
        return keepsOrder ? flat : flat.viewed(.flatChannelsLast(input.shape))
    }

    /// A shape in which 0 stands for the old length and −1 for what is left.
    private static func resolved(
        _ wanted: [Int], from shape: [Int], keepsZeros: Bool
    ) throws(ONNXProblem) -> [Int] {
        let problem = ONNXProblem("\(shape) cannot become \(wanted)")
        guard wanted.count <= ONNXTensor.largestRank else { throw problem }
        var result = wanted
        for index in wanted.indices where wanted[index] == 0 && keepsZeros {
            guard index < shape.count else { throw problem }
            result[index] = shape[index]
        }
        let count = shape.reduce(1, *)
        var product = 1
        for length in result where length != -1 {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            guard length >= 0, !overflow else { throw problem }
            product = next
        }
        let open = result.indices.filter { result[$0] == -1 }
        if open.count == 1, product > 0, count % product == 0 { result[open[0]] = count / product }
        guard open.count <= 1, !result.contains(-1), result.reduce(1, *) == count else { throw problem }
        return result
    }
}
