import Foundation
import TestSupport
import Testing

/// The README's commands, run as they stand there.
@Suite struct ReadmeTests {
    @Test func `every command of the README works when pasted, in its order`() throws {
        let folder = try TemporaryFolder()
        for name in ["Pipelines", "Configs"] {
            try FileManager.default.copyItem(
                at: RealData.packageRoot.appending(path: name), to: folder.url.appending(path: name))
        }
        let commands = try Self.blocks("sh").joined().filter { $0.hasPrefix("Scripts/convscope ") }
        #expect(commands.count >= 9)
        for command in commands {
            let words = command.prefix { $0 != "#" }.split(separator: " ").dropFirst().map(String.init)
            let result = try Program.run(words, in: folder.url)
            #expect(result.status == 0, "\(command): \(result.errors)")
            #expect(!result.output.isEmpty, "\(command) prints nothing")
        }
        for snippet in try Self.blocks("python") where ProcessInfo.processInfo.environment["CONVSCOPE_PYTHON"] != nil {
            let python = ProcessInfo.processInfo.environment["CONVSCOPE_PYTHON"]!
            let process = Process()
            process.executableURL = URL(fileURLWithPath: python)
            process.arguments = ["-c", snippet.joined(separator: "\n")]
            process.currentDirectoryURL = folder.url
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "the Python of the README fails")
        }
    }

    @Test func `the pictures and files that the README names are there`() throws {
        let text = try String(contentsOf: Self.readme, encoding: .utf8)
        for match in text.matches(
            of: /`((?:Configs|Pipelines|Scripts|Sources)\/[A-Za-z0-9_.\/-]+)`|\]\(((?:Pipelines|Configs)\/[^)]+)\)/)
        {
            let path = String(match.1 ?? match.2 ?? "")
            #expect(
                FileManager.default.fileExists(atPath: RealData.packageRoot.appending(path: path).path), "\(path)")
        }
    }

    private static let readme = RealData.packageRoot.appending(path: "README.md")

    /// The lines of each fenced block of a language.
    private static func blocks(_ language: String) throws -> [[String]] {
        var blocks: [[String]] = []
        var isInside = false
        for line in try String(contentsOf: readme, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line == "```" + language {
                isInside = true
                blocks.append([])
            } else if line.hasPrefix("```") {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(String(line))
            }
        }
        return blocks
    }
}
