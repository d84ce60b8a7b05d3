import FeatureVisualization
import TestSupport
import Tensors
import Testing

@Suite struct AscentTests {
    /// −½ xᵀAx + bᵀx
    private struct Quadratic {
        let matrix: Tensor
        let line: Tensor

        init() throws {
            let golden = try Golden("image_optimization")
            (matrix, line) = (try golden.tensor("quadratic/matrix"), try golden.tensor("quadratic/line"))
        }

        func slope(_ x: Tensor) -> Slope {
            let image = Tensor.product(matrix, x.reshaped(to: [6, 1])).reshaped(to: [6])
            return Slope(value: product(x, line) - 0.5 * product(x, image), gradient: line - image)
        }
    }

    @Test(arguments: [
        ("sgd", MomentumAscent(learningRate: 0.05, momentum: 0.9) as any Ascent),
        ("adam", AdamAscent(learningRate: 0.05)),
    ]) func `steps are those of torch.optim`(name: String, ascent: any Ascent) throws {
        let golden = try Golden("image_optimization")
        let (quadratic, places) = (try Quadratic(), try golden.tensor(name + "/places"))
        var (x, memory) = (try golden.tensor("quadratic/start"), AscentMemory())
        for number in 1...places.shape[0] {
            _ = ascent.step(&x, &memory, number: number, from: quadratic.slope(x), look: quadratic.slope)
            // PyTorch computed in double precision; roundings add up over the steps.
            #expect(deviation(x, from: places.row(number - 1)).largest < 2e-5, "step \(number)")
        }
    }

    @Test func `even steps do not depend on the size of the objective`() throws {
        let quadratic = try Quadratic()
        let start = Tensor(shape: [6])
        func places(_ factor: Float) -> [Tensor] {
            let ascent = MomentumAscent(learningRate: 0.25, momentum: 0.5, isEven: true)
            var (x, memory) = (start, AscentMemory())
            return (1...3).map { number in
                let slope = quadratic.slope(x)
                let larger = Slope(value: slope.value * Double(factor), gradient: slope.gradient * factor)
                _ = ascent.step(&x, &memory, number: number, from: larger) { _ in larger }
                return x
            }
        }
        // A power of two changes no digit.
        #expect(places(1) == places(1024))
        #expect(places(1)[0].scalars.map(abs).max() == 0.25)
    }

    @Test func `the quasi-Newton direction is that of whole matrices`() throws {
        let golden = try Golden("image_optimization")
        let (steps, falls) = (try golden.tensor("lbfgs/steps"), try golden.tensor("lbfgs/falls"))
        let direction = LBFGSAscent.direction(
            try golden.tensor("lbfgs/gradient"), (0..<4).map(steps.row), (0..<4).map(falls.row))
        #expect(deviation(direction, from: try golden.tensor("lbfgs/direction")).relativeNorm < 1e-5)
    }

    @Test func `L-BFGS comes out of Rosenbrock's valley as soon as PyTorch does`() throws {
        func slope(_ x: Tensor) -> Slope {
            let (a, b) = (Double(x[0]), Double(x[1]))
            let gradient = [2 * (1 - a) + 400 * a * (b - a * a), -200 * (b - a * a)]
            return Slope(
                value: -((1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a)),
                gradient: Tensor(shape: [2], gradient.map { Float($0) }))
        }
        let theirs = try Golden("image_optimization").tensor("lbfgs/rosenbrock").scalars
        let theirSteps = try #require(theirs.firstIndex { $0 < 1e-8 }) + 1
        var (x, memory, looks) = (Tensor(shape: [2], [-1.2, 1]), AscentMemory(), 0)
        var values: [Double] = []
        for number in 1...60 {
            let here = slope(x)
            let end = LBFGSAscent().step(&x, &memory, number: number, from: here) {
                looks += 1
                return slope($0)
            }
            // What a step hands back is the slope where it ended, and every step is uphill.
            #expect(end?.value == slope(x).value && slope(x).value >= here.value)
            values.append(-slope(x).value)
        }
        let ourSteps = try #require(values.firstIndex { $0 < 1e-8 }) + 1
        #expect(ourSteps <= theirSteps + 5, "\(ourSteps) steps, PyTorch \(theirSteps)")
        #expect(abs(x[0] - 1) < 1e-4 && abs(x[1] - 1) < 1e-4)
        #expect(memory["step"]!.count <= 10 && memory["fall"]!.count == memory["step"]!.count)
    }

    @Test func `L-BFGS stays where nothing is better, and where it is no number`() {
        let start = Tensor(shape: [3], [1, 2, 3])
        let slope = Slope(value: 1, gradient: Tensor(shape: [3], repeating: 1))
        for worse: Double in [0, Double.nan, -Double.infinity] {
            var (x, memory) = (start, AscentMemory())
            let end = LBFGSAscent().step(&x, &memory, number: 1, from: slope) { _ in
                Slope(value: worse, gradient: Tensor(shape: [3], repeating: worse.isFinite ? 1 : .nan))
            }
            #expect(x == start && end?.value == 1 && memory["step"]!.isEmpty)
        }
        var (x, memory) = (start, AscentMemory())
        let flat = Slope(value: 1, gradient: Tensor(shape: [3]))
        #expect(LBFGSAscent().step(&x, &memory, number: 1, from: flat) { _ in flat }?.value == 1)
        #expect(x == start)
    }
}
