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
        (
            ["convscope", "stages", "reduce."],
            ["reduce.autoencoder", "reduce.neighbors", "reduce.pca", "reduce.quality", "reduce.tsne", "reduce.umap"]
        ),
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

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/fish"), "fish is not installed"),
        arguments: [
            ("convscope stag", ["stages"]), ("convscope cache ", ["info", "list", "prune", "verify"]),
            ("convscope run --forc", ["--force"]), ("convscope stages --js", ["--json"]),
        ])
    func `fish gets names of commands and options`(line: String, expected: [String]) throws {
        let workspace = try Workspace()
        try workspace.write(try workspace.run(["--generate-completion-script", "fish"]).output, to: "script")
        let outcome = try Program.run(
            URL(fileURLWithPath: "/usr/bin/fish"), ["--no-config", "-c", "source script; complete -C '\(line)'"],
            in: workspace.url)
        let offered = outcome.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
        #expect(offered.sorted() == expected, "\(outcome.errors)")
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/zsh"), "zsh is not installed"),
        arguments: [
            ("convscope stag", "convscope stages "), ("convscope stages reduce.ts", "convscope stages reduce.tsne "),
            ("convscope run p.json --force sh", "convscope run p.json --force shapes "),
            ("convscope explain p.json lo", "convscope explain p.json look "),
        ])
    func `zsh completes names of commands, kinds of stage, and stages of the file`(line: String, whole: String) throws {
        let workspace = try Workspace()
        try workspace.write(Self.pipeline, to: "p.json")
        try workspace.write(try workspace.run(["--generate-completion-script", "zsh"]).output, to: "_convscope")
        // A terminal of its own, in which somebody types the line and Tab, and then a key that keeps what is there.
        let test = """
            path=($1 $path)
            zmodload zsh/zpty
            zpty terminal zsh -f -i
            zpty -w terminal 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; echo ready$((1 + 1))'
            zpty -r terminal text '*ready2*'
            zpty -w terminal 'show() { print -r -- "<$BUFFER>" > result; exit }; zle -N show; bindkey "^X" show; echo set$((1 + 1))'
            zpty -r terminal text '*set2*'
            zpty -w -n terminal "$2"$'\\t\\C-x'
            while zpty -r terminal text; do :; done
            cat result
            """
        let outcome = try Program.run(
            URL(fileURLWithPath: "/usr/bin/zsh"), ["-f", "-c", test, "zsh", Program.folder, line], in: workspace.url)
        #expect(outcome.output == "<\(whole)>\n", "\(outcome.errors)")
    }
}
