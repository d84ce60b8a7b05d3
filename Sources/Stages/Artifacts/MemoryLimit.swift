import Glibc
import NeuralNetwork
import Pipeline

/// What this machine can hold at once, so that hopeless work is refused before it begins.
enum MemoryLimit {
    /// Bytes of physical memory.
    static let bytes: Int = {
        let (total, overflow) = Int(sysconf(Int32(_SC_PHYS_PAGES)))
            .multipliedReportingOverflow(by: Int(sysconf(Int32(_SC_PAGESIZE))))
        return overflow || total <= 0 ? .max : total
    }()

    /// Product of lengths and a width in bytes; `Int.max` where it overflows.
    static func bytes(of lengths: Int..., width: Int = MemoryLayout<Float>.size) -> Int {
        lengths.reduce(width) { product, length in
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            return overflow ? .max : next
        }
    }

    /// Whether a network's weights fit; else a problem of the parameter that names the network.
    static func allows(_ network: Network, parameter: String = "architecture", _ io: CheckIO) -> Bool {
        let needed = network.parameters.reduce(0) { $0 + $1.specification.shape.reduce(width, *) }
        guard needed > bytes else { return true }
        io.problem(
            parameter: parameter,
            "its weights take \(words(needed)), more than the \(words(bytes)) of memory here",
            fix: "use fewer channels or features")
        return false
    }

    private static let width = MemoryLayout<Float>.size

    /// `20 TB`, in powers of ten, rounded up.
    static func words(_ bytes: Int) -> String {
        var (value, unit) = (Double(bytes), 0)
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return "\(Int(value.rounded(.up))) \(units[unit])"
    }
}
