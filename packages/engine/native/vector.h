// Loops over blocks of matrices, written so that compilers vectorise them; on x86-64 once per width of vectors.
#pragma once

#include <cstdint>

#include "kernels/bfloat16.h"

namespace bit_repro {

/** A block of a matrix: `count` rows, `stride` elements apart, of `width` elements. */
struct Rows {
  int64_t count, stride, width;
};

/** sums[c] = sum of x[., c]. Here and below, T is float or Bfloat16; sums are in float32 over 32 rows and in double beyond. */
template <typename T>
void addUp(Rows rows, const T* x, double* sums);
/** sums[c] = sum of (x[., c] - centre[c])^2. */
template <typename T>
void addUpSquares(Rows rows, const T* x, const float* centre, double* sums);
/** sums[c] = sum of a[., c], products[c] = sum of a[., c] b[., c]. */
template <typename T>
void addUpProducts(Rows rows, const T* a, const T* b, double* sums, double* products);
/** y = max(0, scale x + shift); y may be x. */
template <typename T>
void affineRelu(Rows rows, const T* x, const float* scale, const float* shift, T* y);
/** y = (x - centre) scale. */
template <typename T>
void standardise(Rows rows, const float* x, const float* centre, const float* scale, T* y);
/** With dz = dy where scale x + shift > 0, else 0: sums[c] = sum of dz, products[c] = sum of dz (x - centre). */
template <typename T>
void addUpGradients(Rows rows, const T* dy, const T* x, const float* scale, const float* shift, const float* centre,
                    double* sums, double* products);
/** dx = dz scale - x slope + constant, with dz as in addUpGradients; dx may be dy. */
template <typename T>
void inputGradient(Rows rows, const T* dy, const T* x, const float* scale, const float* shift, const float* slope,
                   const float* constant, T* dx);
/** dx = scale (dy - mean - y slope); dx may be dy. */
template <typename T>
void standardiseGradient(Rows rows, const T* dy, const T* y, const float* scale, const float* mean,
                         const float* slope, float* dx);

}  // namespace bit_repro
