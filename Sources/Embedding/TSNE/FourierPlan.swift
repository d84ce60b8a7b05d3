import CKernels
import Glibc
import Tensors

/// How to transform sequences of one length, a product of 2, 3 and 5, sixteen at a time.
package final class FourierPlan: Sendable {
    package let length: Int
    private let radices: [Int32]
    private let twiddles: Buffer<Float>

    package init(length: Int) {
        self.length = length
        var (rest, radices): (Int, [Int32]) = (length, [])
        for radix in [4, 2, 3, 5] {
            while rest % radix == 0 {
                radices.append(Int32(radix))
                rest /= radix
            }
        }
        precondition(rest == 1 && radices.count <= 12, "a transform's length is 2^a 3^b 5^c, not \(length)")
        self.radices = radices
        var (factors, remaining): ([Float], Int) = ([], length)
        for radix in radices {
            for p in 0..<remaining / Int(radix) {
                for u in 1..<Int(radix) {
                    let angle = -2 * Double.pi * Double(p * u) / Double(remaining)
                    factors += [Float(cos(angle)), Float(sin(angle))]
                }
            }
            remaining /= Int(radix)
        }
        twiddles = Buffer(factors)
    }

    /// Smallest even length of at least `minimum` that can be transformed.
    package static func length(atLeast minimum: Int) -> Int {
        var length = minimum + minimum % 2
        while !isSmooth(length) { length += 2 }
        return length
    }

    private static func isSmooth(_ number: Int) -> Bool {
        var rest = number
        for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
        return rest == 1
    }

    /// The plan as C sees it, valid inside `body`.
    func withPlan<Result>(_ body: (UnsafePointer<ck_transform>) throws -> Result) rethrows -> Result {
        var plan = ck_transform()
        plan.length = Int32(length)
        plan.stage_count = Int32(radices.count)
        withUnsafeMutableBytes(of: &plan.radices) { bytes in
            radices.withUnsafeBytes { bytes.copyMemory(from: $0) }
        }
        plan.twiddles = UnsafePointer(twiddles.base)
        return try body(&plan)
    }

    /// Transforms 16 sequences in place: `real[k · 16 + lane]`, likewise `imaginary`.
    package func transform(
        _ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>,
        work: UnsafeMutablePointer<Float>
    ) {
        let area = length * Int(CK_LANES)
        withPlan { ck_transform_lanes($0, real, imaginary, work, work + area) }
    }
}
