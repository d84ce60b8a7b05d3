import FeatureVisualization
import JSONValues
import NeuralNetwork
import Pipeline

/// What images are made for: units of a layer, a list that another stage made, classes, or one sum of terms.
struct MaximizationTargets: ParameterGroup {
    @Parameter("Layer of the units: a convolution's name excites it before the ReLU. Not with 'units'.") var layer:
        String?
    @Parameter("Channels of the layer (or outputs of a linear layer); all if absent.", in: 0...) var filters: [Int]?
    @Parameter(
        "What is excited: each channel everywhere, only its unit in the middle (\"center\") or at a place (\"row,column\"), all of the layer at once (\"layer\", the mean square, as in DeepDream), or the logits of 'classes' (\"class\")."
    ) var target: MaximizationTarget = .unit(.everywhere)
    @Parameter("Classes by index or name for the target \"class\"; all if absent.") var classes: [ClassReference]?
    @Parameter("Whether units are brought to answer as little as they can.") var negative: Bool = false
    @Parameter(
        "One image for a sum: each term with \"layer\" and \"channel\" or \"direction\" (a number for each channel; the mean cosine), \"layer\" alone or \"class\"; with \"position\" (\"everywhere\", \"center\", \"row,column\") and \"weight\"."
    ) var terms: [ObjectiveTermParameter] = []
    @Parameter("Images made together of each unit, kept from being alike.", in: 1...64) var variants: Int = 1
    @Parameter(
        "Charge for images of a unit being alike, 3 if absent: times the cosine between the Gram matrices of the unit's layer, summed over ordered pairs, times the layer's mean absolute answer to the start ('/diversity_scale').",
        in: 0...1000) var diversity: Float?

    func validate() throws(ParameterError) {
        try LayerChoice.validate(filters: filters)
        if diversity != nil, variants == 1 {
            throw ParameterError(
                parameter: "diversity", "one image of a unit is like no other",
                fix: "ask for several with 'variants', or remove it")
        }
        guard classes?.isEmpty != true else {
            throw ParameterError(
                parameter: "classes", "names no classes", fix: "name a class, or remove the key to take all")
        }
    }

    /// Finds what is wrong before anything runs.
    /// - Parameter size: of the images, where it is given.
    func check(
        _ units: OptionalInput<UnitsArtifact>, _ model: Input<ModelArtifact>, size: Int?, _ io: CheckIO
    ) {
        guard checkSource(units, io), let model = io.description(of: model) else { return }
        if let layer, target != .score, let node = try? model.network.index(of: layer) {
            let count = model.network.shapes[node][0]
            let wrong = (filters ?? []).enumerated().filter { $1 >= count }
            for (index, filter) in wrong {
                io.problem(
                    parameter: "filters[\(index)]",
                    "'\(layer)' has no channel \(filter); its \(count) channels count from 0",
                    fix: "choose channels in 0...\(count - 1)")
            }
            if !wrong.isEmpty { return }
        }
        do {
            guard let unit = try self.units(in: model.network, classNames: model.classNames)?.first else { return }
            let shape = try unit.imageShape(in: model.network, size: size)
            for (index, term) in unit.terms.enumerated() {
                do throws(MaximizationError) { try term.check(in: model.network, imageShape: shape) } catch {
                    io.problem(
                        parameter: terms.isEmpty ? "target" : "terms[\(index)]", error.what, fix: error.fix)
                }
            }
        } catch let error as ParameterError {
            io.problem(parameter: "\(error.path)", error.what, fix: error.fix)
        } catch let error as MaximizationError {
            io.problem(parameter: "size", error.what, fix: error.fix)
        } catch { io.problem("\(error)", fix: "") }
    }

