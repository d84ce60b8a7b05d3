import Datasets
import NeuralNetwork
import Pipeline

/// The labels of a data set in the numbering of a network's classes.
struct MatchedLabels {
    /// Class of each sample; as the data set numbers them where `areClasses` is false, `nil` without labels.
    let labels: [Int]?
    /// Names in the numbering of `labels`.
    let names: [String]
    /// Whether `labels` number the network's classes, so that they can be compared with what it predicts.
    let areClasses: Bool

    /// Where both sides have names, classes are matched by name (whatever their case, `_` like a space), because a folder
    /// with some of the classes numbers them otherwise; else by number.
    init(_ dataset: Dataset, _ model: Model, classes: Int, _ io: StageIO) {
        guard let labels = dataset.labels else {
            self.init(labels: nil, names: model.classNames, areClasses: false)
            return
        }
        guard !model.classNames.isEmpty, !dataset.classNames.isEmpty else {
            let names = model.classNames.isEmpty ? dataset.classNames : model.classNames
            self.init(labels: labels, names: names, areClasses: labels.allSatisfy { 0..<classes ~= $0 })
            return
        }
        // The same list on both sides; it may have a name twice, as ImageNet has two cranes.
        if dataset.classNames.elementsEqual(model.classNames, by: { ClassList.plain($0) == ClassList.plain($1) }) {
            self.init(labels: labels, names: model.classNames, areClasses: true)
            return
        }
        var places: [String: Int] = [:]
        for (index, name) in model.classNames.enumerated() where places[ClassList.plain(name)] == nil {
            places[ClassList.plain(name)] = index
        }
        let matched = dataset.classNames.map { places[ClassList.plain($0)] }
        if let missing = matched.firstIndex(of: nil) {
            io.warn(
                "the class '\(dataset.classNames[missing])' of the images is none of the network's, so accuracy is not measured"
            )
            self.init(labels: labels, names: dataset.classNames, areClasses: false)
        } else {
            self.init(labels: labels.map { matched[$0]! }, names: model.classNames, areClasses: true)
        }
    }

    /// The name of a label, or its number.
    func name(_ label: Int) -> String { names.indices.contains(label) ? names[label] : "class \(label)" }

    private init(labels: [Int]?, names: [String], areClasses: Bool) {
        self.labels = labels
        self.names = names
        self.areClasses = areClasses
    }
}
