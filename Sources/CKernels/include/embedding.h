#pragma once

#include "clones.h"

// Loops of neighbour search, perplexity calibration and t-SNE. All sums run in lanes whose number and final order are
// fixed, so every instruction set gives the same bits.

// MARK: - Neighbour search

/// The nearest candidates found so far for consecutive rows of points.
///
/// A candidate is one 64-bit word: the bits of a non-negative distance above, the point's index below, so that
/// comparing words compares (distance, index).
typedef struct {
    /// `capacity` words per row, of which `counts[row]` are in use, in no order.
    uint64_t *keys;
    int32_t *counts;
    /// A distance above this cannot be among the `keep` nearest of its row; infinity until `keep` are known.
    float *thresholds;
    /// Room per row, and how many survive when the room is used up; `keep < capacity`.
    int32_t capacity, keep;
} ck_candidates;

/// Offers every pair of a tile to the candidates of its row point and, unless `columns` is null, of its column point.
/// `products[r · column_count + c]` is −2⟨row r, column c⟩; norms are squared lengths; negative sums count as zero.
/// On a `diagonal` tile (rows and columns are the same points) only pairs with r < c are looked at.
void ck_offer_tile(const float *products, size_t row_count, size_t column_count, const float *row_norms,
                   const float *column_norms, int32_t first_row, int32_t first_column, int diagonal,
                   const ck_candidates *rows, const ck_candidates *columns);

/// Moves the `keep` smallest words to the front, in no order. `keep <= count`.
void ck_select_smallest(uint64_t *keys, size_t count, size_t keep);

/// Squared Euclidean distances in 64 bits from one point to chosen rows of `points`.
void ck_squared_distances(const float *query, const float *points, size_t dimensions, const int32_t *indices,
                          size_t count, double *distances);

// MARK: - Affinities

/// weights[i] = exp(−precision · distances[i]); sums[0], [1], [2] become Σw, Σw·d and Σw·d².
void ck_gaussian_moments(const double *distances, size_t count, double precision, double *weights, double *sums);

// MARK: - t-SNE

/// Attraction times `scale` on points `first ..< end`: gradient[i] = scale · Σ p_ij q_ij (y_i − y_j),
/// q = 1 / (1 + |y_i − y_j|²). Neighbours of point i are `columns[starts[i] ..< starts[i + 1]]`. Points have 2 or 3
/// coordinates, stored one after the other.
void ck_tsne_attraction(const float *positions, int dimensions, const int64_t *starts, const int32_t *columns,
                        const float *values, float scale, size_t first, size_t end, float *gradient);

/// Σ p_ij ln(1 + |y_i − y_j|²) over the stored neighbours of points `first ..< end`.
double ck_tsne_cross_entropy(const float *positions, int dimensions, const int64_t *starts, const int32_t *columns,
                             const double *values, size_t first, size_t end);

/// Repulsion of all `padded` points on points `first ..< end`: force = Σ q² (y_i − y_j), written point by point, and
/// the sum of q over all ordered pairs except each point with itself is returned. `axes` holds one coordinate after
/// the other, each `padded` long (a multiple of 16); padding lies at 1e18, where q² is zero.
double ck_tsne_exact_repulsion(const float *axes, size_t padded, int dimensions, size_t first, size_t end,
                               float *force);

/// Σ q over ordered pairs (i, j ≠ i) of points `first ..< end` with all points, in 64 bits; layout as above with
/// `double` coordinates, `padded` a multiple of 8.
double ck_tsne_exact_normalizer(const double *axes, size_t padded, int dimensions, size_t first, size_t end);

/// One step of gradient descent with momentum and gains on `count` points; see `TSNEOptimizer` for the rule.
/// Adds the new positions' coordinates to `sums`.
void ck_tsne_update(float *positions, float *updates, float *gains, const float *gradient, size_t count,
                    int dimensions, float momentum, float learning_rate, float step_limit, double *sums);

// MARK: - Particle mesh

/// A square mesh over the plane: node (0, 0) at `origin`, `spacing` apart, rows of `stride` floats.
typedef struct {
    float origin_x, origin_y, inverse_spacing;
    size_t stride;
} ck_mesh;

