public import Datasets
import JSONValues
public import Pipeline

/// The name of a data set format, as the catalogue of formats has it. What was written by another of its names is the
/// same value, so the key of a stage does not tell them apart.
struct DatasetFormatName: ParameterValue {
    let rawValue: String

    static var expectation: String { "one of " + DatasetCatalogue.names.joined(separator: ", ") }
    static var schema: JSONValue { ["enum": .strings(DatasetCatalogue.names)] }

    init(json: JSONValue) throws(ParameterError) {
        guard let name = json.string else { throw Self.mismatch(json) }
        guard let ownName = try? DatasetCatalogue.ownName(of: name) else {
            let nearest = nearestName(to: name, in: DatasetCatalogue.names).map { "; did you mean '\($0)'?" } ?? ""
            throw ParameterError("'\(name)' is not a format\(nearest)", fix: "write \(Self.expectation)")
        }
        rawValue = ownName
    }

    var json: JSONValue { .string(rawValue) }

    /// Whether the format reads files, so that a folder must be given.
    var needsPath: Bool { (try? DatasetCatalogue.needsPath(rawValue)) ?? true }
}

extension DatasetSpecification.Split: ParameterChoice {}
extension DatasetSpecification.ColorMode: ParameterChoice {}
extension DatasetSpecification.LongerSide: ParameterChoice {}
extension DatasetSpecification.FailurePolicy: ParameterChoice {}
extension DatasetSpecification.ChannelAxis: ParameterChoice {}
