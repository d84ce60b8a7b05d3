import CKernels
import Synchronization
import Tensors

/// Repulsion through a mesh: unit charges are spread to nodes, convolved with the kernel by Fourier transforms, and
/// force and normaliser are read from the one potential.
///
/// The gradient of 1 / (1 + r²) is −2r / (1 + r²)², so half the potential's slope is the repulsion; FIt-SNE's
/// interpolation of the squared kernel (Linderman et al., Nature Methods 16 (2019) 243–245) takes four potentials.
/// Sums happen in an order that does not depend on threads: charges strip by strip with the strip's points in order,
/// even strips before odd ones, so that no two at work share a node.
///
/// - Complexity: O(samples + nodes² · log(nodes)) per iteration
///
/// `@unchecked Sendable`: one optimiser owns it and calls it from one thread; parallel loops inside write disjoint
/// places.
final class MeshRepulsion: Repulsion, @unchecked Sendable {
    private let samples: Int
    private let strips: Buffer<Int32>
    private let order: Buffer<Int32>
    private var mesh = ck_mesh()
    private var spectra: [MeshSpectrum] = []
    private var charges = Buffer<Float>(count: 0, repeating: 0)
    private var potential = Buffer<Float>(count: 0, repeating: 0)
    private var halfReal = Buffer<Float>(count: 0, repeating: 0)
    private var halfImaginary = Buffer<Float>(count: 0, repeating: 0)
    private var pool = ScratchPool(count: 0)

    /// Rows of cells per strip; a spline reaches 3 rows farther, into the next strip at most.
    private static let stripHeight = 8
    /// Points sorted at once.
    private static let chunk = 4096
    /// Spectra kept: a growing map does not come back to old sizes.
    private static let spectraKept = 4

    init(samples: Int) {
        self.samples = samples
        strips = Buffer(count: samples, repeating: 0)
        order = Buffer(count: samples, repeating: 0)
    }

    func prepare(_ positions: UnsafePointer<Float>, threads: Int) -> Double {
        let geometry = geometry(of: positions)
        let spectrum = spectrum(for: geometry, threads: threads)
        reserve(geometry)
        mesh = geometry.mesh
        spread(positions, geometry, threads: threads)
        let sum = convolve(geometry, spectrum, threads: threads)
        let count = Double(samples)
        return geometry.key.isShifted ? sum + count * (count - 1) : sum - count
    }

    func subtract(
        from gradient: UnsafeMutablePointer<Float>, _ range: Range<Int>, positions: UnsafePointer<Float>,
        normalizer: Double
    ) {
        withUnsafePointer(to: mesh) { mesh in
            ck_mesh_gather(
                mesh, positions, potential.base, Float(-0.5 / normalizer), range.lowerBound, range.upperBound, gradient)
        }
    }

    private func geometry(of positions: UnsafePointer<Float>) -> MeshGeometry {
        var bounds: [Float] = [0, 0, 0, 0]
        ck_bounds_in_plane(positions, samples, &bounds)
        return MeshGeometry(lowest: (bounds[0], bounds[1]), highest: (bounds[2], bounds[3]))
    }

    private func spectrum(for geometry: MeshGeometry, threads: Int) -> MeshSpectrum {
        if let known = spectra.first(where: { $0.key == geometry.key }) { return known }
        if spectra.count == Self.spectraKept { spectra.removeFirst() }
        spectra.append(MeshSpectrum(geometry, threads: threads))
        return spectra[spectra.count - 1]
    }

    private func reserve(_ geometry: MeshGeometry) {
        let nodes = geometry.nodes * geometry.stride
        let frequencies = geometry.stride * geometry.frequencyStride
        if charges.count < nodes {
            charges = Buffer(count: nodes * 5 / 4, repeating: 0)
            potential = Buffer(count: nodes * 5 / 4, repeating: 0)
        }
        if halfReal.count < frequencies {
            halfReal = Buffer(count: frequencies * 5 / 4, repeating: 0)
            halfImaginary = Buffer(count: frequencies * 5 / 4, repeating: 0)
        }
        let scratch = 4 * geometry.key.length * Int(CK_LANES)
        if pool.count < scratch { pool = ScratchPool(count: scratch * 5 / 4) }
    }

