import Tensors

/// A value of the graph that is the same for every input: an initializer, or what the graph makes of one.
///
/// Numbers are read when `load` is called. Short lists of whole numbers, by which exporters compute shapes, are known
/// at once.
struct ONNXConstant: Sendable {
    /// No list that shapes a layer is longer.
    static let mostIntegers = 16
    /// Steps from the file to here; chains of them are followed by recursion.
    private static let mostSteps = 32

    /// Of the initializer or node that it began as.
    let name: String
    let shape: [Int]
    /// In row-major order.
    let integers: [Int]?
    private let steps: Int
    private let read: @Sendable () throws(ModelFileError) -> Tensor

    /// A tensor of the file.
    init(
        name: String, shape: [Int], integers: [Int]?, read: @escaping @Sendable () throws(ModelFileError) -> Tensor
    ) {
        self.init(name: name, shape: shape, integers: integers, steps: 0, read: read)
    }

    /// Whole numbers that the graph computes.
    init(name: String, shape: [Int], integers: [Int]) {
        self.init(name: name, shape: shape, integers: integers, steps: 0) { () throws(ModelFileError) in
            Tensor(shape: shape, integers.map { Float($0) })
        }
    }

    /// The same number `count` times.
    init(name: String, repeating value: Float, count: Int) {
        self.init(name: name, shape: [count], integers: nil, steps: 0) { () throws(ModelFileError) in
            Tensor(shape: [count], repeating: value)
        }
    }

    private init(
        name: String, shape: [Int], integers: [Int]?, steps: Int,
        read: @escaping @Sendable () throws(ModelFileError) -> Tensor
    ) {
        self.name = name
        self.shape = shape
        self.integers = integers
        self.steps = steps
        self.read = read
    }

    var count: Int { shape.elementCount }

    /// Reads the numbers.
    func load() throws(ModelFileError) -> Tensor { try read() }

    /// The single number of a constant that has one.
    func scalar() throws(ONNXProblem) -> Float {
        guard count == 1 else { throw ONNXProblem("a number is due, but '\(name)' has the shape \(shape)") }
        do { return try read().scalars[0] } catch { throw ONNXProblem(error.what) }
    }

    func reshaped(to shape: [Int]) throws(ONNXProblem) -> ONNXConstant {
        try changed(shape: shape, integers: integers) { $0.reshaped(to: shape) }
    }

    /// With axis `order[i]` as its axis `i`.
    func transposed(_ order: [Int]) throws(ONNXProblem) -> ONNXConstant {
        if order == Array(shape.indices) { return self }
        return try changed(shape: order.map { shape[$0] }, integers: nil) { $0.transposed(order) }
    }

    /// Each number changed.
    func mapped(_ transform: @escaping @Sendable (Float) -> Float) throws(ONNXProblem) -> ONNXConstant {
        try changed(shape: shape, integers: nil) { $0.map(transform) }
    }

    /// One number as a vector of `count` equal ones.
    func repeated(_ count: Int) throws(ONNXProblem) -> ONNXConstant {
        try changed(shape: [count], integers: nil) { Tensor(shape: [count], repeating: $0.scalars[0]) }
    }

    private func changed(
        shape: [Int], integers: [Int]?, _ change: @escaping @Sendable (Tensor) -> Tensor
    ) throws(ONNXProblem) -> ONNXConstant {
        guard steps < Self.mostSteps else { throw ONNXProblem("'\(name)' is changed in more than \(steps) steps") }
        return ONNXConstant(name: name, shape: shape, integers: integers, steps: steps + 1) {
            [read] () throws(ModelFileError) in change(try read())
        }
    }
}

/// Why a node cannot become a layer.
struct ONNXProblem: Error {
    let what: String

    init(_ what: String) { self.what = what }
}
