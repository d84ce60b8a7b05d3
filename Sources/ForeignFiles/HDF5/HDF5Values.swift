/// Elements as they stand in the file, and what they mean.
struct HDF5Values: Sendable {
    let bytes: ForeignBytes
    let datatype: HDF5Datatype
    let count: Int
    let file: HDF5Superblock

    /// Every element as a float; booleans as 0 and 1. Rounds what has more digits.
    func read(into target: UnsafeMutableBufferPointer<Float>) throws(ForeignFileError) {
        precondition(target.count == count, "\(count) elements into \(target.count)")
        func convert<Bits: FixedWidthInteger>(_ type: Bits.Type, _ isBigEndian: Bool, _ float: (Bits) -> Float) {
            bytes.withUnsafeBytes { bytes in
                for index in target.indices {
                    let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: type)
                    target[index] = float(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
                }
            }
        }
        switch datatype {
        case .float(4, isBigEndian: false):
            try bytes.file.read(at: bytes.range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
        case .float(4, let isBigEndian): convert(UInt32.self, isBigEndian) { Float(bitPattern: $0) }
        case .float(8, let isBigEndian): convert(UInt64.self, isBigEndian) { Float(Double(bitPattern: $0)) }
        case .float(_, let isBigEndian): convert(UInt16.self, isBigEndian) { Float(halfPrecision: $0) }
        case .integer(1, true, _): convert(Int8.self, false) { Float($0) }
        case .integer(1, false, _), .boolean: convert(UInt8.self, false) { Float($0) }
        case .integer(2, true, let isBigEndian): convert(Int16.self, isBigEndian) { Float($0) }
        case .integer(2, false, let isBigEndian): convert(UInt16.self, isBigEndian) { Float($0) }
        case .integer(4, true, let isBigEndian): convert(Int32.self, isBigEndian) { Float($0) }
        case .integer(4, false, let isBigEndian): convert(UInt32.self, isBigEndian) { Float($0) }
        case .integer(_, true, let isBigEndian): convert(Int64.self, isBigEndian) { Float($0) }
        case .integer(_, false, let isBigEndian): convert(UInt64.self, isBigEndian) { Float($0) }
        case .fixedString, .variableString, .other:
            throw bytes.error(at: 0, "\(datatype) where numbers are needed", fix: "write it as integers or floats")
        }
    }

    /// Every element as text.
    func strings() throws(ForeignFileError) -> [String] {
        // h5py writes an empty list of texts as numbers.
        guard count > 0 else { return [] }
        var strings: [String] = []
        switch datatype {
        case .fixedString(let size, let isPaddedWithSpaces):
            for index in 0..<count {
                let text = try bytes.part(at: index * size, count: size, "a string").textToZero
                let spaces = isPaddedWithSpaces ? text.reversed().prefix { $0 == " " }.count : 0
                strings.append(String(text.dropLast(spaces)))
            }
        case .variableString:
            var heap = HDF5GlobalHeap(file)
            let size = datatype.size(file.widths)
            for index in 0..<count {
                strings.append(try heap.string(bytes.part(at: index * size, count: size, "a string")))
            }
        case .integer, .float, .boolean, .other:
            throw bytes.error(at: 0, "\(datatype) where text is needed", fix: "write it as strings")
        }
        return strings
    }
}
