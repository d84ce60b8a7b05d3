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

    /// The file, or every file of the folder, that a parameter names.
    ///
    /// - Parameters:
    ///   - name: what the key calls it; files of a folder are called by their relative path behind it.
    ///   - including: which files of a folder count, by relative path.
    /// - Throws: ``ParameterError`` with the nearest name where nothing is there.
    public func files(
        _ path: String, parameter: String, name: String = "", including: (String) -> Bool = { _ in true }
    ) throws(ParameterError) -> [ExternalFile] {
        let absolute = absolute(path)
        let files: [String]
        do throws(FileSystemError) {
            guard let status = try FileSystem.status(of: absolute) else { throw FileSystemError.missing(path) }
            guard status.isFolder else { return [ExternalFile(path: absolute, parameter: parameter, name: name)] }
            files = try FileSystem.listFiles(below: absolute)
        } catch {
            throw error.isMissing
                ? missing(path, parameter: parameter)
                : ParameterError(parameter: parameter, "\(error)", fix: "make it readable")
        }
        return files.filter(including).map { file in
            ExternalFile(
                path: absolute + "/" + file, parameter: parameter, name: name.isEmpty ? file : name + "/" + file)
        }
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
