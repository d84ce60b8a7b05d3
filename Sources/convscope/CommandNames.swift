import ArgumentParser
import JSONValues
import Pipeline

/// The words on a command line that name commands. The parser takes one that it does not know for an argument too many.
enum CommandNames {
    /// - Parameter arguments: without the program.
    /// - Throws: ``CommandFailure`` for a command that is none, with the nearest.
    static func check(_ arguments: [String]) throws {
        var words = arguments[...]
        if words.first == "help" { words = words.dropFirst() }
        var commands = Convscope.configuration.subcommands
        while let word = words.popFirst(), !word.hasPrefix("-"), !commands.isEmpty {
            let names = commands.map { $0.configuration.commandName ?? "" }
            guard let place = names.firstIndex(of: word) else { throw unknown(word, names) }
            commands = commands[place].configuration.subcommands
        }
    }

    private static func unknown(_ word: String, _ names: [String]) -> CommandFailure {
        let nearest = nearestName(to: word, in: names).map { "; did you mean '\($0)'?" } ?? ""
        return CommandFailure(
            "Error: there is no command '\(word)'\(nearest)\n  fix: choose from \(names.joined(separator: ", "))",
            code: ExitStatus.wrongCommandLine)
    }
}