    /// Finds whether one thing, and only one, says what to maximize, and nothing stands beside it that means nothing.
    private func checkSource(_ units: OptionalInput<UnitsArtifact>, _ io: CheckIO) -> Bool {
        let sources = [
            ("'layer'", layer != nil), ("the input '\(units.name)'", io.isConnected(units)),
            ("'terms'", !terms.isEmpty), ("the target \"class\"", target == .score),
        ].filter(\.1).map(\.0)
        switch sources.count {
        case 0:
            io.problem(
                "neither 'layer' nor the input '\(units.name)' says what to maximize",
                fix: "add \"layer\" to the parameters, or connect '\(units.name)'")
            return false
        case 1: break
        default:
            io.problem(
                "both \(sources[0]) and \(sources[1]) say what to maximize", fix: "remove one of them")
            return false
        }
        var isRight = true
        func refuse(_ parameter: String, _ isThere: Bool, _ what: String, fix: String) {
            guard isThere else { return }
            io.problem(parameter: parameter, what, fix: fix)
            isRight = false
        }
        refuse(
            "filters", filters != nil && (layer == nil || target == .layer),
            target == .layer
                ? "all channels of the layer are excited at once"
                : "it chooses channels of 'layer', which is not given",
            fix: target == .layer
                ? "remove it, or choose another target" : "remove it; \(sources[0]) says what to maximize")
        refuse(
            "classes", classes != nil && target != .score, "classes are excited with the target \"class\" only",
            fix: "add \"target\": \"class\", or remove it")
        refuse(
            "target", target == .layer && layer == nil, "the target \"layer\" means all of 'layer', which is not given",
            fix: "add \"layer\", or choose another target")
        refuse(
            "target", target != .unit(.everywhere) && !terms.isEmpty, "terms say themselves where they look",
            fix: "remove it, and give the terms a \"position\"")
        refuse(
            "negative", negative && !terms.isEmpty, "terms have weights", fix: "remove it; make the weights negative")
        return isRight
    }

    /// The units that the parameters name; `nil` where they come from another stage.
    /// - Throws: `ParameterError` with the path of the parameter.
    private func units(in network: Network, classNames: [String]) throws(ParameterError) -> [TargetUnit]? {
        guard terms.isEmpty else {
            var resolved: [ObjectiveTerm] = []
            for (index, term) in terms.enumerated() {
                do throws(ParameterError) {
                    resolved.append(try term.resolved(in: network, classNames: classNames))
                } catch {
                    throw ParameterError(
                        path: JSONPath("terms").appending(index).appending(error.path), error.what, fix: error.fix)
                }
            }
            return [TargetUnit(resolved)]
        }
        if target == .score { return try scores(of: network, classNames: classNames) }
        guard let layer else { return nil }
        let node: Int
        do throws(NetworkError) { node = try network.index(of: layer) } catch {
            throw ParameterError(parameter: "layer", error.what, fix: error.fix)
        }
        let name = network.nodes[node].name
        guard case .unit = target else { return [unit(name, .layer)] }
        return (filters ?? Array(0..<network.shapes[node][0])).map { unit(name, channel: $0) }
    }

    private func scores(of network: Network, classNames: [String]) throws(ParameterError) -> [TargetUnit] {
        guard let count = network.scoreCount else {
            throw ParameterError(
                parameter: "target", "the network scores no classes", fix: "name a 'layer', and choose another target")
        }
        var chosen = Array(0..<count)
        if let classes {
            chosen = []
            for (index, reference) in classes.enumerated() {
                do throws(ParameterError) {
                    let found = try reference.resolved(count: count, names: classNames)
                    guard !chosen.contains(found) else {
                        throw ParameterError("names class \(found) a second time", fix: "remove it")
                    }
                    chosen.append(found)
                } catch {
                    throw ParameterError(path: JSONPath("classes").appending(index), error.what, fix: error.fix)
                }
            }
        }
        let name = network.nodes[network.logitsNode].name
        return chosen.map { unit(name, .channel($0, .everywhere)) }
    }

    /// The units to maximize.
    func units(of model: Model, _ input: OptionalInput<UnitsArtifact>, _ io: StageIO) throws -> [TargetUnit] {
        if let units = try self.units(in: model.network, classNames: model.classNames) { return units }
        guard let units = try io.read(input)?.units, !units.isEmpty else {
            throw StageError(
                "it names no units", fix: "change the stage it comes from, or name 'layer' instead",
                place: "input '\(input.name)'")
        }
        return units.map { unit($0.layer, channel: $0.index) }
    }

    private func unit(_ layer: String, channel: Int) -> TargetUnit {
        guard case .unit(let position) = target else { preconditionFailure("\(target) is no unit") }
        return unit(layer, .channel(channel, position))
    }

    private func unit(_ layer: String, _ measure: ObjectiveTerm.Measure) -> TargetUnit {
        TargetUnit([ObjectiveTerm(layer: layer, measure, weight: negative ? -1 : 1)])
    }
}
