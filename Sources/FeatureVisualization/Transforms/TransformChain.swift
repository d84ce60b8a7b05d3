package import Tensors

/// The transforms of one step, one after the other, and at the end a centred window of the size that the network takes.
package struct TransformChain: Sendable {
    private let links: [any DrawnTransform]

    /// - Parameters:
    ///   - size: `[height, width]` of the image.
    ///   - viewSize: `[height, width]` of what the network sees.
    package init(_ transforms: [ImageTransform], size: [Int], viewSize: [Int], _ random: CounterRandom) {
        var links: [any DrawnTransform] = []
        var current = size
        for (index, transform) in transforms.enumerated() {
            let link = transform.drawn(random[index], height: current[0], width: current[1])
            links.append(link)
            current = link.output
        }
        if current != viewSize { links.append(Window.centered(input: current, output: viewSize)) }
        self.links = links
    }

    /// What the network sees of an image `[channels, height, width]`.
    package func apply(_ image: Tensor) -> Tensor {
        links.reduce(image) { image, link in
            Tensor(uninitialized: [image.shape[0]] + link.output) { result in
                image.withUnsafeBufferPointer { link.apply($0, channels: image.shape[0], into: result) }
            }
        }
    }

    /// ∂/∂image from ∂/∂view.
    package func applyAdjoint(_ viewGradient: Tensor, size: [Int]) -> Tensor {
        var gradient = viewGradient
        for (index, link) in links.enumerated().reversed() {
            let inputSize = index == 0 ? size : links[index - 1].output
            gradient = Tensor(uninitialized: [gradient.shape[0]] + inputSize) { image in
                gradient.withUnsafeBufferPointer { link.applyAdjoint($0, channels: gradient.shape[0], into: image) }
            }
        }
        return gradient
    }
}
