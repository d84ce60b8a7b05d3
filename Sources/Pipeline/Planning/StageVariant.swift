import JSONValues

/// A stage with values for all its parameters, and what of them enters its key.
struct StageVariant: Sendable {
    let stage: any Stage
    /// Semantic parameters with defaults, but for those that enter the key by their files.
    let parameters: JSONObject
    let externalFiles: [ExternalFile]

    /// What is wrong with the values.
    struct Failure: Error {
        /// By parameter.
        var parameters: [ParameterError] = []
        /// What no parameter is to blame for.
        var stage: (what: String, fix: String)?
    }

    /// Decodes and checks the values that a pipeline file gives to a stage. Safe to use from any thread.
    ///
    /// - Throws: ``Failure`` with everything that is wrong.
    init(_ entry: StageRegistry.Entry, _ values: JSONObject, resolver: PathResolver) throws(Failure) {
        let decoded: [(key: String, parameter: any AnyParameter)]
        switch ParameterDecoder.decode(entry, from: values) {
        case .errors(let errors): throw Failure(parameters: errors)
        case .stage(let stage, let parameters): (self.stage, decoded) = (stage, parameters)
        }
        do throws(ParameterError) {
            try stage.validate()
        } catch {
            throw Failure(parameters: [error])
        }
        externalFiles = try Self.externalFiles(of: stage, decoded, resolver)
        // A parameter whose files enter the key does not enter it by its text as well.
        let byContent = Set(externalFiles.compactMap(\.parameter))
        var parameters = JSONObject()
        for (key, parameter) in decoded where parameter.role == .semantic && !byContent.contains(key) {
            parameters.append(key: key, value: parameter.json ?? .null)
        }
        self.parameters = parameters
    }

    private static func externalFiles(
        of stage: any Stage, _ parameters: [(key: String, parameter: any AnyParameter)], _ resolver: PathResolver
    ) throws(Failure) -> [ExternalFile] {
        do {
            if let files = try stage.externalFiles(resolver) { return files }
            var files: [ExternalFile] = []
            for (key, parameter) in parameters {
                for (path, named) in parameter.inputFiles {
                    files.append(try resolver.file(named.path, parameter: key, name: path.description))
                }
            }
            return files
        } catch let error as ParameterError {
            throw Failure(parameters: [error])
        } catch let error as StageError {
            throw Failure(stage: (error.place.isEmpty ? error.what : "\(error.place): \(error.what)", error.fix))
        } catch {
            throw Failure(stage: ("\(error)", "make its files readable"))
        }
    }
}
