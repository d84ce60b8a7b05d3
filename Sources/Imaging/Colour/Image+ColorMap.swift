public import Tensors

extension Image {
    /// A map `[height, width]` of numbers as an RGB picture of one pixel each.
    ///
    /// - Parameters:
    ///   - range: the numbers that get the first and the last colour; those outside get these too. NaN is
    ///     `ColorMap.missing`.
    /// - Complexity: O(elements)
    public init(_ map: Tensor, range: ClosedRange<Float>, colors: ColorMap) {
        precondition(map.rank == 2, "a map has the shape [height, width], not \(map.shape)")
        let bounds = Double(range.lowerBound)...Double(range.upperBound)
        self.init(width: map.shape[1], height: map.shape[0], channels: 3) { target in
            map.withUnsafeBufferPointer { values in
                for (index, value) in values.enumerated() {
                    let color = colors.color(of: Double(value), in: bounds)
                    target[index * 3] = color.red
                    target[index * 3 + 1] = color.green
                    target[index * 3 + 2] = color.blue
                }
            }
        }
    }
}

extension Tensor {
    /// The least to the greatest finite element; 0...0 where there is none.
    /// - Complexity: O(elements)
    public var finiteRange: ClosedRange<Float> {
        withUnsafeBufferPointer { values in
            var (least, greatest) = (Float.infinity, -Float.infinity)
            for value in values where value.isFinite {
                least = min(least, value)
                greatest = max(greatest, value)
            }
            return least <= greatest ? least...greatest : 0...0
        }
    }

    /// The range symmetric about 0 that holds all finite elements: for diverging colours.
    /// - Complexity: O(elements)
    public var symmetricRange: ClosedRange<Float> {
        let range = finiteRange
        let reach = max(abs(range.lowerBound), abs(range.upperBound))
        return -reach...reach
    }
}
