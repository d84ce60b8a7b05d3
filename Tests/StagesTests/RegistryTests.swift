import Pipeline
import Stages
import Testing

@Suite struct RegistryTests {
    @Test func `every stage has a name of its own in its family, and says what it does`() {
        let names = allStages.map { $0.name }
        #expect(Set(names).count == names.count)
        #expect(names == names.sorted())
        for stage in allStages {
            #expect(stage.name.split(separator: ".").count == 2, "\(stage.name)")
            #expect(stage.version >= 1)
            #expect(stage.summary.hasSuffix("."), "\(stage.name)")
            #expect(!stage.outputs.isEmpty, "\(stage.name)")
        }
    }

    @Test func `the stages of the contract are there`() {
        let contract = [
            "dataset.load", "dataset.explore", "model.load", "model.train", "model.run", "activations.extract",
            "activations.maps", "filters.show", "filters.maximize", "circuit.rank", "reduce.autoencoder",
            "reduce.neighbors",
            "reduce.pca", "reduce.quality", "reduce.tsne", "reduce.umap", "report.render",
        ]
        #expect(Set(contract).isSubset(of: Set(allStages.map { $0.name })))
    }
}
