import Tensors

extension DatasetSpecification {
    /// The files that opening this data set needs, found below a folder.
    ///
    /// With `limit`, only those that the remaining samples need. `shapes` has none and takes no folder.
    ///
    /// - Parameters:
    ///   - labels: Of image folders, a table in text (CSV) with a row for each picture: its name and its class.
    ///   - classes: Of image folders, a file with the classes in order, see ``ClassList``.
    /// - Throws: ``DatasetError`` naming the folder, the files that were looked for and how to mend it.
    public func files(
        at folder: String?, labels: String? = nil, classes: String? = nil
    ) throws(DatasetError) -> [DatasetFile] {
        let format = try DatasetCatalogue.format(named: format)
        switch (format.needsPath, folder) {
        case (true, let folder?):
            return try format.locate(self, at: DatasetPlaces(folder: folder, labels: labels, classes: classes))
        case (true, nil): throw .pathMissing(format: self.format)
        case (false, _): return []
        }
    }

    /// Which of `total` samples are taken, in order.
    func selection(of total: Int, place: String) throws(DatasetError) -> [Int] {
        guard offset < total else { throw .nothingSelected(place: place, offset: offset, total: total) }
        guard limit != 0 else { throw .limitIsZero }
        let taken = offset..<(limit.map { min(total, offset + min($0, total)) } ?? total)
        guard shuffle else { return Array(taken) }
        return Array(CounterRandom(seed: seed).stream("dataset.shuffle").permutation(total)[taken])
    }
}
