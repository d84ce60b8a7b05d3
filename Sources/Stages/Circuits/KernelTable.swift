import Circuits
import Imaging
import Reporting
import Tensors

/// The rows that every table of ranked kernels begins with: the kernel in sign colours, what it reads, its numbers.
struct KernelTable {
    static let columns: [Block.Column] = [
        "kernel", "reads", .number("L2 norm"), .number("e"), .number("positive"), "mostly",
    ]
    static let caption = "The strongest kernels: blue below zero, red above, one scale for all"
    static let note = "e = Σw / Σ|w|"

    let rows: [[Block.Cell]]

    /// Saves a picture of each kernel.
    init(_ kernels: [IncomingKernel], _ summary: SummaryWriter) throws {
        let reach = kernels.map { $0.kernel.symmetricRange.upperBound }.max() ?? 1
        let range = -max(reach, .leastNormalMagnitude)...max(reach, .leastNormalMagnitude)
        rows = try kernels.enumerated().map { index, kernel in
            let picture = try summary.save(
                Image(kernel.kernel, range: range, colors: .diverging).encodedPNG(), as: "kernel-\(index).png",
                alternative: "Kernel of input channel \(kernel.channel)",
                width: min(max(48, 4 * kernel.kernel.shape[1]), 160), isPixelated: true)
            return [
                .picture(picture),
                .text(
                    kernel.origin.layer.map { "\($0):\(kernel.origin.channel)" } ?? "image channel \(kernel.channel)"),
                .number(kernel.statistics.l2), .number(kernel.statistics.excitation, format: .fixed(2)),
                .number(kernel.statistics.positiveFraction, format: .percent),
                .text(
                    kernel.statistics.tendency == .balanced
                        ? "balanced" : kernel.statistics.tendency == .excitatory ? "excitatory" : "inhibitory"),
            ]
        }
    }
}

extension SectionContent {
    /// How many kernels there are, how many are shown, and how many are too weak to count.
    mutating func kernelCounts(of channels: Int, kept: Int, negligible: Int) {
        metric("input channels", channels, explanation: "one kernel each")
        metric("kept", kept, explanation: "the strongest by L2 norm")
        if negligible > 0 {
            metric(
                "negligible", negligible,
                explanation: "weaker than \(Int(IncomingKernel.negligibleShare * 100)) % of the strongest")
        }
    }
}
