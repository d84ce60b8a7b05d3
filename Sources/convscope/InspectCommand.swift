import ArgumentParser
import JSONValues
import ModelFormats
import Pipeline
import Storage

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what is in a file, as a tree with shapes and attributes.",
        discussion: """
            Reads \(FileInspector.all.map(\.name).joined(separator: ", ")) files; what a \
            file is, its content says. Values are not read.
            """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    func run() throws {
        guard let status = try FileSystem.status(of: file) else {
            let name = Paths.name(of: file)
            let neighbours = ((try? FileSystem.list(Paths.folder(of: file))) ?? []).filter { $0 != name }
            let nearest = nearestName(to: name, in: neighbours).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                "Error: there is no file '\(file)'\(nearest)\n  fix: give the path of a regular file",
                code: ExitStatus.wrongCommandLine)
        }
        guard status.isRegular else {
            throw CommandFailure(
                "\(file): is no regular file\n  fix: give the path of one", code: ExitStatus.wrongInput)
        }
        let format = try? WeightFileFormat(sniffing: file)
        guard let inspector = FileInspector.all.first(where: { $0.recognizes(file, format) }) else {
            throw CommandFailure(
                "\(file): is no \(FileInspector.all.map(\.name).joined(separator: ", ")) file, by its content\n"
                    + "  fix: if it was one, it is damaged or cut off: copy or write it again",
                code: ExitStatus.wrongInput)
        }
        do {
            print(try inspector.describe(file))
        } catch {
            throw CommandFailure("\(error)", code: ExitStatus.wrongInput)
        }
    }
}
