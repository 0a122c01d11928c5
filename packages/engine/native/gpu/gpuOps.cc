// The ops of this project on GPUs: what is launched for each, in kernels that ../kernels holds.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "../registration.h"
#include "driver.h"
#include "tiling.h"

// Tests run the same code on the processor, with a driver of their own.
#ifndef BIT_REPRO_GPU
#define BIT_REPRO_GPU "GPU"
#endif

namespace bit_repro {
namespace gpu {
namespace {

int sizeOf(int64_t size) {
  if (size > INT32_MAX) throw std::runtime_error("Expected a smaller tensor, found " + std::to_string(size) + " in a row");
  return static_cast<int>(size);
}

/** Channels that a thread loads at once: 4 where that is one access, aligned. */
template <typename T>
int vectorOf(int channels, std::initializer_list<const T*> tensors) {
  bool aligned = channels % 4 == 0;
  for (const T* tensor : tensors) aligned = aligned && reinterpret_cast<uintptr_t>(tensor) % (4 * sizeof(T)) == 0;
  return aligned ? 4 : 1;
}

/** What the name of a kernel ends in, by the elements it works on. */
template <typename T>
constexpr const char* suffixOf = "";
template <>
constexpr const char* suffixOf<Bfloat16> = "Bfloat16";

Grid gridOf(const Tiling& t, int vector) {
  return {int64_t{t.images} * t.parts * t.slabs, t.width / vector, t.lines};
}

int64_t sumsOf(const Tiling& t) { return int64_t{t.images} * t.parts * 2 * t.channels; }

/** A block per image and group. */
Grid byGroup(const Tiling& t) { return {int64_t{t.images} * (t.channels / t.perGroup), 64}; }

struct LoadKernels {
  std::string kernels, stream;

  explicit LoadKernels(TF_OpKernelConstruction* construction)
      : kernels(Attributes(construction).text("kernels")), stream(Attributes(construction).text("stream")) {}
  void compute(const Context& context) const { loadKernels(kernels, stream, context.handle()); }
};

struct Norm {
  int groups;
  float epsilon;

  explicit Norm(TF_OpKernelConstruction* construction)
      : groups(Attributes(construction).integer("groups")), epsilon(Attributes(construction).number("epsilon")) {}

  /** Images, pixels, channels and channels per group. */
  struct Shape {
    int images, rows, channels, perGroup;
  };
  Shape shapeOf(const std::vector<int64_t>& x) const {
    if (x.size() != 4 || groups < 1 || x[3] % groups != 0) {
      throw std::runtime_error("Expected [N, H, W, C] with C a multiple of " + std::to_string(groups));
    }
    return {sizeOf(x[0]), sizeOf(x[1] * x[2]), sizeOf(x[3]), sizeOf(x[3] / groups)};
  }
};

template <typename T>
struct GroupNormRelu : Norm {
  using Norm::Norm;

  void compute(const Context& context) const {
    const Tensor x = context.input(0), gamma = context.input(1), beta = context.input(2);
    const std::vector<int64_t> shape = x.shape();
    const auto [images, rows, channels, perGroup] = shapeOf(shape);
    const Tensor y = context.outputInPlace(0, 0, shape);
    const Tensor mean = context.output(1, {images, groups}), inverse = context.output(2, {images, groups});
    NormArguments<T> a{{},          x.data<T>(), gamma.data(),   beta.data(),
                       y.data<T>(), mean.data(), inverse.data(), epsilon};
    const int vector = vectorOf<T>(channels, {x.data<T>(), y.data<T>()});
    const auto whole = vector == 4 ? inWhole(images, rows, channels, perGroup, vector) : std::nullopt;
    if (whole) {
      a.tiling = *whole;
      const bool few = rows <= 4 * whole->lines;
      const std::string kernel = few ? "normaliseWhole4x4" : "normaliseWhole4x16";
      launch(kernel + suffixOf<T>, gridOf(*whole, vector), &a, context.handle());
      return;
    }
    const Tiling t = a.tiling = inParts(images, rows, channels, perGroup, vector);
    const Tensor sums = context.temporary(sumsOf(t));
    const MomentArguments<T> moments{t, x.data<T>(), sums.data<double>()};
    const StatisticsArguments found{t, sums.data<double>(), mean.data(), inverse.data(), epsilon};
    const std::string suffix = std::to_string(vector) + suffixOf<T>;
    launch("sumMoments" + suffix, gridOf(t, vector), &moments, context.handle());
    launch("statistics", byGroup(t), &found, context.handle());
    launch("normalise" + suffix, gridOf(t, vector), &a, context.handle());
  }
};

/** What GroupNormRelu gave, once more, to the same bits. */
template <typename T>
struct GroupNormReluAgain : Norm {
  using Norm::Norm;

