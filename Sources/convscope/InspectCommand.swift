import ArgumentParser
import JSONValues
import Pipeline
import Storage

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what is in a file, as a tree with shapes and attributes.",
        discussion: "Reads \(FileInspector.all.map(\.name).joined(separator: ", ")) files. Values are not read.")

    @Argument(help: "The file.", completion: .file())
    var file: String

    func run() throws {
        guard let status = try FileSystem.status(of: file), status.isRegular else {
            let neighbours = (try? FileSystem.list(Paths.folder(of: file))) ?? []
            let nearest = nearestName(to: Paths.name(of: file), in: neighbours).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                "Error: there is no file '\(file)'\(nearest)\n  fix: give the path of a regular file",
                code: ExitStatus.wrongCommandLine)
        }
        let suffix = Paths.fileExtension(of: file)
        guard let inspector = FileInspector.all.first(where: { $0.extensions.contains(suffix) }) else {
            let known = FileInspector.all.flatMap(\.extensions)
            let nearest = nearestName(to: suffix, in: known).map { "; did you mean '.\($0)'?" } ?? ""
            throw CommandFailure(
                "\(file): nothing is known about files that end in '.\(suffix)'\(nearest)\n"
                    + "  fix: inspect a file that ends in \(known.map { ".\($0)" }.joined(separator: ", "))",
                code: ExitStatus.wrongInput)
        }
        do {
            print(try inspector.describe(file))
        } catch {
            throw CommandFailure("\(error)", code: ExitStatus.wrongInput)
        }
    }
}
