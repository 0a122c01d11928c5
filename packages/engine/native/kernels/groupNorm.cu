// Group norm with relu, and its gradient. packages/model/src/groupNorm.ts says what is computed.

namespace bit_repro {
namespace gpu {
namespace {

/** The sums of a channel's elements and of their squares, over a thread's rows. */
template <int R, typename T, int V>
__device__ void moments(const Pack<T, V> (&held)[R], int count, double (&sums)[V], double (&squares)[V]) {
#pragma unroll
  for (int v = 0; v < V; ++v) {
    float sum = 0, rest = 0, square = 0;
#pragma unroll
    for (int i = 0; i < R; ++i) {
      if (i < count) sum += static_cast<float>(held[i].at[v]);
    }
    const float mean = count > 0 ? sum / count : 0;
#pragma unroll
    for (int i = 0; i < R; ++i) {
      if (i < count) {
        const float difference = static_cast<float>(held[i].at[v]) - mean;
        rest += difference;
        square = fmaf(difference, difference, square);
      }
    }
    const double whole = static_cast<double>(count) * mean;
    sums[v] = whole + rest;
    squares[v] = square + mean * (2.0 * rest + whole);
  }
}

/** Adds two numbers per thread up over a block of one line: they come to lie in shared[0] and shared[1]. */
__device__ void addThreads(double* shared, double first, double second) {
  shared[2 * threadIdx.x] = first;
  shared[2 * threadIdx.x + 1] = second;
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) {
      shared[2 * threadIdx.x] += shared[2 * (threadIdx.x + half)];
      shared[2 * threadIdx.x + 1] += shared[2 * (threadIdx.x + half) + 1];
    }
  }
  __syncthreads();
}

struct Statistics {
  float mean, inverse;

  __device__ Statistics(double sum, double squares, double count, float epsilon) {
    const double average = sum / count, variance = squares / count - average * average;
    mean = average;
    inverse = 1 / sqrt((variance < 0 ? 0 : variance) + epsilon);
  }
};

/** Group norm of a channel as one product and one sum, by the same operations wherever it is needed. */
struct Affine {
  float scale, shift;

