import Imaging

extension FuzzTarget {
    // Both decoders take a row or a picture of coefficients besides the pixels.
    static let images = ["png", "jpeg"].map { name in
        FuzzTarget(name: name, expansion: 8 * deflated) { input in _ = try Image.decode(input, as: .rgb) }
    }
}
