import CHDF5

/// Names of axes, and datasets that say what stands along them: HDF5's dimension scales.
///
/// They are plain attributes, after "HDF5 Dimension Scale Specification and Design Notes" (The HDF Group, 2005), written
/// here and not by libhdf5_hl: one library less to load, and every byte of them is determined.
extension HDF5Dataset {
    /// Names every axis, slowest first. h5py shows them as `dataset.dims[0].label`.
    /// - Throws: `HDF5Error`.
    public func setAxisNames(_ names: [String]) throws {
        precondition(names.count == shape.count, "\(names.count) names for the axes of shape \(shape)")
        guard !names.isEmpty else { return }
        try Library.call { try attributeAccess.set(DimensionScales.labels, .strings(names)) }
    }

    /// The names of the axes; empty texts where there are none.
    /// - Throws: `HDF5Error`.
    public func axisNames() throws -> [String] {
        try Library.call {
            let unnamed = shape.map { _ in "" }
            guard try attributeAccess.exists(DimensionScales.labels) else { return unnamed }
            let stored = try StoredAttribute(object: handle, name: DimensionScales.labels, place)
            guard stored.type.canBeRead(as: .string), stored.shape.elementCount == shape.count else { return unnamed }
            return try stored.texts()
        }
    }

    /// Makes this dataset of one axis a scale that can be attached to axes of others.
    /// - Throws: `HDF5Error`.
    public func makeScale(named name: String) throws {
        try Library.call {
            try setFixedText(DimensionScales.className, DimensionScales.scaleClass)
            try setFixedText(DimensionScales.scaleName, name)
        }
    }

    /// Attaches a scale of the same file to one axis, in place of one that was attached before.
    ///
    /// Makes `scale` one, named like the end of its path, if it is none yet.
    /// - Throws: `HDF5Error`.
    public func attach(_ scale: HDF5Dataset, toAxis axis: Int) throws {
        precondition(shape.indices.contains(axis), "axis \(axis) of shape \(shape)")
        precondition(scale.file === file, "a scale lies in the file of its dataset")
        try Library.call {
            if try !scale.attributeAccess.exists(DimensionScales.className) {
                try scale.makeScale(named: String(ObjectPath.components(scale.path).last ?? ""))
            }
            var lists = try referenceLists()
            lists[axis] = [try DimensionScales.reference(to: scale)]
            try writeReferenceLists(lists)
            try scale.addBackReference(to: self, axis: axis)
        }
    }

    /// Paths of the scales of each axis.
    /// - Throws: `HDF5Error`.
    public func scalePaths() throws -> [[String]] {
        try Library.call { try referenceLists().map { try $0.map { try DimensionScales.path(of: $0, from: self) } } }
    }

    /// Whether this dataset is a scale.
    /// - Throws: `HDF5Error`.
    public func isScale() throws -> Bool {
        try Library.call { try attributeAccess.value(DimensionScales.className) == .string(DimensionScales.scaleClass) }
    }

    var attributeAccess: AttributeAccess { AttributeAccess(object: handle, place: place) }

    private func referenceLists() throws -> [[hobj_ref_t]] {
        let none: [[hobj_ref_t]] = shape.map { _ in [] }
        guard try attributeAccess.exists(DimensionScales.references) else { return none }
        let lists = try StoredAttribute(object: handle, name: DimensionScales.references, place).referenceLists()
        return lists.count == shape.count ? lists : none
    }

    private func writeReferenceLists(_ lists: [[hobj_ref_t]]) throws {
        let type = try place.own(H5Tvlen_create(CHDF5_object_reference()), "prepare the type")
        let all = UnsafeMutablePointer<hobj_ref_t>.allocate(capacity: max(lists.reduce(0) { $0 + $1.count }, 1))
        defer { all.deallocate() }
        var next = all
        let elements = lists.map { list in
            defer { next += list.count }
            next.update(from: list, count: list.count)
            return hvl_t(len: list.count, p: list.isEmpty ? nil : UnsafeMutableRawPointer(next))
        }
        try attributeAccess.set(DimensionScales.references, type.id, type.id, elements, isScalar: false)
    }

