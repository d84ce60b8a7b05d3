/// What a user asks for: a data set, which part of it, and how its pictures are brought to one size.
///
/// It holds no path: where the files lie is said when they are looked for, and again when they are opened.
public struct DatasetSpecification: Sendable, Equatable {
    /// Which of the two halves of a published data set.
    public enum Split: String, Sendable, CaseIterable {
        case train, test
    }

    /// How many channels samples have, whatever the files hold.
    public enum ColorMode: String, Sendable, CaseIterable {
        /// Red, green, blue; a gray picture has three equal channels.
        case rgb
        /// One channel, the luma of ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue.
        case gray
    }

    /// How the longer side of a resized picture becomes a whole number of pixels.
    public enum LongerSide: String, Sendable, CaseIterable {
        /// The fraction is cut off, as by torchvision's `Resize`.
        case cut
        /// To the nearest number, as preprocessing outside torchvision often has it.
        case rounded
    }

    /// What becomes of a picture that cannot be decoded.
    public enum FailurePolicy: String, Sendable, CaseIterable {
        /// It is an error that names the file.
        case fail
        /// It is left out and listed in `DatasetDescription.skipped`.
        case skip
    }

    /// Which axis of stored images counts the channels.
    public enum ChannelAxis: String, Sendable, CaseIterable {
        /// `[samples, channels, height, width]`
        case first
        /// `[samples, height, width, channels]`
        case last
    }

    /// One of ``DatasetCatalogue/names``. Descriptions are equal only if it is the format's own name.
    public var format: String

    /// An image folder without folders named `train` and `test` is the same for both.
    public var split = Split.train

    /// Samples left out at the start, after shuffling.
    public var offset = 0

    /// At most this many samples, after `offset`; `nil` takes all.
    public var limit: Int?

    /// Whether samples come in the random order that `seed` gives, so that `limit` takes a fair share of every class.
    public var shuffle = false

    /// Seed of the order and of the pictures of `shapes`.
    public var seed = 0

    /// How many samples `shapes` has; `nil` takes 6,000 for training and 1,000 for testing.
    public var count: Int?

    /// Length of the shorter side after resizing, in pixels; `nil` keeps the size.
    public var resize: Int?

    /// Of use with `resize`.
    public var longerSide = LongerSide.cut

    /// Side of the square that is cut out of the centre, after resizing, in pixels; `nil` cuts nothing.
    public var crop: Int?

    /// `nil` keeps the channels of the format; image folders then are `rgb`.
    public var color: ColorMode?

    public var onError = FailurePolicy.fail

    /// Of `arrays`: the array of images, in a folder the file of it without `.npy`; `nil` takes a usual name.
    public var images: String?

    /// Of `arrays`: the array of labels; `nil` takes a usual name, or no labels.
    public var labels: String?

    /// Of `arrays`: `nil` takes the axis of 1 or 3, if there is just one.
    public var channels: ChannelAxis?

    /// Of `arrays`: the number that stands for full intensity; `nil` takes 255 for integers and 1 for other numbers.
    public var white: Double?

    public init(format: String) { self.format = format }
}
