import CFuzzer
import Glibc

/// A parser under test: it may refuse any input, but neither trap, nor hang, nor take more memory than is honest.
struct FuzzTarget: Sendable {
    let name: String
    /// Bytes of memory that may be held for each byte of the input. What a parser makes of a byte, as a node of JSON or
    /// a value of a pickle, is larger than it; compressed bytes are many.
    var expansion = 48
    let read: @Sendable (_ input: [UInt8]) throws -> Void

    /// What may be held besides, whatever the input is.
    private static let allowance = 3 << 20

    /// The target of this process. libFuzzer starts it again by itself with other arguments, so it is no argument.
    static let current: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) }
        guard let target = all.first(where: { $0.name == name }) else {
            fatalError("there is no target '\(name ?? "")'; choose from \(all.map(\.name))")
        }
        return target
    }()

    /// Deflate makes 1032 bytes of one at best.
    static let deflated = 1100

    static let all = archives + arrays + models + images + texts

    func test(_ input: [UInt8]) {
        fuzzer_limit_memory(input.count * expansion + Self.allowance)
        try? read(input)
        fuzzer_limit_memory(Int.max >> 1)
    }
}
