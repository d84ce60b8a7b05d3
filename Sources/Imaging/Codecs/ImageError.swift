/// Why a picture could not be read or written.
public struct ImageError: Error, Equatable, Sendable {
    /// Path of the file, or what else the bytes are called.
    public let source: String
    public let problem: Problem

    public enum Problem: Equatable, Sendable {
        /// The operating system's words.
        case unreadable(String)
        case notARegularFile
        case empty
        /// The data begin with none of the signatures we know; the first bytes, at most four.
        case unknownFormat(firstBytes: [UInt8])
        /// The data contradict their format; the decoder's words.
        case damaged(ImageFormat, String)
        /// Valid, but beyond what we read or write; the decoder's words.
        case unsupported(ImageFormat, String)
        case tooManyPixels(width: Int, height: Int)
        /// The header claims a size that a file of so many bytes cannot hold.
        case tooShort(width: Int, height: Int, bytes: Int)
        case fileTooLarge(bytes: Int)
        case outOfMemory
    }
}

extension ImageError: CustomStringConvertible {
    public var description: String { "\(source): \(problem.what)\n  fix: \(problem.remedy)" }
}

extension ImageError.Problem {
    public var what: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .notARegularFile: "is not a regular file"
        case .empty: "is empty"
        case .unknownFormat(let bytes):
            "is neither PNG nor JPEG: it begins with \(bytes.map(Self.hexadecimal).joined(separator: " "))"
        case .damaged(let format, let reason): "is a damaged \(format.name): \(reason)"
        case .unsupported(let format, let reason): "is a \(format.name) of an unsupported kind: \(reason)"
        case .tooManyPixels(let width, let height):
            "claims \(width) x \(height) pixels, more than the limit of \(ImageLimits.pixels)"
        case .tooShort(let width, let height, let bytes):
            "claims \(width) x \(height) pixels, which \(bytes) bytes cannot hold"
        case .fileTooLarge(let bytes): "has \(bytes) bytes, more than the limit of \(ImageLimits.fileBytes)"
        case .outOfMemory: "does not fit in memory"
        }
    }

    public var remedy: String {
        switch self {
        case .unreadable: "check the path and the permissions"
        case .notARegularFile: "give the path of a PNG or JPEG file"
        case .unknownFormat: "convert it to PNG or JPEG, or leave it out"
        case .empty, .damaged, .tooShort: "fetch or export the file again, or leave it out"
        case .unsupported: "save it again as an ordinary PNG or JPEG"
        case .tooManyPixels, .fileTooLarge: "make the picture smaller first"
        case .outOfMemory: "make the picture smaller, or free memory"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}

/// What one picture may cost at most, whatever its header claims.
enum ImageLimits {
    /// Twice the size at which Pillow begins to warn of decompression bombs; where it refuses.
    static let pixels = 178_956_970
    static let fileBytes = 1 << 30
}
