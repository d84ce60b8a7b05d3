/// Elements as they stand in the file, and what they mean.
struct HDF5Values: Sendable {
    let bytes: ForeignBytes
    let datatype: HDF5Datatype
    let count: Int
    let file: HDF5Superblock

    /// Every element as a float; booleans as 0 and 1. Rounds what has more digits.
    func read(into target: UnsafeMutableBufferPointer<Float>) throws(ForeignFileError) {
        if case .float(4, isBigEndian: false) = datatype {
            precondition(target.count == count, "\(count) elements into \(target.count)")
            try bytes.file.read(at: bytes.range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
        } else {
            try convert(into: target)
        }
    }

    /// Every element as a double; booleans as 0 and 1.
    func numbers() throws(ForeignFileError) -> [Double] {
        var numbers = [Double](repeating: 0, count: count)
        var failure: ForeignFileError?
        numbers.withUnsafeMutableBufferPointer { target in
            do throws(ForeignFileError) { try convert(into: target) } catch { failure = error }
        }
        if let failure { throw failure }
        return numbers
    }

    /// Every element of whole numbers or booleans; numbers above `Int.max` become it.
    func integers() throws(ForeignFileError) -> [Int] {
        let (isSigned, isBigEndian): (Bool, Bool)
        switch datatype {
        case .integer(_, let signed, let bigEndian): (isSigned, isBigEndian) = (signed, bigEndian)
        case .boolean: (isSigned, isBigEndian) = (false, false)
        default:
            throw bytes.error(at: 0, "\(datatype) where whole numbers are needed", fix: "write it as integers")
        }
        let size = datatype.size(file.widths)
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let digits = bytes[index * size..<(index + 1) * size]
                let bits = (isBigEndian ? Array(digits) : digits.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let unused = 64 - 8 * size
                return isSigned ? (Int(bitPattern: UInt(bits)) << unused) >> unused : Int(clamping: bits)
            }
        }
    }

    private func convert<Number: BinaryFloatingPoint>(
        into target: UnsafeMutableBufferPointer<Number>
    ) throws(ForeignFileError) {
        precondition(target.count == count, "\(count) elements into \(target.count)")
        func convert<Bits: FixedWidthInteger>(_ type: Bits.Type, _ isBigEndian: Bool, _ number: (Bits) -> Number) {
            bytes.withUnsafeBytes { bytes in
                for index in target.indices {
                    let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: type)
                    target[index] = number(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
                }
            }
        }
        switch datatype {
        case .float(4, let isBigEndian): convert(UInt32.self, isBigEndian) { Number(Float(bitPattern: $0)) }
        case .float(8, let isBigEndian): convert(UInt64.self, isBigEndian) { Number(Double(bitPattern: $0)) }
        case .float(_, let isBigEndian): convert(UInt16.self, isBigEndian) { Number(Float(halfPrecision: $0)) }
        case .integer(1, true, _): convert(Int8.self, false) { Number($0) }
        case .integer(1, false, _), .boolean: convert(UInt8.self, false) { Number($0) }
        case .integer(2, true, let isBigEndian): convert(Int16.self, isBigEndian) { Number($0) }
        case .integer(2, false, let isBigEndian): convert(UInt16.self, isBigEndian) { Number($0) }
        case .integer(4, true, let isBigEndian): convert(Int32.self, isBigEndian) { Number($0) }
        case .integer(4, false, let isBigEndian): convert(UInt32.self, isBigEndian) { Number($0) }
        case .integer(_, true, let isBigEndian): convert(Int64.self, isBigEndian) { Number($0) }
        case .integer(_, false, let isBigEndian): convert(UInt64.self, isBigEndian) { Number($0) }
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
