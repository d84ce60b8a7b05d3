extension DatasetSpecification {
    /// Names of images that cannot be opened (links to nothing, no permission), which `onError` leaves out; empty for
    /// formats other than image folders.
    public func unreadableFiles(at folder: String?, labels: String? = nil) -> [String] {
        guard format == "image-folder", onError == .skip, let folder else { return [] }
        return (try? ImageFolderSelection(self, at: DatasetPlaces(folder: folder, labels: labels)))?.unreadable ?? []
    }
}