  __device__ Affine() {}
  __device__ Affine(float mean, float inverse, float gamma, float beta)
      : scale(inverse * gamma), shift(fmaf(-mean, scale, beta)) {}
  __device__ float operator()(float x) const { return fmaf(x, scale, shift); }
};

__device__ float relu(float z) { return z < 0 ? 0 : z; }  // A NaN stays one.

/** Statistics and result of whole groups by one block, whose elements stay in registers: x is read once. */
template <typename T, int V, int R>
__device__ void normaliseWhole(const NormArguments<T>& a) {
  constexpr int maxGroups = 16, helpers = 8;
  __shared__ double shared[maxThreads * 2 * V];
  __shared__ double partial[maxGroups][helpers][2];
  __shared__ float mean[maxGroups], inverse[maxGroups];
  const Tiling& t = a.tiling;
  const Place<V> place(t);
  const int first = place.channel - place.column, left = t.channels - first;
  const int groups = (left < t.width ? left : t.width) / t.perGroup;
  const int thread = threadIdx.y * blockDim.x + threadIdx.x, threads = blockDim.x * blockDim.y;

  Pack<T, V> held[R];
  load<R>(held, a.x, place);
  double sums[V], squares[V];
  moments<R>(held, place.count, sums, squares);
  addLines<V>(shared, t.width, sums, squares);
  for (int item = thread; item < groups * helpers; item += threads) {
    const int group = item / helpers, helper = item % helpers;
    double sum = 0, square = 0;
    for (int c = group * t.perGroup + helper; c < (group + 1) * t.perGroup; c += helpers) {
      sum += shared[c];
      square += shared[t.width + c];
    }
    partial[group][helper][0] = sum;
    partial[group][helper][1] = square;
  }
  __syncthreads();
  for (int group = thread; group < groups; group += threads) {
    double sum = 0, square = 0;
    for (int helper = 0; helper < helpers; ++helper) {
      sum += partial[group][helper][0];
      square += partial[group][helper][1];
    }
    const Statistics found(sum, square, static_cast<double>(t.rows) * t.perGroup, a.epsilon);
    const long long at = static_cast<long long>(place.image) * (t.channels / t.perGroup) + first / t.perGroup + group;
    a.mean[at] = mean[group] = found.mean;
    a.inverse[at] = inverse[group] = found.inverse;
  }
  __syncthreads();
  if (place.count == 0) return;
  Affine affine[V];
#pragma unroll
  for (int v = 0; v < V; ++v) {
    const int group = (place.column + v) / t.perGroup;
    affine[v] = Affine(mean[group], inverse[group], a.gamma[place.channel + v], a.beta[place.channel + v]);
  }
#pragma unroll
  for (int i = 0; i < R; ++i) {
    if (i < place.count) {
      Pack<T, V> y;
#pragma unroll
      for (int v = 0; v < V; ++v) y.at[v] = relu(affine[v](held[i].at[v]));
      store(a.y, place, i, y);
    }
  }
}

template <typename T, int V>
__device__ void sumMoments(const MomentArguments<T>& a) {
  __shared__ double shared[tileThreads * 2 * V];
  const Place<V> place(a.tiling);
  Pack<T, V> held[tileRows];
  load<tileRows>(held, a.x, place);
  double sums[V], squares[V];
  moments<tileRows>(held, place.count, sums, squares);
  keepSums<V>(a.tiling, place, shared, sums, squares, a.sums);
}

/** A channel's group norm, from its group's statistics. */
template <typename Arguments>
__device__ Affine affineOf(const Arguments& a, int image, int channel) {
  const Tiling& t = a.tiling;
  const long long group = static_cast<long long>(image) * (t.channels / t.perGroup) + channel / t.perGroup;
  return Affine(a.mean[group], a.inverse[group], a.gamma[channel], a.beta[channel]);
}

template <typename T, int V>
__device__ void normalise(const NormArguments<T>& a) {
  const Place<V> place(a.tiling);
  if (place.count == 0) return;
  Pack<T, V> held[tileRows];
  load<tileRows>(held, a.x, place);
  Affine affine[V];
#pragma unroll
  for (int v = 0; v < V; ++v) affine[v] = affineOf(a, place.image, place.channel + v);
#pragma unroll
  for (int i = 0; i < tileRows; ++i) {
    if (i < place.count) {
#pragma unroll
      for (int v = 0; v < V; ++v) held[i].at[v] = relu(affine[v](held[i].at[v]));
      store(a.y, place, i, held[i]);
    }
  }
}

/** Sums of dz and of dz (x - mean), where dz is dy behind relu. */
template <typename T, int V>
__device__ void sumGradients(const NormGradArguments<T>& a) {
  __shared__ double shared[tileThreads * 2 * V];
  const Tiling& t = a.tiling;
  const Place<V> place(t);
  Pack<T, V> dy[tileRows], x[tileRows];
  load<tileRows>(dy, a.dy, place);
  load<tileRows>(x, a.x, place);
  double sums[V], products[V];
#pragma unroll
  for (int v = 0; v < V; ++v) {
    float sum = 0, product = 0;
    if (place.count > 0) {
      const int channel = place.channel + v;
      const Affine affine = affineOf(a, place.image, channel);
      const float mean = a.mean[static_cast<long long>(place.image) * (t.channels / t.perGroup) + channel / t.perGroup];
#pragma unroll
      for (int i = 0; i < tileRows; ++i) {
        if (i < place.count) {
          const float dz = affine(x[i].at[v]) > 0 ? static_cast<float>(dy[i].at[v]) : 0;
          sum += dz;
          product = fmaf(dz, static_cast<float>(x[i].at[v]) - mean, product);
        }
      }
    }
    sums[v] = sum;
    products[v] = product;
  }
  keepSums<V>(t, place, shared, sums, products, a.sums);
}

/** A block of 64 threads per image and group: its part in the parameters' gradients, and the coefficients of inputGradient. */
template <typename T>
__device__ void coefficients(const NormGradArguments<T>& a) {
  __shared__ double shared[2 * 64];
  const Tiling& t = a.tiling;
  const int groups = t.channels / t.perGroup, image = blockIdx.x / groups, group = blockIdx.x % groups;
  const double inverse = a.inverse[blockIdx.x];
  double sumA = 0, sumB = 0;
  for (int c = group * t.perGroup + threadIdx.x; c < (group + 1) * t.perGroup; c += 64) {
    const double* at = a.sums + static_cast<long long>(image) * t.parts * 2 * t.channels + c;
    double first = 0, second = 0;
    for (int part = 0; part < t.parts; ++part, at += 2 * t.channels) first += at[0], second += at[t.channels];
    second *= inverse;
    double* total = a.totals + static_cast<long long>(image) * 2 * t.channels + c;
    total[0] = first;
    total[t.channels] = second;
    sumA += first * a.gamma[c];
    sumB += second * a.gamma[c];
  }
  addThreads(shared, sumA, sumB);
  if (threadIdx.x > 0) return;
  const double size = static_cast<double>(t.rows) * t.perGroup;
  a.coefficients[2 * blockIdx.x] = inverse * inverse * shared[1] / size;
  a.coefficients[2 * blockIdx.x + 1] = inverse * shared[0] / size;
}

template <typename T, int V>
__device__ void inputGradient(const NormGradArguments<T>& a) {
  const Tiling& t = a.tiling;
  const Place<V> place(t);
  if (place.count == 0) return;
  Pack<T, V> dy[tileRows], x[tileRows];
  load<tileRows>(dy, a.dy, place);
  load<tileRows>(x, a.x, place);
#pragma unroll
  for (int v = 0; v < V; ++v) {
    const int channel = place.channel + v;
    const long long group = static_cast<long long>(place.image) * (t.channels / t.perGroup) + channel / t.perGroup;
    const Affine affine = affineOf(a, place.image, channel);
    const float mean = a.mean[group], slope = a.coefficients[2 * group], constant = a.coefficients[2 * group + 1];
#pragma unroll
    for (int i = 0; i < tileRows; ++i) {
      if (i < place.count) {
        const float value = x[i].at[v], dz = affine(value) > 0 ? static_cast<float>(dy[i].at[v]) : 0;
        dy[i].at[v] = fmaf(dz, affine.scale, -fmaf(value - mean, slope, constant));
      }
    }
  }
#pragma unroll
  for (int i = 0; i < tileRows; ++i) {
    if (i < place.count) store(a.dx, place, i, dy[i]);
  }
}

}  // namespace

