/// A file format, told by the first bytes of the data and never by the name of the file.
public enum ImageFormat: Sendable, Equatable {
    case png, jpeg

    /// The format whose signature the bytes begin with.
    init?(signatureOf bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// The format that a file's first bytes say; `nil` for any other.
    package init?(ofFile path: String) throws(ImageError) {
        self.init(signatureOf: try FileBytes.read(path, upTo: 8).bytes)
    }

    package var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        }
    }
}
