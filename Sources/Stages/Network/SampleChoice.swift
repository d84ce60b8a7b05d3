import Datasets
import Pipeline

/// Images of a data set that a parameter names by position.
enum SampleChoice {
    /// Positions that a parameter may name at most.
    static let limit = 64

    /// - Parameter limit: how many may be named; `nil` for any number.
    static func validate(
        _ samples: [Int], mayBeEmpty: Bool = false, limit: Int? = Self.limit
    ) throws(ParameterError) {
        guard mayBeEmpty || !samples.isEmpty, samples.count <= limit ?? .max else {
            throw ParameterError(
                parameter: "samples", "names \(samples.count) images",
                fix: limit.map { "name \(mayBeEmpty ? 0 : 1)...\($0) images" } ?? "name one image at least")
        }
        var seen: Set<Int> = []
        if let index = samples.firstIndex(where: { !seen.insert($0).inserted }) {
            throw ParameterError(
                parameter: "samples[\(index)]", "names image \(samples[index]) again", fix: "name every image once")
        }
    }

    /// Finds positions that are not there, before a run.
    static func check(_ samples: [Int], _ dataset: Input<DatasetArtifact>, _ io: CheckIO) {
        guard let count = io.description(of: dataset)?.count else { return }
        for (index, sample) in samples.enumerated() where sample >= count {
            io.problem(
                parameter: "samples[\(index)]", "there is no image \(sample) among \(count)",
                fix: "choose positions in 0...\(count - 1)")
        }
    }

    /// Unreadable pictures may have been left out since the positions were checked.
    /// - Throws: `StageError` for a position that is not there.
    static func require(_ samples: [Int], of dataset: Dataset) throws {
        guard let sample = samples.first(where: { $0 >= dataset.count }) else { return }
        throw StageError(
            "there is no image \(sample) among \(dataset.count)", fix: "choose positions in 0...\(dataset.count - 1)",
            place: "parameter 'samples'")
    }
}