/** A block of 64 threads per image and group: mean and 1 / deviation, from the sums of parts. */
KERNEL(statistics, StatisticsArguments) {
  __shared__ double shared[2 * 64];
  const Tiling& t = a.tiling;
  const int groups = t.channels / t.perGroup, image = blockIdx.x / groups, group = blockIdx.x % groups;
  const double* sums = a.sums + static_cast<long long>(image) * t.parts * 2 * t.channels + group * t.perGroup;
  double sum = 0, squares = 0;
  for (int item = threadIdx.x; item < t.parts * t.perGroup; item += 64) {
    const double* at = sums + static_cast<long long>(item / t.perGroup) * 2 * t.channels + item % t.perGroup;
    sum += at[0];
    squares += at[t.channels];
  }
  addThreads(shared, sum, squares);
  if (threadIdx.x > 0) return;
  const Statistics found(shared[0], shared[1], static_cast<double>(t.rows) * t.perGroup, a.epsilon);
  a.mean[blockIdx.x] = found.mean;
  a.inverse[blockIdx.x] = found.inverse;
}

/** A block of 32 channels by 8 lines of images. */
KERNEL(parameterGradients, ParameterGradArguments) {
  __shared__ double shared[8][2][32];
  const int channel = blockIdx.x * 32 + threadIdx.x;
  double beta = 0, gamma = 0;
  if (channel < a.channels) {
    for (int image = threadIdx.y; image < a.images; image += 8) {
      const double* total = a.totals + static_cast<long long>(image) * 2 * a.channels + channel;
      beta += total[0];
      gamma += total[a.channels];
    }
  }
  shared[threadIdx.y][0][threadIdx.x] = beta;
  shared[threadIdx.y][1][threadIdx.x] = gamma;
  __syncthreads();
  if (threadIdx.y > 0 || channel >= a.channels) return;
  for (int line = 1; line < 8; ++line) {
    beta += shared[line][0][threadIdx.x];
    gamma += shared[line][1][threadIdx.x];
  }
  a.dbeta[channel] = beta;
  a.dgamma[channel] = gamma;
}

#define GROUP_NORM_OF(T, suffix)                                                        \
  KERNEL(normaliseWhole4x4##suffix, NormArguments<T>) { normaliseWhole<T, 4, 4>(a); }   \
  KERNEL(normaliseWhole4x16##suffix, NormArguments<T>) { normaliseWhole<T, 4, 16>(a); } \
  BOTH_WIDTHS(sumMoments, MomentArguments, T, suffix)                                   \
  BOTH_WIDTHS(normalise, NormArguments, T, suffix)                                      \
  BOTH_WIDTHS(sumGradients, NormGradArguments, T, suffix)                               \
  KERNEL(gradientCoefficients##suffix, NormGradArguments<T>) { coefficients<T>(a); }    \
  BOTH_WIDTHS(inputGradient, NormGradArguments, T, suffix)

GROUP_NORM_OF(float, )
GROUP_NORM_OF(Bfloat16, Bfloat16)

}  // namespace gpu
}  // namespace bit_repro
