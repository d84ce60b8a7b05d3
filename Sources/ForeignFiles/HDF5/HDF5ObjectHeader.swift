/// The messages of an object, from both versions of object headers (specification, section IV.A).
struct HDF5ObjectHeader: Sendable {
    struct Message: Sendable {
        let kind: Int
        let isShared: Bool
        let body: ForeignBytes
    }

    /// Where it begins.
    let address: Int
    let messages: [Message]
    /// In bytes, all pieces together.
    let size: Int

    /// Most messages that an object may have.
    private static let limit = 1 << 16

    init(at address: Int, in file: HDF5Superblock) throws(ForeignFileError) {
        self.address = address
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        var reader = MessageReader(file: file)
        if file.bytes.hasBytes("OHDR".utf8, at: address) {
            cursor.skip(4)
            let version = try cursor.byte()
            guard version == 2 else {
                throw file.bytes.error(at: address, "object header version \(version) is not known")
            }
            let flags = try cursor.byte()
            // Times; limits of the attribute storage.
            cursor.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
            let size = try cursor.number(width: 1 << (flags & 3))
            reader.isVersion2 = true
            reader.hasOrder = flags & 4 != 0
            try reader.read(cursor.part(size, "an object header"))
        } else {
            let version = try cursor.byte()
            guard version == 1 else { throw file.bytes.error(at: address, "there is no object header") }
            // Reserved byte, count of messages, references.
            cursor.skip(1 + 2 + 4)
            let size = try cursor.word()
            cursor.skip(4)
            try reader.read(cursor.part(size, "an object header"))
        }
        messages = reader.messages
        size = reader.size
    }

    func first(_ kind: Int) -> Message? { messages.first { $0.kind == kind } }

    /// Reads the pieces of a header, without recursion.
    private struct MessageReader {
        let file: HDF5Superblock
        var isVersion2 = false
        /// Whether each message of version 2 tells when it was made.
        var hasOrder = false
        var messages: [Message] = []
        /// Bytes of the pieces so far.
        var size = 0
        private var pieces: [ForeignBytes] = []

        init(file: HDF5Superblock) { self.file = file }

        mutating func read(_ first: ForeignBytes) throws(ForeignFileError) {
            pieces = [first]
            while let piece = pieces.popLast() {
                // Pieces of an honest file do not overlap, so a header that leads back to itself soon is too large.
                size += max(piece.count, 8)
                guard size <= file.bytes.count else { throw piece.error(at: 0, "an object header without end") }
                try readMessages(of: piece)
            }
        }

        private mutating func readMessages(of piece: ForeignBytes) throws(ForeignFileError) {
            var cursor = HDF5Cursor(piece, file.widths)
            let headerSize = isVersion2 ? 4 + (hasOrder ? 2 : 0) : 8
            while cursor.remaining >= headerSize {
                let kind = isVersion2 ? try cursor.byte() : try cursor.short()
                let size = try cursor.short()
                let flags = try cursor.byte()
                cursor.skip(isVersion2 ? (hasOrder ? 2 : 0) : 3)
                let body = try cursor.part(size, "a message")
                if kind == HDF5Message.continuation {
                    try addPiece(body)
                } else if kind != 0 {
                    guard messages.count < HDF5ObjectHeader.limit else {
                        throw piece.error(at: 0, "an object with more than \(HDF5ObjectHeader.limit) messages")
                    }
                    messages.append(Message(kind: kind, isShared: flags & 2 != 0, body: body))
                }
            }
        }

        private mutating func addPiece(_ body: ForeignBytes) throws(ForeignFileError) {
            var cursor = HDF5Cursor(body, file.widths)
            guard let address = try cursor.address() else { throw body.error(at: 0, "a header goes on nowhere") }
            let length = try cursor.length()
            var piece = try file.bytes.part(at: address, count: length, "an object header")
            if isVersion2 {
                guard piece.hasBytes("OCHK".utf8), length >= 8 else {
                    throw piece.error(at: 0, "the rest of an object header does not start with 'OCHK'")
                }
                // Signature before, checksum behind.
                piece = try piece.part(at: 4, count: length - 8, "an object header")
            }
            pieces.append(piece)
        }
    }
}

/// Kinds of message.
enum HDF5Message {
    static let dataspace = 0x01
    static let linkInfo = 0x02
    static let datatype = 0x03
    static let link = 0x06
    static let externalFiles = 0x07
    static let layout = 0x08
    static let filters = 0x0B
    static let attribute = 0x0C
    static let continuation = 0x10
    static let symbolTable = 0x11
    static let attributeInfo = 0x15
}
