// Weight standardisation, and its gradient. packages/model/src/weightStandardisation.ts says what is computed.

namespace bit_repro {
namespace gpu {
namespace {

template <typename T, int V>
__device__ void standardise(const StandardiseArguments<T>& a) {
  const Place<V> place(a.tiling);
  if (place.count == 0) return;
  Pack<float, V> held[tileRows];
  load<tileRows>(held, a.w, place);
#pragma unroll
  for (int i = 0; i < tileRows; ++i) {
    if (i < place.count) {
      Pack<T, V> y;
#pragma unroll
      for (int v = 0; v < V; ++v) {
        const int channel = place.channel + v;
        y.at[v] = (held[i].at[v] - a.mean[channel]) * a.inverse[channel];
      }
      store(a.y, place, i, y);
    }
  }
}

/** Sums of dy and of dy y. */
template <typename T, int V>
__device__ void sumProducts(const StandardiseGradArguments<T>& a) {
  __shared__ double shared[tileThreads * 2 * V];
  const Place<V> place(a.tiling);
  Pack<T, V> dy[tileRows], y[tileRows];
  load<tileRows>(dy, a.dy, place);
  load<tileRows>(y, a.y, place);
  double sums[V], products[V];
#pragma unroll
  for (int v = 0; v < V; ++v) {
    float sum = 0, product = 0;
#pragma unroll
    for (int i = 0; i < tileRows; ++i) {
      if (i < place.count) {
        sum += static_cast<float>(dy[i].at[v]);
        product = fmaf(static_cast<float>(dy[i].at[v]), static_cast<float>(y[i].at[v]), product);
      }
    }
    sums[v] = sum;
    products[v] = product;
  }
  keepSums<V>(a.tiling, place, shared, sums, products, a.sums);
}

/** A thread per channel: the means over a kernel's rows, from the sums of parts. */
template <typename T>
__device__ void means(const StandardiseGradArguments<T>& a) {
  const Tiling& t = a.tiling;
  const int channel = blockIdx.x * blockDim.x + threadIdx.x;
  if (channel >= t.channels) return;
  double sum = 0, product = 0;
  for (int part = 0; part < t.parts; ++part) {
    const double* at = a.sums + static_cast<long long>(part) * 2 * t.channels + channel;
    sum += at[0];
    product += at[t.channels];
  }
  a.means[channel] = sum / t.rows;
  a.means[t.channels + channel] = product / t.rows;
}

template <typename T, int V>
__device__ void standardiseGradient(const StandardiseGradArguments<T>& a) {
  const Place<V> place(a.tiling);
  if (place.count == 0) return;
  Pack<T, V> dy[tileRows], y[tileRows];
  load<tileRows>(dy, a.dy, place);
  load<tileRows>(y, a.y, place);
#pragma unroll
  for (int i = 0; i < tileRows; ++i) {
    if (i < place.count) {
      Pack<float, V> dw;
#pragma unroll
      for (int v = 0; v < V; ++v) {
        const int channel = place.channel + v;
        const float mean = a.means[channel], slope = a.means[a.tiling.channels + channel];
        const float centred = static_cast<float>(dy[i].at[v]) - mean;
        dw.at[v] = a.inverse[channel] * fmaf(-static_cast<float>(y[i].at[v]), slope, centred);
      }
      store(a.dw, place, i, dw);
    }
  }
}

}  // namespace

#define STANDARDISATION_OF(T, suffix)                                       \
  BOTH_WIDTHS(standardise, StandardiseArguments, T, suffix)                 \
  BOTH_WIDTHS(sumProducts, StandardiseGradArguments, T, suffix)             \
  KERNEL(columnMeans##suffix, StandardiseGradArguments<T>) { means<T>(a); } \
  BOTH_WIDTHS(standardiseGradient, StandardiseGradArguments, T, suffix)

STANDARDISATION_OF(float, )
STANDARDISATION_OF(Bfloat16, Bfloat16)

}  // namespace gpu
}  // namespace bit_repro
