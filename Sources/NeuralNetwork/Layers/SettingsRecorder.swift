import JSONValues

/// Notes what a kind of layer reads from its settings, so that the schema says the same.
final class SettingsRecorder {
    /// The schema of each setting by its key, in the order of reading.
    private(set) var settings = JSONObject()
    /// Keys without a default.
    private(set) var required: [String] = []

    /// - Parameter fallback: the default; `nil` where the setting must be given.
    func note(_ key: String, _ schema: JSONObject, default fallback: JSONValue?) {
        var schema = schema
        if let words = Self.words[key] { schema["description"] = .string(words) }
        if let fallback, !fallback.isNull { schema["default"] = fallback }
        settings[key] = .object(schema)
        if fallback == nil, !required.contains(key) { required.append(key) }
    }

    /// What each setting means. One key means the same in every kind.
    static let words = [
        "in_channels": "Channels of the input.",
        "out_channels": "Filters, and channels of the output.",
        "kernel": "Height and width of the window.",
        "stride": "Rows and columns from one window to the next; pooling takes its kernel's size where this is 0.",
        "padding": "Rows and columns added: on all sides, above and left, or top, left, bottom, right.",
        "dilation": "Rows and columns from one element of the window to the next.",
        "groups": "Parts that the channels fall into, each seen by filters of its own.",
        "bias": "Whether a learned number is added to each output.",
        "channels_last": "Whether features stand in the order row, column, channel; otherwise channel, row, column.",
        "ceil_mode": "Whether a last, incomplete window counts.",
        "count_include_pad": "Whether padding counts as zeros in the mean.",
        "size": "Height and width of the output; of a normalization, the channels it looks at.",
        "channels": "Channels of the input; of a reshape, of the output.",
        "epsilon": "Added to the variance before the root.",
        "momentum": "Weight of a batch in the running mean and variance.",
        "in_features": "Numbers in the input.",
        "out_features": "Numbers in the output.",
        "p": "Share of the values that training drops.",
        "slope": "Factor of negative values.",
        "limit": "Largest value of the output.",
        "min": "Smallest value of the output.",
        "max": "Largest value of the output.",
        "alpha": "Factor of the sum of squares.",
        "beta": "Exponent of the denominator.",
        "k": "Added to the sum in the denominator.",
        "channels_before": "Channels of zeros before the input's.",
        "channels_after": "Channels of zeros behind the input's.",
    ]
}
