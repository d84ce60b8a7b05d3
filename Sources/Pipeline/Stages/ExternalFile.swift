import JSONValues
import Storage

/// A file outside the store that a stage's result depends on. It enters the key by its content.
public struct ExternalFile: Sendable, Hashable {
    /// Absolute.
    public var path: String

    /// The parameter that names it, if one does. The parameter's text is then no part of the key.
    public var parameter: String?

    /// What the key calls it within the parameter: a path relative to the folder that the parameter names; empty for
    /// the one file of a parameter.
    public var name: String

    public init(path: String, parameter: String?, name: String = "") {
        self.path = path
        self.parameter = parameter
        self.name = name
    }

    /// `weights`, `path/train/0001.png`
    var keyName: String {
        guard let parameter else { return name }
        return name.isEmpty ? parameter : name.hasPrefix("[") ? parameter + name : parameter + "/" + name
    }
}

/// Paths of the pipeline file to paths of the machine.
public struct PathResolver: Sendable {
    /// The absolute folder of the pipeline file.
    public let folder: String

    public init(folder: String) { self.folder = folder }

    /// The absolute path of what the pipeline file calls `path`.
    public func absolute(_ path: String) -> String { Paths.absolute(path, in: folder) }

    /// The file that a parameter names. It is not opened.
    ///
    /// - Parameter name: what the key calls it within the parameter.
    /// - Throws: ``ParameterError`` with the nearest name where nothing is there, and where it is no file.
    public func file(
        _ path: String, parameter: String, name: String = ""
    ) throws(ParameterError) -> ExternalFile {
        let absolute = absolute(path)
        let found: FileSystem.Status?
        do throws(FileSystemError) {
            found = try FileSystem.status(of: absolute)
        } catch {
            throw ParameterError(parameter: parameter, "\(error)", fix: "make it readable")
        }
        guard let status = found else { throw missing(path, parameter: parameter) }
        guard status.isRegular else {
            let kind = status.isFolder ? "a folder" : "a pipe, a socket or a device"
            throw ParameterError(
                parameter: parameter, "'\(path)' is \(kind)", fix: "give the path of a regular file")
        }
        return ExternalFile(path: absolute, parameter: parameter, name: name)
    }

    /// The absolute path of a folder that a parameter names.
    ///
    /// - Throws: ``ParameterError`` with the nearest name where nothing is there.
    public func existing(_ path: String, parameter: String) throws(ParameterError) -> String {
        let absolute = absolute(path)
        guard FileSystem.exists(absolute) else { throw missing(path, noun: "folder", parameter: parameter) }
        return absolute
    }

    private func missing(_ path: String, noun: String = "file", parameter: String) -> ParameterError {
        let absolute = absolute(path)
        let folder = Paths.folder(of: absolute)
        let neighbours = (try? FileSystem.list(folder)) ?? []
        if !FileSystem.isFolder(folder) {
            return ParameterError(
                parameter: parameter, "there is no \(noun) '\(path)', and no folder '\(folder)'",
                fix: "correct the path; relative paths start at \(self.folder)")
        }
        let nearest = nearestName(to: Paths.name(of: absolute), in: neighbours).map { "; did you mean '\($0)'?" } ?? ""
        return ParameterError(
            parameter: parameter, "there is no \(noun) '\(path)'\(nearest)",
            fix: "correct the path; relative paths start at \(self.folder)")
    }
}
