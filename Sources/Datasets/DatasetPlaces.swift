/// Where the files of a data set lie today.
struct DatasetPlaces {
    /// The folder, or the one file.
    var folder: String

    /// Of image folders: a table of pictures and their classes.
    var labels: String?

    /// Of image folders: the classes in order.
    var classes: String?
}
