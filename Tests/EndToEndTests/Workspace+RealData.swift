import JSONValues
import TestSupport

extension Workspace {
    /// Settings that turn the variables of a pipeline from the project's `data` folder, where users put what they
    /// fetch, to the real data beside the checkout, which lie in the same folders.
    func realData(for pipeline: String) throws -> [String] {
        let variables = try json(pipeline)["variables"]?.object
        return zip(variables?.keys ?? [], variables?.values ?? []).flatMap { name, value -> [String] in
            guard let match = value.string?.wholeMatch(of: #/(?:\.\./)+data/(.+)/#) else { return [] }
            let place = match.1 == "cifar10" ? "cifar-10" : String(match.1)
            return ["--set", "variables.\(name)=\(RealData.path(place))"]
        }
    }
}
