import ArgumentParser
import JSONValues
import Pipeline
import Stages

struct StagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stages", abstract: "List the stages, or say everything about one.")

    @Argument(help: "A stage, as reduce.tsne; all where it is left out.", completion: .stageKinds)
    var name: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        guard let name else {
            let all = registry.names.sorted().compactMap(registry.description(of:))
            return print(
                json
                    ? JSONValue.array(all.map(\.json)).prettyText
                    : Table.text(all.map { [$0.name, $0.summary] }) + "\n\n'convscope stages NAME' says more.")
        }
        guard let stage = registry.description(of: name) else {
            let nearest = registry.nearestName(to: name).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                "Error: there is no stage '\(name)'\(nearest)\n  fix: choose from \(registry.names.joined(separator: ", "))",
                code: ExitStatus.wrongCommandLine)
        }
        print(json ? stage.json.prettyText : stage.text)
    }
}

extension StageDescription {
    /// The page of one stage.
    var text: String {
        var parts = ["\(name), version \(version)\n\n  \(summary)"]
        if !details.isEmpty { parts.append(indented(details)) }
        if !inputs.isEmpty {
            parts.append("Inputs\n" + indented(Table.text(inputs.map { [$0.name, $0.traits, $0.documentation] })))
        }
        parts.append("Outputs\n" + indented(Table.text(outputs.map { [$0.name, $0.traits, $0.documentation] })))
        if !parameters.isEmpty {
            parts.append("Parameters\n" + parameters.map { indented($0.text) }.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    var json: JSONValue {
        [
            "name": .string(name), "version": .integer(version), "summary": .string(summary),
            "details": .string(details),
            "inputs": .array(
                inputs.map {
                    [
                        "name": .string($0.name), "kinds": .strings($0.kinds), "optional": .bool($0.isOptional),
                        "list": .bool($0.isList), "documentation": .string($0.documentation),
                    ]
                }),
            "outputs": .array(
                outputs.map {
                    [
                        "name": .string($0.name), "kind": .string($0.kind), "optional": .bool($0.isOptional),
                        "documentation": .string($0.documentation),
                    ]
                }),
            "parameters": .array(parameters.map(\.json)),
        ]
    }
}

extension StageDescription.Parameter {
    fileprivate var text: String {
        var traits = expectation
        if let range { traits += ", in \(range)" }
        traits += defaultValue.map { "; default \($0.canonicalText)" } ?? "; required"
        if role == .execution { traits += "; never changes results" }
        return "\(key)\n    \(documentation)\n    \(traits)"
    }

    fileprivate var json: JSONValue {
        var json: JSONValue = [
            "key": .string(key), "documentation": .string(documentation), "expectation": .string(expectation),
            "schema": schema, "execution": .bool(role == .execution), "required": .bool(defaultValue == nil),
        ]
        if let defaultValue { json["default"] = defaultValue }
        if let lower = range?.lower { json["minimum"] = lower }
        if let upper = range?.upper { json["maximum"] = upper }
        return json
    }
}

extension InputPort {
    fileprivate var traits: String {
        let kinds = kinds.contains("*") ? "anything" : kinds.joined(separator: " or ")
        return kinds + (isList ? ", one or more" : "") + (isOptional ? ", optional" : "")
    }
}

extension Output {
    fileprivate var traits: String { kind + (isOptional ? ", optional" : "") }
}

private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }
        .joined(separator: "\n")
}
