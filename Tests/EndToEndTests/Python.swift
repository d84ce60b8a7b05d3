import Foundation
import TestSupport

/// Checks by programs that share no code with ours, where the environment names a Python interpreter that can run them.
struct Python {
    let interpreter: URL

    /// The interpreter that `CONVSCOPE_PYTHON` names, if it can import these modules.
    init?(with modules: String...) {
        guard let path = ProcessInfo.processInfo.environment["CONVSCOPE_PYTHON"], !path.isEmpty else { return nil }
        interpreter = URL(fileURLWithPath: path)
        let imports = "import " + modules.joined(separator: ", ")
        let folder = FileManager.default.temporaryDirectory
        guard let outcome = try? Program.run(interpreter, ["-c", imports], in: folder), outcome.status == 0 else {
            return nil
        }
    }

    /// Runs a program of `Scripts/golden`.
    func run(_ script: String, _ arguments: [String]) throws -> Program.Outcome {
        let folder = RealData.packageRoot.appendingPathComponent("Scripts/golden")
        return try Program.run(interpreter, ["-B", script] + arguments, in: folder)
    }
}
