extension DatasetSpecification {
    /// Names of images that cannot be opened (links to nothing, no permission), which `onError` leaves out; empty for
    /// formats other than image folders.
    public func unreadableFiles(at folder: String?) -> [String] {
        guard format == "image-folder", onError == .skip, let folder else { return [] }
        return (try? ImageFolderListing(folder, split: split, onError: onError))?.unreadable ?? []
    }
}
