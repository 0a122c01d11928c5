// Loops over blocks of matrices, written so that compilers vectorise them; on x86-64 once per width of vectors.
#pragma once

#include <cstdint>

namespace bit_repro {

/** A block of a matrix: `count` rows, `stride` floats apart, of `width` floats. */
struct Rows {
  int64_t count, stride, width;
};

/** sums[c] = sum of x[., c]. Here and below, sums are in float32 over 32 rows and in double beyond. */
void addUp(Rows rows, const float* x, double* sums);
/** sums[c] = sum of (x[., c] - centre[c])^2. */
void addUpSquares(Rows rows, const float* x, const float* centre, double* sums);
/** sums[c] = sum of a[., c], products[c] = sum of a[., c] b[., c]. */
void addUpProducts(Rows rows, const float* a, const float* b, double* sums, double* products);
/** y = max(0, scale x + shift); y may be x. */
void affineRelu(Rows rows, const float* x, const float* scale, const float* shift, float* y);
/** y = (x - centre) scale. */
void standardise(Rows rows, const float* x, const float* centre, const float* scale, float* y);
/** With dz = dy where scale x + shift > 0, else 0: sums[c] = sum of dz, products[c] = sum of dz (x - centre). */
void addUpGradients(Rows rows, const float* dy, const float* x, const float* scale, const float* shift,
                    const float* centre, double* sums, double* products);
/** dx = dz scale - x slope + constant, with dz as in addUpGradients; dx may be dy. */
void inputGradient(Rows rows, const float* dy, const float* x, const float* scale, const float* shift,
                   const float* slope, const float* constant, float* dx);
/** dx = scale (dy - mean - y slope); dx may be dy. */
void standardiseGradient(Rows rows, const float* dy, const float* y, const float* scale, const float* mean,
                         const float* slope, float* dx);

}  // namespace bit_repro
