package import ModelFormats
package import Pipeline

extension StageError {
    /// All that is wrong with a file's weights for a network, at once.
    /// - Parameters:
    ///   - problems: one at least.
    ///   - place: the file.
    package init(notFitting problems: [WeightMatching.Problem], place: String) {
        if problems.count == 1 {
            self.init(problems[0].what, fix: problems[0].fix, place: place)
        } else {
            let listed = problems.map { "\n  - \($0.what)\n    fix: \($0.fix)" }
            self.init("\(problems.count) things do not fit the network:" + listed.joined(), place: place)
        }
    }
}
