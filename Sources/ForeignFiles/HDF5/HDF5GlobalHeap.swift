/// Strings of variable length, which are stored apart from the elements that point to them.
struct HDF5GlobalHeap {
    private let file: HDF5Superblock
    /// Where each object of the collections that were read is, by collection and index.
    private var collections: [Int: [Int: ForeignBytes]] = [:]
    /// Bytes of collections, which do not overlap in an honest file.
    private var bytesLeft: Int
    /// Bytes of strings: many elements may point to one.
    private var textLeft: Int

    init(_ file: HDF5Superblock) {
        self.file = file
        bytesLeft = file.bytes.count
        textLeft = file.sizeLimit
    }

    /// - Parameter element: length, address of the collection, index in it.
    mutating func string(_ element: ForeignBytes) throws(ForeignFileError) -> String {
        var cursor = HDF5Cursor(element, file.widths)
        let length = try cursor.word()
        let collection = try cursor.address()
        let index = try cursor.word()
        // Never written, or empty.
        guard let collection, collection != 0, length > 0 else { return "" }
        if collections[collection] == nil { collections[collection] = try read(collection) }
        guard let object = collections[collection]?[index] else {
            throw element.error(at: 0, "a string points to nothing")
        }
        textLeft -= length
        guard textLeft >= 0 else { throw element.error(at: 0, "the strings are longer than the file can hold") }
        return try object.part(at: 0, count: length, "a string").textToZero
    }

    private mutating func read(_ address: Int) throws(ForeignFileError) -> [Int: ForeignBytes] {
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        try cursor.expect("GCOL", "a global heap")
        cursor.skip(4)
        let size = try cursor.length()
        let collection = try file.bytes.part(at: address, count: size, "a global heap")
        bytesLeft -= size
        guard bytesLeft >= 0 else { throw file.bytes.error(at: address, "global heaps that overlap") }
        cursor = HDF5Cursor(collection, file.widths, at: cursor.offset - address)
        var objects: [Int: ForeignBytes] = [:]
        while cursor.remaining >= 8 + file.widths.length {
            let index = try cursor.short()
            // References, reserved.
            cursor.skip(6)
            let length = try cursor.length()
            // Index 0 is the free rest.
            if index == 0 { break }
            objects[index] = try cursor.part(length, "a string")
            cursor.skip(-length & 7)
        }
        return objects
    }
}
