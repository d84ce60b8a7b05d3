import JSONValues

/// Runs the stages' own checks in order, handing on what each says about its outputs.
enum StageChecks {
    static func mistakes(in plan: Plan) -> [Mistake] {
        var described: [[String: any Sendable]] = []
        var mistakes: [Mistake] = []
        var seen: Set<Mistake> = []
        for planned in plan.stages {
            let inputs = planned.inputs.map { port, sources in
                (port.name, sources.map { described[$0.stage][$0.port] })
            }
            let io = CheckIO(resolver: plan.file.resolver, inputs: inputs)
            var problems: [CheckProblem] = []
            do {
                try planned.stage.check(io)
            } catch let error as ParameterError {
                problems.append(
                    CheckProblem(path: JSONPath("parameters").appending(error.path), what: error.what, fix: error.fix))
            } catch let error as StageError {
                let what = error.place.isEmpty ? error.what : "\(error.place): \(error.what)"
                problems.append(CheckProblem(path: .root, what: what, fix: error.fix))
            } catch {
                problems.append(CheckProblem(path: .root, what: "\(error)", fix: "make its files readable"))
            }
            for problem in io.problems + problems {
                let place = problem.path.components
                let path =
                    place.first == .key("parameters")
                    ? planned.declared.place(of: JSONPath(Array(place.dropFirst())), planned.choice, in: plan.file)
                    : planned.path.appending(problem.path)
                let mistake = plan.file.mistake(path, problem.what, fix: problem.fix)
                if seen.insert(mistake).inserted { mistakes.append(mistake) }
            }
            described.append(io.described)
        }
        return mistakes
    }
}

extension Plan {
    /// Runs the stages' own checks: layers that the model has, shapes that fit.
    ///
    /// - Throws: ``PipelineMistakes``.
    public func check() throws(PipelineMistakes) {
        let mistakes = StageChecks.mistakes(in: self)
        if !mistakes.isEmpty { throw PipelineMistakes(mistakes: mistakes) }
    }
}
