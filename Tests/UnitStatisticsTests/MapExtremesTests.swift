import Tensors
import Testing
import UnitStatistics

@Suite struct MapExtremesTests {
    @Test(arguments: [1, 2, 15, 16, 17, 31, 32, 48, 49, 196])
    func `extremes and their first places are those of a plain search`(count: Int) {
        let map = coarse([count], seed: count).scalars
        let found = map.withUnsafeBufferPointer { MapExtremes(of: $0) }
        #expect(found.maximum == map.max())
        #expect(found.minimum == map.min())
        #expect(found.maximumPosition == map.firstIndex(of: map.max()!))
        #expect(found.minimumPosition == map.firstIndex(of: map.min()!))
        #expect(found.isFinite)
    }

    @Test(arguments: [0, 7, 16, 33, 34]) func `what is no number is found wherever it stands`(place: Int) {
        for value in [Float.nan, .infinity, -.infinity] {
            var map = coarse([35], seed: 1).scalars
            map[place] = value
            #expect(!map.withUnsafeBufferPointer { MapExtremes(of: $0) }.isFinite)
        }
    }
}
