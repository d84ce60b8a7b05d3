/// Numbers in row-major order, and who keeps them in memory.
///
/// `@unchecked Sendable`: nobody writes through it; the owner says who else may.
public struct TensorMemory: @unchecked Sendable {
    public let pointer: UnsafePointer<Float>
    private let owner: AnyObject

    /// Memory that lives as long as `owner`.
    public init(pointer: UnsafePointer<Float>, owner: AnyObject) {
        self.pointer = pointer
        self.owner = owner
    }
}
