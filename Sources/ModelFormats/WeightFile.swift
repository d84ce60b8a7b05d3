import JSONValues
public import Tensors

/// A file of named tensors: listed when it is opened, read when asked.
public protocol WeightFile: Sendable {
    var path: String { get }

    /// The tensors, each name once, in the file's own order.
    var weights: [WeightEntry] { get }

    /// Whether what reads a flattened map expects its features position by position, as Keras flattens, and not channel
    /// by channel. Unless a format says otherwise: no.
    var flattensChannelsLast: Bool { get }

    /// Reads one tensor as 32-bit floats.
    /// - Throws: `ModelFileError` when there is none of that name, or its numbers are of a kind that is not read.
    func tensor(_ name: String) throws(ModelFileError) -> Tensor

    /// A tensor in the type that the file has it in, to be copied to another file. Unless a format says otherwise: as
    /// 32-bit floats.
    /// - Throws: as `tensor(_:)` does.
    func stored(_ name: String) throws(ModelFileError) -> StoredTensor
}

/// A tensor of a file, before it is read.
public struct WeightEntry: Sendable, Equatable {
    public let name: String
    /// The type of its numbers as the file's format calls it: `F32`, `float16`, ….
    public let type: String
    public let shape: [Int]

    public init(name: String, type: String, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}

extension WeightFile {
    public var flattensChannelsLast: Bool { false }

    public func stored(_ name: String) throws(ModelFileError) -> StoredTensor {
        guard let entry = weights.first(where: { $0.name == name }) else {
            throw missing(name, among: weights.map(\.name))
        }
        return StoredTensor(read: entry, from: self)
    }

    /// Reads those of the named tensors that the file has.
    public func tensors(named names: [String]) throws(ModelFileError) -> [String: Tensor] {
        let present = Set(weights.map(\.name))
        var result: [String: Tensor] = [:]
        for name in names where present.contains(name) { result[name] = try tensor(name) }
        return result
    }

    /// Of a name that the file does not have.
    func missing(_ name: String, among names: [String]) -> ModelFileError {
        ModelFileError(
            path: path,
            "there is no tensor '\(name)'" + (nearestName(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""),
            fix: "list what the file holds with 'convscope inspect'")
    }
}
