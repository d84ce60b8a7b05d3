import Embedding
import Foundation
import Tensors
import Testing

/// What Scripts/golden/embedding.py wrote.
struct GoldenValues: Decodable {
    struct Matrix: Decodable {
        let shape: [Int]
        let values: [Double]
        var tensor: Tensor { Tensor(shape: shape, values.map { Float($0) }) }
    }
    struct Neighbors: Decodable {
        struct Table: Decodable {
            let indices: [Int32]
            let distances: [Double]
        }
        let points: Matrix
        let count: Int
        let euclidean: Table
        let cosine: Table
    }
    struct Affinities: Decodable {
        let perplexity: Double
        let precisions: [Double]
        let joint: Matrix
    }
    struct Map: Decodable {
        let positions: Matrix
        let divergence: Double
        let gradients: [String: [Double]]
    }
    struct Components: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let points: Matrix
        let mean: [Double]
        let components: Matrix
        let variance: [Double]
        let ratio: [Double]
        let scores: Matrix
        let whitened: Matrix
        var testDescription: String { name }
    }
    struct Quality: Decodable {
        struct Map: Decodable {
            let positions: Matrix
            let trustworthiness: [String: Double]
            let overlap: [String: Double]
            let accuracy: [String: Double]
        }
        let points: Matrix
        let labels: [Int]
        let maps: [String: Map]
    }
    let neighbors: Neighbors
    let affinities: Affinities
    let map2: Map
    let map3: Map
    let pca: [Components]
    let quality: Quality

    static let shared: GoldenValues = {
        let url = Bundle.module.url(forResource: "Golden/embedding", withExtension: "json")!
        return try! JSONDecoder().decode(GoldenValues.self, from: Data(contentsOf: url))
    }()

    /// The affinities of the golden points.
    func sparseAffinities(threads: Int = 1) throws -> SparseAffinities {
        let table = try exactNeighbors(of: neighbors.points.tensor, count: neighbors.count)
        return try SparseAffinities(neighbors: table, perplexity: affinities.perplexity, threads: threads)
    }
}