    /// Notes on a scale which axis of which dataset uses it.
    private func addBackReference(to dataset: HDF5Dataset, axis: Int) throws {
        let type = try DimensionScales.backReferenceType(place)
        var entries: [BackReference] = []
        if try attributeAccess.exists(DimensionScales.backReferences) {
            let stored = try StoredAttribute(object: handle, name: DimensionScales.backReferences, place)
            entries = (try stored.bytes() ?? []).withUnsafeBytes { Array($0.bindMemory(to: BackReference.self)) }
        }
        let entry = BackReference(target: try DimensionScales.reference(to: dataset), axis: UInt32(axis), padding: 0)
        guard !entries.contains(where: { $0.target == entry.target && $0.axis == entry.axis }) else { return }
        try attributeAccess.set(DimensionScales.backReferences, type.id, type.id, entries + [entry], isScalar: false)
    }

    /// `CLASS` and `NAME` are texts of fixed length, with a zero at their end, in the specification.
    private func setFixedText(_ name: String, _ text: String) throws {
        let bytes = Array(text.utf8) + [0]
        let type = try place.own(H5Tcopy(CHDF5_c_string()), "prepare the type")
        try place.check(H5Tset_size(type.id, bytes.count), "prepare the type")
        if !text.utf8.allSatisfy({ $0 < 128 }) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
        if try attributeAccess.exists(name) { try place.check(H5Adelete(handle.id, name), "replace '\(name)'") }
        let space = try place.own(H5Screate(H5S_SCALAR), "prepare the shape")
        let attribute = try place.own(
            H5Acreate2(handle.id, name, type.id, space.id, CHDF5_default(), CHDF5_default()), "create '\(name)'")
        try place.check(H5Awrite(attribute.id, type.id, bytes), "write '\(name)'")
    }
}

/// One entry of `REFERENCE_LIST`, in memory as in the file.
private struct BackReference {
    var target: hobj_ref_t
    var axis: UInt32
    var padding: UInt32
}

enum DimensionScales {
    static let labels = "DIMENSION_LABELS"
    static let references = "DIMENSION_LIST"
    static let backReferences = "REFERENCE_LIST"
    static let className = "CLASS"
    static let scaleName = "NAME"
    static let scaleClass = "DIMENSION_SCALE"

    /// Attributes that readers see as `axisNames` and `scalePaths`, not as values.
    static let bookkeeping: Set<String> = [labels, references, backReferences]

    fileprivate static func backReferenceType(_ place: Place) throws -> Handle {
        let type = try place.own(
            H5Tcreate(H5T_COMPOUND, MemoryLayout<BackReference>.size), "prepare the type")
        try place.check(H5Tinsert(type.id, "dataset", 0, CHDF5_object_reference()), "prepare the type")
        try place.check(
            H5Tinsert(type.id, "dimension", MemoryLayout<hobj_ref_t>.size, CHDF5_uint32_file()), "prepare the type")
        return type
    }

    static func reference(to dataset: HDF5Dataset) throws -> hobj_ref_t {
        var reference: hobj_ref_t = 0
        try dataset.place.check(
            H5Rcreate(&reference, dataset.file.handle.id, dataset.path, H5R_OBJECT, -1), "refer to it")
        return reference
    }

    static func path(of reference: hobj_ref_t, from dataset: HDF5Dataset) throws -> String {
        var reference = reference
        let target = try dataset.place.own(
            H5Rdereference2(dataset.handle.id, CHDF5_default(), H5R_OBJECT, &reference), "follow a dimension scale")
        let length = try dataset.place.check(H5Iget_name(target.id, nil, 0), "name a dimension scale")
        var bytes = [CChar](repeating: 0, count: length + 1)
        try dataset.place.check(H5Iget_name(target.id, &bytes, bytes.count), "name a dimension scale")
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
