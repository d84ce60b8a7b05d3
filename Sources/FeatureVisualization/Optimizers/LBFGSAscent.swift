import CKernels
public import Tensors

/// Steps along a direction that knows the curvature from the last ten, as long as a line search finds good.
///
/// Each step looks at the function several times, so the function has to hold still while a step is taken. Where no place
/// along the direction is better, what is remembered is dropped and the parameters stay.
/// Source: Liu & Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical Programming 45
/// (1989) 503–528.
public struct LBFGSAscent: Ascent {
    private let learningRate: Double

    /// Steps that are remembered.
    private static let history = 10

    /// - Parameter learningRate: where the line search looks first, as a part of the quasi-Newton step; above 0.
    public init(learningRate: Double = 1) {
        precondition(learningRate > 0, "the learning rate is \(learningRate), not above 0")
        self.learningRate = learningRate
    }

    /// Oldest first: how the parameters changed, and how the gradient fell meanwhile.
    public var memory: [String: ClosedRange<Int>] { ["step": 0...Self.history, "fall": 0...Self.history] }

    public func scaled(by factor: Double) -> any Ascent { LBFGSAscent(learningRate: learningRate * factor) }

    public func step(
        _ parameters: inout Tensor, _ memory: inout AscentMemory, number: Int, from here: Slope,
        look: (Tensor) -> Slope
    ) -> Slope? {
        var (steps, falls) = (memory["step"] ?? [], memory["fall"] ?? [])
        var direction = Self.direction(here.gradient, steps, falls)
        if here.gradient.dot(direction) <= 0 { (steps, falls, direction) = ([], [], here.gradient) }
        let steepness = here.gradient.dot(direction)
        guard steepness > 0 else { return here }
        // Before anything is known of the curvature, no parameter moves by more than about one.
        let first = steps.isEmpty ? min(1, 1 / here.gradient.sumOfMagnitudes) : 1
        let found = WolfeSearch(value: here.value, slope: steepness).run(from: first * learningRate) { length in
            let slope = look(parameters.adding(direction, times: Float(length)))
            return (slope, slope.gradient.dot(direction))
        }
        guard let found else {
            (memory["step"], memory["fall"]) = ([], [])
            return here
        }
        let end = parameters.adding(direction, times: Float(found.length))
        let (change, fall) = (end - parameters, here.gradient - found.end.gradient)
        // Only a function that bends down along the step says something about curvature.
        if change.dot(fall) > 1e-10 * fall.dot(fall) {
            (steps, falls) = ((steps + [change]).suffix(Self.history), (falls + [fall]).suffix(Self.history))
        }
        (memory["step"], memory["fall"]) = (steps, falls)
        parameters = end
        return found.end
    }

    /// The gradient times an approximation of the inverse of the negative Hessian: the two loops over the history.
    /// - Complexity: O(history · parameters)
    package static func direction(_ gradient: Tensor, _ steps: [Tensor], _ falls: [Tensor]) -> Tensor {
        guard let lastStep = steps.last, let lastFall = falls.last else { return gradient }
        var direction = gradient
        var shares = [Double](repeating: 0, count: steps.count)
        for index in steps.indices.reversed() {
            shares[index] = steps[index].dot(direction) / steps[index].dot(falls[index])
            direction.add(falls[index], times: Float(-shares[index]))
        }
        direction = direction * Float(lastStep.dot(lastFall) / lastFall.dot(lastFall))
        for index in steps.indices {
            let share = falls[index].dot(direction) / steps[index].dot(falls[index])
            direction.add(steps[index], times: Float(shares[index] - share))
        }
        return direction
    }
}

extension Tensor {
    /// Accumulated in 64 bits.
    fileprivate func dot(_ other: Tensor) -> Double {
        withUnsafeBufferPointer { a in
            other.withUnsafeBufferPointer { b in
                var sum = 0.0
                for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
                return sum
            }
        }
    }

    fileprivate var sumOfMagnitudes: Double {
        withUnsafeBufferPointer { $0.reduce(0.0) { $0 + Double(abs($1)) } }
    }

    fileprivate mutating func add(_ other: Tensor, times factor: Float) {
        withUnsafeMutableBufferPointer { target in
            other.withUnsafeBufferPointer { ck_add_scaled(target.baseAddress, $0.baseAddress, factor, target.count) }
        }
    }

    fileprivate func adding(_ other: Tensor, times factor: Float) -> Tensor {
        var result = self
        result.add(other, times: factor)
        return result
    }
}
