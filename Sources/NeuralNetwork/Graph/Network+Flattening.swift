extension Network {
    /// `[channels, height, width]` of the map whose flattened features a node reads, at once or through layers that leave
    /// each feature in its place; `nil` where there is none, or it is flattened in Keras's order.
    package func flattenedMap(readBy node: Int) -> [Int]? {
        var reader = node
        while nodes[reader].inputs.count == 1, case .node(let source) = nodes[reader].inputs[0],
            shapes[source].count == 1
        {
            let layer = nodes[source].layer
            if let flatten = layer as? Flatten {
                guard !flatten.isChannelsLast else { return nil }
                let map = nodes[source].inputs[0]
                let shape = if case .node(let index) = map { shapes[index] } else { inputShape }
                return shape.count == 3 ? shape : nil
            }
            guard !(layer is Linear) else { return nil }
            reader = source
        }
        return nil
    }
}
