import JSONValues
import Storage

/// The parameters of a stage and the files that they name.
extension Planner {
    /// What a declaration is with each combination of values on its own axes.
    func variants(
        of declaration: StageDeclaration, _ expansion: MatrixExpansion
    ) -> [Result<StageVariant, StageVariant.Failure>] {
        concurrentMap(expansion.combinations) { [resolver = file.resolver] combination in
            Self.variant(of: declaration, expansion.choice(ofCombination: combination), resolver)
        }
    }

    /// - Parameter choice: of each list of the matrix, the place of the value to take.
    static func variant(
        of declaration: StageDeclaration, _ choice: [Int], _ resolver: PathResolver
    ) -> Result<StageVariant, StageVariant.Failure> {
        var parameters = declaration.parameters
        for (axis, place) in zip(declaration.matrix, choice) { parameters[axis.parameter] = axis.values[place] }
        return Result { () throws(StageVariant.Failure) in
            try StageVariant(declaration.entry, parameters, resolver: resolver)
        }
    }

    /// Looks at a stage that will have no instances. Each value of the matrix comes up, though not with each other.
    mutating func findMistakesInParameters(of declaration: StageDeclaration) {
        for turn in 0..<max(1, declaration.matrix.map(\.values.count).max() ?? 1) {
            let choice = declaration.matrix.map { min(turn, $0.values.count - 1) }
            if case .failure(let failure) = Self.variant(of: declaration, choice, file.resolver) {
                report(failure, declaration, choice)
            }
        }
    }

    /// An axis of the matrix that has a value in `parameters` too.
    mutating func findRepeatedParameters(of declaration: StageDeclaration) {
        for (parameter, values) in declaration.matrix where declaration.parameters[parameter] != nil {
            let place = declaration.path.appending("parameters").appending(parameter)
            let axis = declaration.path.appending("matrix").appending(parameter)
            let value = declaration.parameters[parameter] ?? values[0]
            mistakes.append(
                file.isSet(place)
                    ? file.mistake(
                        place, "'\(parameter)' has the values of \"matrix\"",
                        fix: "set the axis: --set \(quoted("\(axis)=[\(value.canonicalText)]"))")
                    : file.mistake(
                        axis, "'\(parameter)' is in \"parameters\" as well", fix: "remove it from one of the two"))
        }
    }

    mutating func report(_ failure: StageVariant.Failure, _ declaration: StageDeclaration, _ choice: [Int]) {
        for error in failure.parameters { report(error, declaration, choice) }
        if let (what, fix) = failure.stage { report(file.mistake(declaration.path, what, fix: fix)) }
    }

    /// Places a mistake at the parameter, or at the value of the matrix that it has.
    private mutating func report(_ error: ParameterError, _ declaration: StageDeclaration, _ choice: [Int]) {
        let path: JSONPath
        if case .key(let key)? = error.path.components.first, declaration.entry.parametersByKey[key] == nil,
            declaration.matrix.contains(where: { $0.parameter == key })
        {
            path = declaration.path.appending("matrix").appending(key)
        } else {
            path = declaration.place(of: error.path, choice, in: file)
        }
        report(file.mistake(path, error.what, fix: error.fix))
    }

    private mutating func report(_ mistake: Mistake) {
        if reported.insert(mistake).inserted { mistakes.append(mistake) }
    }
}

extension StageDeclaration {
    /// Where a parameter, or something inside it, stands in the file: at the value of the matrix that an instance has, or
    /// among the parameters.
    ///
    /// - Parameter choice: of each list of the matrix, the place of the instance's value.
    func place(of parameter: JSONPath, _ choice: [Int], in file: PipelineFile) -> JSONPath {
        guard case .key(let key)? = parameter.components.first,
            let (axis, place) = zip(matrix, choice).first(where: { $0.0.parameter == key })
        else { return path.appending("parameters").appending(parameter) }
        let list = path.appending("matrix").appending(key)
        // A list with a value twice is wrong itself, and shorter here.
        let written = JSONValue.object(file.resolved)[list]?.array ?? []
        let index = written.count == axis.values.count ? place : written.firstIndex(of: axis.values[place]) ?? place
        return list.appending(index).appending(JSONPath(Array(parameter.components.dropFirst())))
    }
}
