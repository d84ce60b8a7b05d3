import Circuits
import Imaging
import Reporting
import Tensors

/// The rows that every table of kernels begins with: the kernel in sign colours, the unit beside it, its numbers.
struct KernelTable {
    static let caption = "The strongest kernels: blue below zero, red above, one scale for all"
    static let note = "e = Σw / Σ|w|"

    /// - Parameter unit: what stands beside a kernel: `reads`.
    static func columns(_ unit: String) -> [Block.Column] {
        ["kernel", Block.Column(unit), .number("L2 norm"), .number("e"), .number("positive")]
    }

    struct Entry {
        let unit: String
        let kernel: Tensor
        let statistics: KernelStatistics
    }

    let rows: [[Block.Cell]]

    init(_ kernels: [IncomingKernel], _ summary: SummaryWriter) throws {
        try self.init(
            kernels.map { Entry(unit: $0.origin.title, kernel: $0.kernel, statistics: $0.statistics) },
            pictures: "kernel", summary)
    }

    /// Saves a picture of each kernel, `kernel-0.png` for example.
    init(_ entries: [Entry], pictures: String, _ summary: SummaryWriter) throws {
        let reach = entries.map { $0.kernel.symmetricRange.upperBound }.max() ?? 1
        let range = -max(reach, .leastNormalMagnitude)...max(reach, .leastNormalMagnitude)
        rows = try entries.enumerated().map { index, entry in
            let picture = try summary.save(
                Image(entry.kernel, range: range, colors: .diverging).encodedPNG(), as: "\(pictures)-\(index).png",
                alternative: "Kernel of \(entry.unit)", width: min(max(48, 4 * entry.kernel.shape[1]), 160),
                isPixelated: true)
            let statistics = entry.statistics
            return [
                .picture(picture), .text(entry.unit), .number(statistics.l2),
                .text("\(statistics.tendency.word) \(NumberFormat.fixed(2).text(statistics.excitation))"),
                .number(statistics.positiveFraction, format: .percent),
            ]
        }
    }
}

extension KernelStatistics.Tendency {
    fileprivate var word: String {
        switch self {
        case .excitatory: "excitatory"
        case .inhibitory: "inhibitory"
        case .balanced: "balanced"
        }
    }
}

extension Upstream.Origin {
    /// `features.14:220`, or which channel of the image.
    var title: String { layer == nil ? "image channel \(channel)" : description }
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
