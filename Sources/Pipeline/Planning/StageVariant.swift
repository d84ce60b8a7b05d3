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
        let decoded: [ParameterDecoder.Value]
        switch ParameterDecoder.decode(entry, from: values) {
        case .errors(let errors): throw Failure(parameters: errors)
        case .stage(let stage, let values): (self.stage, decoded) = (stage, values)
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
        for value in decoded where value.role == .semantic && !byContent.contains(value.key) {
            parameters.append(key: value.key, value: value.json)
        }
        self.parameters = parameters
    }

    private static func externalFiles(
        of stage: any Stage, _ values: [ParameterDecoder.Value], _ resolver: PathResolver
    ) throws(Failure) -> [ExternalFile] {
        do {
            if let files = try stage.externalFiles(resolver) { return files }
            var files: [ExternalFile] = []
            for value in values {
                for (path, named) in value.inputFiles {
                    files.append(try resolver.file(named.path, parameter: value.key, name: path.description))
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
