/// A way to spread the score of an image over its pixels.
public protocol AttributionMethod: Sendable {
    /// Whether positive and negative parts mean different things; else only the size of a value counts.
    var isSigned: Bool { get }

    /// Whether a map has a value for each channel of the image; else one for all.
    var hasChannels: Bool { get }

    /// How often the network runs for one image, about.
    var runsPerImage: Int { get }

    /// Names of ``Attribution/numbers``.
    var numberNames: [String] { get }

    /// What the method goes by besides the parameters, for those who read its maps: the layer, the window in pixels.
    var facts: [AttributionFact] { get }

    /// What must be known to read the maps, in a sentence without its end.
    var caveat: String? { get }

    /// What a map says that has the same value everywhere.
    var meaningOfConstant: String { get }

    /// Spreads the scores of images.
    ///
    /// - Parameter focuses: what is explained of each image.
    func attribute(_ images: NamedImages, _ focuses: [Focus], _ explainer: Explainer) throws -> Attribution
}

extension AttributionMethod {
    public var numberNames: [String] { [] }
    public var facts: [AttributionFact] { [] }
    public var caveat: String? { nil }
}

/// Something that a method goes by.
public struct AttributionFact: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case text(String)
        case count(Int)
    }

    /// As it stands in files: `layer`.
    public let name: String
    public let value: Value

    package init(_ name: String, _ text: String) { (self.name, value) = (name, .text(text)) }
    package init(_ name: String, _ count: Int) { (self.name, value) = (name, .count(count)) }
}
