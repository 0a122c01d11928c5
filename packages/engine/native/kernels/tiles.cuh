// What all kernels for NVIDIA GPUs share: where a thread's elements lie, and sums over a block. NVRTC compiles them for the card at
// hand, as one text: bfloat16.h and arguments.h, this, then the kernels.
//
// Sums are in float32 over the rows of one thread, about their mean where they are squared, and in double beyond. All sums are
// added up in an order that shapes alone decide: pairwise over a block's lines, one after the other over parts and images.
// Products and sums are only fused where fmaf says so (--fmad=false), so a processor computes the same bits from this source.

#ifndef KERNEL
#define KERNEL(name, Arguments) extern "C" __global__ void __launch_bounds__(512) name(const Arguments a)
#endif

// By the number of channels that a thread loads at once: 4 where all rows begin at multiples of 4 elements, else 1.
#define BOTH_WIDTHS(kernel, Arguments, T, suffix)              \
  KERNEL(kernel##4##suffix, Arguments<T>) { kernel<T, 4>(a); } \
  KERNEL(kernel##1##suffix, Arguments<T>) { kernel<T, 1>(a); }

namespace bit_repro {
namespace gpu {
namespace {

/** V elements next to each other, which are loaded and stored at once. */
template <typename T, int V>
struct alignas(V * sizeof(T)) Pack {
  T at[V];
};

/** Where a thread's elements lie. */
template <int V>
struct Place {
  int image, part;
  /** The thread's first channel, and the same counted from the slab's. */
  int channel, column;
  /** Of the thread's first element; further rows are `stride` apart. */
  long long offset, stride;
  /** Rows that the thread works on; none beyond the last channel. */
  int count;

  __device__ explicit Place(const Tiling& t) {
    const int slab = blockIdx.x % t.slabs, block = blockIdx.x / t.slabs;
    part = block % t.parts;
    image = block / t.parts;
    column = threadIdx.x * V;
    channel = slab * t.width + column;
    const int first = part * t.partRows + threadIdx.y;
    const int left = (t.rows < (part + 1) * t.partRows ? t.rows : (part + 1) * t.partRows) - first;
    count = channel < t.channels && left > 0 ? (left + t.lines - 1) / t.lines : 0;
    offset = (static_cast<long long>(image) * t.rows + first) * t.channels + channel;
    stride = static_cast<long long>(t.lines) * t.channels;
  }
};

template <int R, typename T, int V>
__device__ void load(Pack<T, V> (&held)[R], const T* from, const Place<V>& place) {
#pragma unroll
  for (int i = 0; i < R; ++i) {
    if (i < place.count) held[i] = *reinterpret_cast<const Pack<T, V>*>(from + place.offset + i * place.stride);
  }
}

template <typename T, int V>
__device__ void store(T* to, const Place<V>& place, int i, const Pack<T, V>& pack) {
  *reinterpret_cast<Pack<T, V>*>(to + place.offset + i * place.stride) = pack;
}

/** Adds two sums per channel up over the lines of a block: they come to lie in shared[0 .. 2 width). */
template <int V>
__device__ void addLines(double* shared, int width, const double (&firsts)[V], const double (&seconds)[V]) {
  const int column = threadIdx.x * V;
  double* own = shared + threadIdx.y * 2 * width + column;
#pragma unroll
  for (int v = 0; v < V; ++v) own[v] = firsts[v], own[width + v] = seconds[v];
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) {
      const double* other = own + half * 2 * width;
#pragma unroll
      for (int v = 0; v < V; ++v) own[v] += other[v], own[width + v] += other[width + v];
    }
  }
  __syncthreads();
}

/** Writes a block's two sums per channel where the next kernel looks for them. */
template <int V>
__device__ void keepSums(const Tiling& t, const Place<V>& place, double* shared, const double (&firsts)[V],
                         const double (&seconds)[V], double* sums) {
  addLines<V>(shared, t.width, firsts, seconds);
  if (threadIdx.y > 0 || place.channel >= t.channels) return;
  double* to = sums + (static_cast<long long>(place.image) * t.parts + place.part) * 2 * t.channels + place.channel;
#pragma unroll
  for (int v = 0; v < V; ++v) to[v] = shared[place.column + v], to[t.channels + v] = shared[t.width + place.column + v];
}

}  // namespace
}  // namespace gpu
}  // namespace bit_repro