    /// Sorts the points by strip and spreads their charges.
    private func spread(_ positions: UnsafePointer<Float>, _ geometry: MeshGeometry, threads: Int) {
        let chunks = TileRanges(samples, Self.chunk)
        let stripCount = geometry.nodes / Self.stripHeight + 1
        let places = Buffer<Int32>(count: chunks.count * stripCount, repeating: 0)
        let source = SendableConstPointer(positions)
        let (mesh, strips, order, charges) = (self.mesh, self.strips, self.order, self.charges)
        parallelFor(chunks.count, threads: threads) { chunk in
            let range = chunks[chunk]
            withUnsafePointer(to: mesh) {
                ck_mesh_strips(
                    $0, source.value + 2 * range.lowerBound, range.count, Int32(Self.stripHeight),
                    strips.base + range.lowerBound)
            }
            for point in range { places.base[chunk * stripCount + Int(strips.base[point])] += 1 }
        }
        var stripStarts: [Int] = []
        var next = 0
        for strip in 0..<stripCount {
            stripStarts.append(next)
            for chunk in 0..<chunks.count {
                let count = Int(places.base[chunk * stripCount + strip])
                places.base[chunk * stripCount + strip] = Int32(next)
                next += count
            }
        }
        stripStarts.append(next)
        parallelFor(chunks.count, threads: threads) { chunk in
            for point in chunks[chunk] {
                let place = chunk * stripCount + Int(strips.base[point])
                order.base[Int(places.base[place])] = Int32(point)
                places.base[place] += 1
            }
        }
        charges.base.update(repeating: 0, count: geometry.nodes * geometry.stride)
        for parity in 0..<2 {
            parallelFor((stripCount + 1 - parity) / 2, threads: threads) { [stripStarts] index in
                let strip = 2 * index + parity
                withUnsafePointer(to: mesh) {
                    ck_mesh_spread(
                        $0, source.value, order.base + stripStarts[strip],
                        stripStarts[strip + 1] - stripStarts[strip], charges.base)
                }
            }
        }
    }

    /// Potential of the charges, and the sum of each charge times its potential.
    private func convolve(_ geometry: MeshGeometry, _ spectrum: MeshSpectrum, threads: Int) -> Double {
        let (charges, potential, pool) = (self.charges, self.potential, self.pool)
        let (real, imaginary) = (halfReal, halfImaginary)
        let columns = TileRanges(geometry.stride, 32)
        let frequencies = TileRanges(geometry.frequencies, 16)
        let partial = Buffer<Double>(count: columns.count, repeating: 0)
        return spectrum.plan.withPlan { plan in
            let shape = Buffer(
                count: 1,
                repeating: ck_convolution(
                    plan: plan, rows: geometry.nodes, stride: geometry.stride, frequencies: geometry.frequencies,
                    frequency_stride: geometry.frequencyStride))
            parallelFor(columns.count, threads: threads) { block in
                pool.withBlock {
                    ck_convolution_forward(
                        shape.base, charges.base, columns[block].lowerBound, real.base, imaginary.base, $0)
                }
            }
            parallelFor(frequencies.count, threads: threads) { block in
                pool.withBlock {
                    ck_convolution_multiply(
                        shape.base, spectrum.factors.base, frequencies[block].lowerBound, real.base, imaginary.base, $0)
                }
            }
            parallelFor(columns.count, threads: threads) { block in
                pool.withBlock {
                    partial.base[block] = ck_convolution_inverse(
                        shape.base, real.base, imaginary.base, charges.base, columns[block].lowerBound, potential.base,
                        $0)
                }
            }
            return (0..<columns.count).reduce(0) { $0 + partial.base[$1] }
        }
    }
}