  void compute(const Context& context) const {
    const Tensor x = context.input(0), gamma = context.input(1), beta = context.input(2);
    const Tensor mean = context.input(3), inverse = context.input(4);
    const auto [images, rows, channels, perGroup] = shapeOf(x.shape());
    const Tensor y = context.output<T>(0, x.shape());
    const int vector = vectorOf<T>(channels, {x.data<T>(), y.data<T>()});
    const NormArguments<T> a{inParts(images, rows, channels, perGroup, vector),
                             x.data<T>(), gamma.data(), beta.data(), y.data<T>(), mean.data(), inverse.data(), epsilon};
    launch("normalise" + std::to_string(vector) + suffixOf<T>, gridOf(a.tiling, vector), &a, context.handle());
  }
};

template <typename T>
struct GroupNormReluGrad : Norm {
  using Norm::Norm;

  void compute(const Context& context) const {
    const Tensor dy = context.input(0), x = context.input(1), gamma = context.input(2), beta = context.input(3);
    const Tensor mean = context.input(4), inverse = context.input(5);
    const std::vector<int64_t> shape = x.shape();
    const auto [images, rows, channels, perGroup] = shapeOf(shape);
    const Tensor dx = context.outputInPlace(0, 0, shape);
    const Tensor dgamma = context.output(1, {channels}), dbeta = context.output(2, {channels});
    const int vector = vectorOf<T>(channels, {dy.data<T>(), x.data<T>(), dx.data<T>()});
    const Tiling t = inParts(images, rows, channels, perGroup, vector);
    const int64_t totals = int64_t{images} * 2 * channels;
    // The coefficients, two floats a group, take the room of a double each.
    const Tensor work = context.temporary(sumsOf(t) + totals + int64_t{images} * groups);
    double* sums = work.data<double>();
    double* totalsAt = sums + sumsOf(t);
    const NormGradArguments<T> a{t,           dy.data<T>(), x.data<T>(),    gamma.data(),
                                 beta.data(), mean.data(),  inverse.data(), sums,
                                 dx.data<T>(), reinterpret_cast<float*>(totalsAt + totals), totalsAt};
    const ParameterGradArguments parameters{images, channels, totalsAt, dgamma.data(), dbeta.data()};
    const std::string suffix = std::to_string(vector) + suffixOf<T>;
    launch("sumGradients" + suffix, gridOf(t, vector), &a, context.handle());
    launch(std::string("gradientCoefficients") + suffixOf<T>, byGroup(t), &a, context.handle());
    launch("inputGradient" + suffix, gridOf(t, vector), &a, context.handle());
    launch("parameterGradients", {(int64_t{channels} + 31) / 32, 32, 8}, &parameters, context.handle());
  }
};

/** A kernel [H, W, I, O] as one image whose groups are single channels. */
Tiling tilingOfKernel(const std::vector<int64_t>& shape, int vector) {
  int64_t rows = 1;
  for (size_t axis = 0; axis + 1 < shape.size(); ++axis) rows *= shape[axis];
  return inParts(1, sizeOf(rows), sizeOf(shape.back()), 1, vector);
}

template <typename T>
struct Standardise {
  float epsilon;

