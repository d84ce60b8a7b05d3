public import NeuralNetwork

/// Why units of a network cannot be maximized as asked.
public enum MaximizationError: Error, Equatable, CustomStringConvertible {
    case network(NetworkError)
    case channelOutOfRange(layer: String, channel: Int, count: Int)
    /// `map` is `[height, width]`.
    case positionOutOfRange(layer: String, row: Int, column: Int, map: [Int])
    /// A direction has a component for each channel.
    case directionHasOtherLength(layer: String, count: Int, found: Int)
    case sizeDoesNotFit(layer: String, size: Int, native: [Int], NetworkError)
    case colorNeedsThreeChannels(found: Int)
    case colorsOfOtherChannels(found: Int, expected: Int)
    case stateHasOtherShape(unit: String, tensor: String, expected: [Int], found: [Int])
    case stateLacks(unit: String, tensor: String)
    case stateIsTooLong(unit: String, iterations: Int, allowed: Int)

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .network(let error): error.what
        case .channelOutOfRange(let layer, let channel, let count):
            "layer '\(layer)' has no channel \(channel); its \(count) channels count from 0"
        case .positionOutOfRange(let layer, let row, let column, let map):
            "position (\(row), \(column)) lies outside the maps of layer '\(layer)', which are "
                + map.map(String.init).joined(separator: "×")
        case .directionHasOtherLength(let layer, let count, let found):
            "the direction has \(found) components, but layer '\(layer)' has \(count) channels"
        case .sizeDoesNotFit(let layer, let size, _, let error):
            "images of \(size)×\(size) do not reach layer '\(layer)': \(error.what)"
        case .colorNeedsThreeChannels(let found):
            "ImageNet's colours need images of three channels; the network takes \(found)"
        case .colorsOfOtherChannels(let found, let expected):
            "the colours are those of images of \(found) channels; the network takes \(expected)"
        case .stateHasOtherShape(let unit, let tensor, let expected, let found):
            "'\(tensor)' of the saved state of \(unit) has shape \(found), not \(expected)"
        case .stateLacks(let unit, let tensor): "the saved state of \(unit) lacks '\(tensor)'"
        case .stateIsTooLong(let unit, let iterations, let allowed):
            "the saved state of \(unit) has done \(iterations) iterations, but only \(allowed) are asked for"
        }
    }

    /// How to mend it.
    public var fix: String {
        switch self {
        case .network(let error): error.fix
        case .channelOutOfRange(_, _, let count): "choose a channel in 0...\(count - 1)"
        case .positionOutOfRange(_, _, _, let map):
            "choose a row in 0...\(map[0] - 1) and a column in 0...\(map[1] - 1), or use larger images"
        case .directionHasOtherLength(_, let count, _): "give \(count) numbers, one for each channel"
        case .sizeDoesNotFit(_, _, let native, _):
            "leave the size out, or take the network's own, \(native.map(String.init).joined(separator: "×"))"
        case .colorNeedsThreeChannels: "set the colour to 'auto' or 'none'"
        case .colorsOfOtherChannels: "take the colours of images like those the network was trained on"
        case .stateHasOtherShape, .stateLacks, .stateIsTooLong:
            "go on with the settings that the state was made with, or start afresh"
        }
    }
}