/// Adds a unit charge with cubic B-spline weights to 4 × 4 nodes for each of the listed points.
void ck_mesh_spread(const ck_mesh *mesh, const float *positions, const int32_t *order, size_t count, float *charges);

/// Takes `scale` times the potential's gradient at points `first ..< end` from `gradient`.
void ck_mesh_gather(const ck_mesh *mesh, const float *positions, const float *potential, float scale, size_t first,
                    size_t end, float *gradient);

/// Row of the mesh, divided by `strip_height`, in which each point's weights begin.
void ck_mesh_strips(const ck_mesh *mesh, const float *positions, size_t count, int32_t strip_height, int32_t *strips);

/// Smallest x and y, then largest x and y, of `count >= 1` planar points.
void ck_bounds_in_plane(const float *positions, size_t count, float *bounds);

/// A plan for complex transforms of one length, a product of the radices 2, 3, 4 and 5.
typedef struct {
    int32_t length, stage_count;
    int32_t radices[12];
    /// For each stage, for each p, the factors exp(−2πi·p·u/n) for u = 1 ..< radix: real part, imaginary part.
    const float *twiddles;
} ck_transform;

enum { CK_LANES = 16 };

/// 16 forward complex transforms side by side: `real[k · 16 + lane]`. Work arrays have the same size. The result is in
/// place. For the inverse (times the length), exchange real and imaginary arrays.
void ck_transform_lanes(const ck_transform *plan, float *real, float *imaginary, float *work_real,
                        float *work_imaginary);

/// The mesh's first `rows` rows and columns hold data; the transform's other rows and columns are zero or unread.
typedef struct {
    const ck_transform *plan;
    size_t rows, stride;
    /// Frequencies per half spectrum (length / 2 + 1) and their padded row length.
    size_t frequencies, frequency_stride;
} ck_convolution;

/// Transforms 32 columns of the mesh, from `first`, along y; writes `half[x · frequency_stride + k]`.
/// `scratch` holds 4 · length · 16 floats, here and below.
void ck_convolution_forward(const ck_convolution *shape, const float *charges, size_t first, float *half_real,
                            float *half_imaginary, float *scratch);

/// For 16 frequencies of y, from `first`: transform along x, multiply by the real `spectrum[min(k_x, n − k_x)][k_y]`,
/// transform back.
void ck_convolution_multiply(const ck_convolution *shape, const float *spectrum, size_t first, float *half_real,
                             float *half_imaginary, float *scratch);

/// Transforms 32 columns back, writes the potential and returns Σ charge · potential over them.
double ck_convolution_inverse(const ck_convolution *shape, const float *half_real, const float *half_imaginary,
                              const float *charges, size_t first, float *potential, float *scratch);

// MARK: - UMAP

enum { CK_UMAP_DIMENSIONS = 64 };

/// What moves points of a UMAP map: edges to other points, and random points away from them.
typedef struct {
    /// Edges of point i are `starts[i] ..< starts[i + 1]`; `shares` says in which share of the epochs each is due.
    const int64_t *starts;
    const int32_t *columns;
    const float *shares;
    /// Of each point, for its random numbers.
    const uint64_t *keys;
    /// The curve 1 / (1 + a·d^(2b)), and the factor of repulsion.
    float a, b, repulsion;
    /// `dimensions <= CK_UMAP_DIMENSIONS`; pulls along an edge that is due, and random points that push meanwhile.
    int32_t dimensions, pulls, negatives, other_count;
} ck_umap;

/// One part of an epoch: every `parts`-th edge of each point, from `part`; `parts <= 64`.
typedef struct {
    int32_t epoch, part, parts;
    float rate;
} ck_umap_step;

/// Moves points `first ..< end` along their due edges, one after the other, each move seen by the next; `others` stay as
/// they are meanwhile. Writes their new positions to `moved`. `epoch < 2^23`.
void ck_umap_move(const ck_umap *map, const ck_umap_step *step, const float *positions, const float *others,
                  float *moved, size_t first, size_t end);

// MARK: - Elementary functions

/// exp(x) for |x| < 708 and ln(x) for normal x > 0, within 2 units in the last place and without libm.
double ck_exp(double x);
double ck_log(double x);
