import Datasets
import JSONValues

/// The classes of a network by name.
struct NamedClasses {
    /// In the order of the network's scores; empty where nobody names them.
    let names: [String]

    init(_ names: [String]) { self.names = names }

    /// The network's own names; those of a data set where the network has none, but as many scores.
    init(network own: [String], dataset: [String], count: Int?) {
        self.init(own.isEmpty && dataset.count == count ? dataset : own)
    }

    /// The name of a class, or its number.
    func name(_ index: Int) -> String { names.indices.contains(index) ? names[index] : "class \(index)" }

    /// The classes of a name, whatever its case, `_` like a space: the whole, or where there is none, one of its synonyms
    /// as in `tench, Tinca tinca`.
    func indices(of name: String) -> [Int] {
        let wanted = ClassList.plain(name)
        let whole = names.indices.filter { ClassList.plain(names[$0]) == wanted }
        return whole.isEmpty ? names.indices.filter { Self.synonyms(names[$0]).contains(wanted) } : whole
    }

    /// The name, or synonym, that was most likely meant.
    func nearest(to name: String) -> String? {
        let synonyms = names.flatMap(Self.synonyms)
        return nearestName(to: name, in: synonyms) ?? synonyms.first { $0.hasPrefix(ClassList.plain(name)) }
    }

    private static func synonyms(_ name: String) -> [String] {
        ClassList.plain(name).split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
    }
}
