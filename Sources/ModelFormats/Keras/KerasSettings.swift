import JSONValues

/// The configuration of one layer, read with errors that name the layer. Keras 1 has other names for many keys.
struct KerasSettings {
    let layer: KerasGraph.Layer
    let path: String

    func error(_ what: String, fix: String) -> ModelFileError {
        ModelFileError(path: path, "layer '\(layer.name)' (\(layer.kind)) \(what)", fix: fix)
    }

    /// Of a setting that has a value that is not understood.
    func lacks(_ key: String, _ value: JSONValue) -> ModelFileError {
        error("has \(key) \(value.compactText), which is not known here", fix: Self.wayOut)
    }

    static let wayOut = "replace the layer, or export the model to ONNX with plain operators"

    /// The first of the keys that has a value.
    func value(_ keys: String...) -> JSONValue? {
        for key in keys {
            if let value = layer.config[key], !value.isNull { return value }
        }
        return nil
    }

    func integer(_ keys: String...) throws(ModelFileError) -> Int {
        for key in keys {
            if let number = layer.config[key]?.int, (1...1 << 20).contains(number) { return number }
        }
        throw error("has no whole number '\(keys[0])'", fix: ForeignFix.damaged)
    }

    func number(_ keys: String..., default fallback: Double) -> Double {
        for key in keys {
            if let number = layer.config[key]?.double, number.isFinite { return number }
        }
        return fallback
    }

    /// Height and width, from one number for both or a list of two.
    func pair(_ keys: String..., default fallback: [Int]?) throws(ModelFileError) -> [Int] {
        for key in keys {
            guard let value = value(key) else { continue }
            let numbers = value.int.map { [$0, $0] } ?? (value.array ?? []).compactMap(\.int)
            guard numbers.count == 2, numbers.allSatisfy({ (1...1 << 20).contains($0) }) else {
                throw lacks(key, value)
            }
            return numbers
        }
        guard let fallback else { throw error("has no '\(keys[0])'", fix: ForeignFix.damaged) }
        return fallback
    }

    /// Refuses layers that were made for channels first: their weights have other orders.
    func requireChannelsLast() throws(ModelFileError) {
        if let format = value("data_format", "dim_ordering")?.string, ["channels_first", "th"].contains(format) {
            throw error(
                "has data_format 'channels_first'", fix: "build and save the model with data_format 'channels_last'")
        }
    }

    /// The padding of a window over a map, leading and trailing: none, or "same" as TensorFlow has it, where the odd
    /// row stands below and the odd column on the right.
    func padding(
        size: [Int], kernel: [Int], stride: [Int], dilation: [Int] = [1, 1]
    ) throws(ModelFileError) -> (leading: [Int], trailing: [Int]) {
        let value = value("padding", "border_mode") ?? "valid"
        switch value.string {
        case "valid": return ([0, 0], [0, 0])
        case "same":
            let total = (0..<2).map { axis in
                let steps = (size[axis] - 1) / stride[axis]
                return max(steps * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - size[axis], 0)
            }
            return (total.map { $0 / 2 }, total.map { $0 - $0 / 2 })
        default: throw lacks("padding", value)
        }
    }

    /// Whether an axis is that of the channels, of a value without its batch axis.
    func isChannelAxis(_ axis: Int, rank: Int) -> Bool { axis == -1 || axis == rank }
}

/// Words for files that contradict themselves.
enum ForeignFix {
    static let damaged = "the file is damaged: save the model again"
}
