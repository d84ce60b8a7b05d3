import Embedding
import Imaging
import Reporting
import Tensors

/// Principal components of images, as images.
enum ComponentPictures {
    /// Components on the picture at most.
    private static let limit = 15

    /// The mean image, then the first components: gray is zero, the strongest pixel of each is black or white, or full
    /// colour.
    /// - Parameter shape: `[channels, height, width]` of an image.
    static func figure(_ pca: PCA, shape: [Int]) -> ImageGrid {
        let mean = ImageGrid.Cell(Image(pca.mean.reshaped(to: shape)), caption: "mean")
        let components = (0..<min(limit, pca.components.shape[0])).map { index -> ImageGrid.Cell in
            let component = pca.components.row(index)
            let largest = max(component.scalars.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
            let picture = component.map { 0.5 + $0 / (2 * largest) }
            return ImageGrid.Cell(
                Image(picture.reshaped(to: shape)),
                caption: "\(index + 1): \(NumberFormat.percent.text(pca.explainedVarianceRatio[index]))")
        }
        return ImageGrid(cells: [mean] + components, columns: 8, title: "Components as images", cellSide: 72)
    }
}
