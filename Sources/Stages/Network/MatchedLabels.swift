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

    /// Where both sides have names, classes are matched by name, see ``NamedClasses``, because a folder with some of the
    /// classes numbers them otherwise; else by number.
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
        let classes = NamedClasses(model.classNames)
        let matched = dataset.classNames.map(classes.indices(of:))
        if let wrong = matched.firstIndex(where: { $0.count != 1 }) {
            let found = matched[wrong].isEmpty ? "none" : "\(matched[wrong].count)"
            io.warn(
                "the class '\(dataset.classNames[wrong])' of the images is \(found) of the network's, so accuracy is not measured"
            )
            self.init(labels: labels, names: dataset.classNames, areClasses: false)
        } else {
            self.init(labels: labels.map { matched[$0][0] }, names: model.classNames, areClasses: true)
        }
    }

    /// The name of a label, or its number.
    func name(_ label: Int) -> String { NamedClasses(names).name(label) }

    private init(labels: [Int]?, names: [String], areClasses: Bool) {
        self.labels = labels
        self.names = names
        self.areClasses = areClasses
    }
}
