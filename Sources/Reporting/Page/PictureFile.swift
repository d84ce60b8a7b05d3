import Foundation
import Storage

/// A picture, ready to stand in a page.
struct PictureFile: Sendable {
    var dataURI: String
    /// In pixels; `nil` where the file does not say it in the usual place.
    var size: (width: Int, height: Int)?

    /// Why a picture cannot be shown.
    struct Unusable: Error {
        var reason: String
    }

    /// A page with a larger picture than this would open nowhere.
    private static let largest = 64 << 20

    /// - Parameter name: relative to the folder; must stay in it.
    init(_ name: String, in folder: String) throws(Unusable) {
        let names = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !names.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !name.utf8.contains(0) else {
            throw Unusable(reason: "its path leads out of the folder of the stage")
        }
        let bytes = try Self.read(folder + "/" + name)
        guard let type = Self.mediaType(bytes, name: name) else {
            throw Unusable(reason: "the file is no PNG, JPEG or SVG")
        }
        dataURI = "data:\(type);base64,\(Data(bytes).base64EncodedString())"
        size = type == "image/png" ? Self.sizeOfPNG(bytes) : nil
    }

    private static func read(_ path: String) throws(Unusable) -> [UInt8] {
        let bytes: [UInt8]?
        let size: Int
        do throws(FileSystemError) {
            let status = try FileSystem.status(of: path, followingLinks: false)
            guard let status, !status.isFolder, !status.isLink else { throw FileSystemError.missing(path) }
            size = status.size
            bytes = size <= largest ? try FileSystem.read(path) : nil
        } catch {
            throw Unusable(reason: error.isMissing ? "the file is missing" : "the file cannot be read")
        }
        guard let bytes else { throw Unusable(reason: "the file has \(size) bytes, more than \(largest)") }
        return bytes
    }

    private static func mediaType(_ bytes: [UInt8], name: String) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        // A page shows it by <img>, in which scripts of the file do not run and its links are not followed.
        if Paths.fileExtension(of: name) == "svg", bytes.contains(UInt8(ascii: "<")) { return "image/svg+xml" }
        return nil
    }

    private static func sizeOfPNG(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 24 else { return nil }
        let numbers = [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        guard numbers.allSatisfy({ (1...1 << 16).contains($0) }) else { return nil }
        return (numbers[0], numbers[1])
    }
}
