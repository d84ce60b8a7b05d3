import Foundation
import TestSupport
import Testing

/// The scripts that complete command lines.
@Suite struct CompletionTests {
    private static let pipeline = """
        { "stages": { "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes" } }, "look": {} } }
        """

    @Test(arguments: ["bash", "zsh", "fish"])
    func `a script is made for each shell, and the shell can read it`(shell: String) throws {
        let workspace = try Workspace()
        let script = try workspace.run(["--generate-completion-script", shell])
        #expect(script.status == 0)
        #expect(script.output.contains("convscope"))
        try workspace.write(script.output, to: "script")
        guard let path = ["/bin/", "/usr/bin/"].map({ $0 + shell }).first(where: FileManager.default.fileExists)
        else { return }
        let outcome = try Program.run(URL(fileURLWithPath: path), ["-n", workspace.path("script")], in: workspace.url)
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    }

    @Test(arguments: [
        (["convscope", "stages", "reduce."], ["reduce.pca", "reduce.tsne"]),
        (["convscope", "stag"], ["stages"]),
        (["convscope", "run", "p.json", "--force", ""], ["look", "shapes"]),
        (["convscope", "run", "p.json", "--force", "sh"], ["shapes"]),
        (["convscope", "run", "broken.json", "--force", ""], []),
        (["convscope", "run", "nothing.json", "--force", ""], []),
        (["convscope", "run", "--force", ""], []),
    ])
    func `bash gets names of commands, kinds of stage, and stages of the file`(
        words: [String], expected: [String]
    ) throws {
        let workspace = try Workspace()
        try workspace.write(Self.pipeline, to: "p.json")
        try workspace.write("{", to: "broken.json")
        try workspace.write(try workspace.run(["--generate-completion-script", "bash"]).output, to: "script")
        let line = words.joined(separator: " ")
        // What bash itself does when Tab is pressed.
        let test = """
            PATH="$1:$PATH"
            source ./script
            COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " ")))
            COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.count) COMP_TYPE=9 COMP_KEY=9
            complete=$(complete -p convscope)
            function=${complete#*-F }
            ${function%% *} convscope '\(words.last!)' '\(words[words.count - 2])'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let outcome = try Program.run(
            URL(fileURLWithPath: "/bin/bash"), ["-c", test, "bash", Program.folder], in: workspace.url)
        let offered = outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(offered.filter { !$0.isEmpty }.sorted() == expected, "\(outcome.errors)")
        #expect(!outcome.errors.contains("Error"), "\(outcome.errors)")
    }
}
