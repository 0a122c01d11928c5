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

// GCC does not carry `optimize` over to what it makes of a template, so they are written out for each type.
#define T float
#include "loops.inc"
#undef T
#define T Bfloat16
#include "loops.inc"
#undef T

}  // namespace bit_repro
