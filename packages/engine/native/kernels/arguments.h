// What the kernels for GPUs are handed, by one declaration for both sides. Nothing is included: NVRTC has no headers.
#pragma once

namespace bit_repro {
namespace gpu {

/** Threads of a block at most, and of a tile. */
constexpr int maxThreads = 512, tileThreads = 256;
/** Rows that a thread of a tile works on. */
constexpr int tileRows = 8;

/**
 * A batch [images, rows, channels] and how it is shared out: a block has `width / V` times `lines` threads, of which each works on V
 * channels next to each other and every `lines`-th row of its part. The block of (image, part, slab) is number
 * (image parts + part) slabs + slab. Shapes alone decide all of it, so neither the card nor the batch changes a bit.
 */
struct Tiling {
  int images, rows, channels;
  /** Channels per group. */
  int perGroup;
  /** Channels of a slab, the part of all channels that a block works on, and slabs per image. */
  int width, slabs;
  /** Rows that a block works on at a time, a power of two; rows of a part, and parts per image. */
  int lines, partRows, parts;
};

template <typename T>
struct NormArguments {
  Tiling tiling;
  const T* x;
  const float *gamma, *beta;
  T* y;
  /** [images, groups]. */
  float *mean, *inverse;
  float epsilon;
};

/** Sums are [images, parts, 2, channels]. */
template <typename T>
struct MomentArguments {
  Tiling tiling;
  const T* x;
  double* sums;
};

struct StatisticsArguments {
  Tiling tiling;
  const double* sums;
  float *mean, *inverse;
  float epsilon;
};

template <typename T>
struct NormGradArguments {
  Tiling tiling;
  const T *dy, *x;
  const float *gamma, *beta, *mean, *inverse;
  double* sums;
  T* dx;
  /** [images, groups, 2]: what dx has of (x - mean), and what is taken from all. */
  float* coefficients;
  /** [images, 2, channels]: the part of each image in the gradients of beta and gamma. */
  double* totals;
};

struct ParameterGradArguments {
  int images, channels;
  const double* totals;
  float *dgamma, *dbeta;
};

/** A kernel [H, W, I, O] as one image of H W I rows and O channels. */
template <typename T>
struct StandardiseArguments {
  Tiling tiling;
  const float *w, *mean, *inverse;
  T* y;
};

template <typename T>
struct StandardiseGradArguments {
  Tiling tiling;
  const T *dy, *y;
  const float* inverse;
  double* sums;
  /** [2, channels]: the means of dy and of dy y. */
  float *means, *dw;
};

}  // namespace gpu
}  // namespace bit_repro
