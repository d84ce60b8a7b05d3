/// A value that flows through a plan: where it lies and in which layout.
struct Value {
    let slot: Int
    let layout: Layout
}
