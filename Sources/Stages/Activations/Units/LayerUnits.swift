import UnitStatistics

/// A layer with what is known of its units.
struct LayerUnits {
    let name: String
    let shape: [Int]
    let hasExactQuantiles: Bool
    let units: [UnitActivity]

    /// The units of a state.
    func indices(_ state: UnitActivity.State) -> [Int] { units.indices.filter { units[$0].state == state } }

    func mean(_ value: (UnitActivity) -> Double) -> Double { units.reduce(0) { $0 + value($1) } / Double(units.count) }
}
