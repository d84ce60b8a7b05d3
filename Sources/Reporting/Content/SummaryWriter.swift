public import Pipeline
import Storage

/// Writes what a running stage has to show.
///
/// ```swift
/// let summary = SummaryWriter(io)
/// var section = SectionContent()
/// section.gallery(try filters.enumerated().map { index, png in
///     try summary.save(png, as: "filter-\(index).png", alternative: "Filter \(index)", width: 48, isPixelated: true)
/// })
/// summary.write(section)
/// ```
public struct SummaryWriter: Sendable {
    private let io: StageIO

    public init(_ io: StageIO) { self.io = io }

    /// Saves the bytes of a PNG, JPEG or SVG file into the summary folder.
    ///
    /// - Parameter name: ends in `.png`, `.jpg` or `.svg`; of ASCII letters, digits, `.`, `-` and `_`, so name files by
    ///   number and put the names of classes into captions.
    /// - Returns: the picture, to be put into a section, a gallery or a table.
    public func save(
        _ bytes: [UInt8], as name: String, caption: String = "", alternative: String, width: Int? = nil,
        isPixelated: Bool = false
    ) throws -> Block.Picture {
        precondition(Self.isSafe(name), "'\(name)' is not a name for a picture")
        try FileSystem.write(bytes, to: try io.summaryFolder() + "/" + name)
        return Block.Picture(
            name, caption: caption, alternative: alternative, width: width, isPixelated: isPixelated)
    }

    /// Makes the section what the stage has to show; the last one stays.
    public func write(_ section: SectionContent) { io.writeSummary(section.json) }

    private static func isSafe(_ name: String) -> Bool {
        !name.hasPrefix(".")
            && ["png", "jpg", "svg"].contains(Paths.fileExtension(of: name))
            && name.utf8.allSatisfy { byte in
                switch UInt8(byte) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