  explicit Standardise(TF_OpKernelConstruction* construction) : epsilon(Attributes(construction).number("epsilon")) {}

  void compute(const Context& context) const {
    const Tensor w = context.input(0);
    const std::vector<int64_t> shape = w.shape();
    const Tensor y = context.output<T>(0, shape), inverse = context.output(1, {shape.back()});
    const int columns = sizeOf(shape.back());
    const int vector = std::min(vectorOf<float>(columns, {w.data()}), vectorOf<T>(columns, {y.data<T>()}));
    const Tiling t = tilingOfKernel(shape, vector);
    // The means, floats, take the room of a double each.
    const Tensor work = context.temporary(sumsOf(t) + t.channels);
    double* sums = work.data<double>();
    float* mean = reinterpret_cast<float*>(sums + sumsOf(t));
    const MomentArguments<float> moments{t, w.data(), sums};
    const StatisticsArguments found{t, sums, mean, inverse.data(), epsilon};
    const StandardiseArguments<T> a{t, w.data(), mean, inverse.data(), y.data<T>()};
    const std::string suffix = std::to_string(vector);
    launch("sumMoments" + suffix, gridOf(t, vector), &moments, context.handle());
    launch("statistics", byGroup(t), &found, context.handle());
    launch("standardise" + suffix + suffixOf<T>, gridOf(t, vector), &a, context.handle());
  }
};

template <typename T>
struct StandardiseGrad {
  explicit StandardiseGrad(TF_OpKernelConstruction*) {}

  void compute(const Context& context) const {
    const Tensor dy = context.input(0), y = context.input(1), inverse = context.input(2);
    const std::vector<int64_t> shape = y.shape();
    const Tensor dw = context.outputInPlace(0, 0, shape);
    const int columns = sizeOf(shape.back());
    const int vector =
        std::min(vectorOf<float>(columns, {dw.data()}), vectorOf<T>(columns, {dy.data<T>(), y.data<T>()}));
    const Tiling t = tilingOfKernel(shape, vector);
    const Tensor work = context.temporary(sumsOf(t) + t.channels);
    double* sums = work.data<double>();
    float* means = reinterpret_cast<float*>(sums + sumsOf(t));
    const StandardiseGradArguments<T> a{t, dy.data<T>(), y.data<T>(), inverse.data(), sums, means, dw.data()};
    const std::string suffix = std::to_string(vector) + suffixOf<T>;
    launch("sumProducts" + suffix, gridOf(t, vector), &a, context.handle());
    launch(std::string("columnMeans") + suffixOf<T>, {(int64_t{t.channels} + 63) / 64, 64}, &a, context.handle());
    launch("standardiseGradient" + suffix, gridOf(t, vector), &a, context.handle());
  }
};

template <typename T>
bool registerFor() {
  return registerKernel<GroupNormRelu<T>>("BitGroupNormRelu", BIT_REPRO_GPU, typeOf<T>) &&
         registerKernel<GroupNormReluAgain<T>>("BitGroupNormReluAgain", BIT_REPRO_GPU, typeOf<T>) &&
         registerKernel<GroupNormReluGrad<T>>("BitGroupNormReluGrad", BIT_REPRO_GPU, typeOf<T>) &&
         registerKernel<Standardise<T>>("BitStandardise", BIT_REPRO_GPU, typeOf<T>) &&
         registerKernel<StandardiseGrad<T>>("BitStandardiseGrad", BIT_REPRO_GPU, typeOf<T>);
}

const bool registered = registerKernel<LoadKernels>("BitLoadKernels", BIT_REPRO_GPU, std::nullopt) &&
                        registerFor<float>() && registerFor<Bfloat16>();

}  // namespace
}  // namespace gpu
}  // namespace bit_repro
