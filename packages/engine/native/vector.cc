#include "vector.h"

#include <algorithm>
#include <type_traits>

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define VECTORISED
#endif
#define INLINE __attribute__((always_inline)) inline

namespace bit_repro {
namespace {

constexpr int64_t rowsPerPart = 32;

/** Calls `work(first column, how many)` for stretches of 32 columns, whose sums stay in registers, and of single ones. */
template <typename Work>
INLINE void byColumns(int64_t width, const Work& work) {
  int64_t column = 0;
  for (; column + 32 <= width; column += 32) work(column, std::integral_constant<int, 32>());
  for (; column < width; ++column) work(column, std::integral_constant<int, 1>());
}

/** Adds up `terms(row, column, &first, &second)` over the rows, for two sums per column. */
template <typename Terms>
INLINE void sumTwo(Rows rows, double* firsts, double* seconds, const Terms& terms) {
  byColumns(rows.width, [&](int64_t column, auto lanes) __attribute__((always_inline)) {
    constexpr int L = decltype(lanes)::value;
    double first[L] = {}, second[L] = {};
    for (int64_t start = 0; start < rows.count; start += rowsPerPart) {
      float a[L] = {}, b[L] = {};
      const int64_t end = std::min(rows.count, start + rowsPerPart);
      for (int64_t row = start; row < end; ++row) {
        for (int lane = 0; lane < L; ++lane) terms(row * rows.stride + column + lane, column + lane, a[lane], b[lane]);
      }
      for (int lane = 0; lane < L; ++lane) first[lane] += a[lane], second[lane] += b[lane];
    }
    for (int lane = 0; lane < L; ++lane) {
      firsts[column + lane] = first[lane];
      if (seconds != nullptr) seconds[column + lane] = second[lane];
    }
  });
}

/** Calls `term(offset, column)` for every element, row by row. */
template <typename Term>
INLINE void forEach(Rows rows, const Term& term) {
  for (int64_t row = 0; row < rows.count; ++row) {
    const int64_t offset = row * rows.stride;
#pragma GCC ivdep  // An output that is an input is written where it was just read.
    for (int64_t column = 0; column < rows.width; ++column) term(offset + column, column);
  }
}

}  // namespace

template <typename T>
VECTORISED void addUp(Rows rows, const T* x, double* sums) {
  sumTwo(rows, sums, nullptr, [=](int64_t at, int64_t, float& sum, float&) __attribute__((always_inline)) { sum += x[at]; });
}

template <typename T>
VECTORISED void addUpSquares(Rows rows, const T* x, const float* centre, double* sums) {
  sumTwo(rows, sums, nullptr, [=](int64_t at, int64_t column, float& sum, float&) __attribute__((always_inline)) {
    const float difference = x[at] - centre[column];
    sum += difference * difference;
  });
}

template <typename T>
VECTORISED void addUpProducts(Rows rows, const T* a, const T* b, double* sums, double* products) {
  sumTwo(rows, sums, products, [=](int64_t at, int64_t, float& sum, float& product) __attribute__((always_inline)) {
    sum += a[at];
    product += float(a[at]) * float(b[at]);
  });
}

template <typename T>
VECTORISED void addUpGradients(Rows rows, const T* dy, const T* x, const float* scale, const float* shift,
                               const float* centre, double* sums, double* products) {
  sumTwo(rows, sums, products, [=](int64_t at, int64_t column, float& sum, float& product) __attribute__((always_inline)) {
    const float dz = dy[at] * (x[at] * scale[column] + shift[column] > 0);
    sum += dz;
    product += dz * (x[at] - centre[column]);
  });
}

template <typename T>
VECTORISED void affineRelu(Rows rows, const T* x, const float* scale, const float* shift, T* y) {
  forEach(rows, [=](int64_t at, int64_t column) __attribute__((always_inline)) {
    const float z = x[at] * scale[column] + shift[column];
    y[at] = z < 0 ? 0 : z;  // A NaN stays one.
  });
}

template <typename T>
VECTORISED void standardise(Rows rows, const float* x, const float* centre, const float* scale, T* y) {
  forEach(rows, [=](int64_t at, int64_t column) __attribute__((always_inline)) {
    y[at] = (x[at] - centre[column]) * scale[column];
  });
}

template <typename T>
VECTORISED void inputGradient(Rows rows, const T* dy, const T* x, const float* scale, const float* shift,
                              const float* slope, const float* constant, T* dx) {
  forEach(rows, [=](int64_t at, int64_t column) __attribute__((always_inline)) {
    const float dz = dy[at] * (x[at] * scale[column] + shift[column] > 0);
    dx[at] = dz * scale[column] - x[at] * slope[column] + constant[column];
  });
}

template <typename T>
VECTORISED void standardiseGradient(Rows rows, const T* dy, const T* y, const float* scale, const float* mean,
                                    const float* slope, float* dx) {
  forEach(rows, [=](int64_t at, int64_t column) __attribute__((always_inline)) {
    dx[at] = scale[column] * (dy[at] - mean[column] - y[at] * slope[column]);
  });
}

#define FOR_ELEMENTS(T)                                                                                                  \
  template void addUp<T>(Rows, const T*, double*);                                                                     \
  template void addUpSquares<T>(Rows, const T*, const float*, double*);                                                \
  template void addUpProducts<T>(Rows, const T*, const T*, double*, double*);                                          \
  template void addUpGradients<T>(Rows, const T*, const T*, const float*, const float*, const float*, double*, double*); \
  template void affineRelu<T>(Rows, const T*, const float*, const float*, T*);                                         \
  template void inputGradient<T>(Rows, const T*, const T*, const float*, const float*, const float*, const float*, T*); \
  template void standardise<T>(Rows, const float*, const float*, const float*, T*);                                    \
  template void standardiseGradient<T>(Rows, const T*, const T*, const float*, const float*, const float*, float*);

FOR_ELEMENTS(float)
FOR_ELEMENTS(Bfloat16)

}  // namespace bit_repro
