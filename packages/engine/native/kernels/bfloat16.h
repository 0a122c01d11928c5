// The elements of activations in bfloat16, for processors and GPUs alike. Nothing is included: NVRTC has no headers.
#pragma once

#ifdef __CUDACC_RTC__
#define BIT_REPRO_INLINE __device__ inline
#else
#define BIT_REPRO_INLINE __attribute__((always_inline)) inline
#endif

namespace bit_repro {

BIT_REPRO_INLINE unsigned int bitsOf(float value) {
#ifdef __CUDACC_RTC__
  return __float_as_uint(value);
#else
  unsigned int bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
#endif
}

BIT_REPRO_INLINE float floatOf(unsigned int bits) {
#ifdef __CUDACC_RTC__
  return __uint_as_float(bits);
#else
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

/** The upper half of a float32: all of its exponent, 7 bits after the point. */
struct Bfloat16 {
  unsigned short bits;

  Bfloat16() = default;
  /** To the nearest, from halfway to the even one; a NaN stays one. */
  BIT_REPRO_INLINE Bfloat16(float value) {
    const unsigned int whole = bitsOf(value);
    bits = value != value ? 0x7fc0 : (whole + 0x7fff + (whole >> 16 & 1)) >> 16;
  }
  BIT_REPRO_INLINE operator float() const { return floatOf(static_cast<unsigned int>(bits) << 16); }
};

}  // namespace bit_repro
