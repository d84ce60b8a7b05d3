import Datasets
import Imaging

extension FileInspector {
    static let idx = FileInspector(name: "IDX", recognizes: { IDXFile.kind(ofFile: $0) != nil }) { path in
        guard let kind = IDXFile.kind(ofFile: path) else {
            throw DatasetError.unreadable(path: path, reason: "it changed")
        }
        let file = try IDXFile(path: path, kind: kind)
        return "\(kind == .images ? "images" : "labels")  uint8  \(Words.shape(file.shape))"
    }

    static let cifar = FileInspector(name: "CIFAR", recognizes: { CIFARArchive.isArchive($0) }) { path in
        let entries = try CIFARArchive(path: path).entries
        return Table.text(
            entries.map { entry in
                guard let count = entry.imageCount else { return [entry.name, "\(Words.count(entry.size)) bytes"] }
                return [entry.name, "uint8", Words.shape([count] + CIFARArchive.imageShape)]
            })
    }

    static let image = FileInspector(name: "PNG or JPEG", recognizes: { (try? ImageFormat(ofFile: $0)) != nil }) {
        path in
        let header = try ImageHeader.read(path)
        let channels = Words.counted(header.channels, "channel") + (header.hasAlpha ? " and alpha" : "")
        return "\(header.format.name)  \(header.width)×\(header.height) pixels  \(channels)"
    }
}
