// Group norm followed by relu, and its gradient, each in one pass over memory: an image's channels are worked on in blocks
// that fit in a core's cache. packages/model/src/groupNorm.ts says what is computed.
#include <cmath>
#include <numeric>

#include "parallel.h"
#include "registration.h"
#include "vector.h"

namespace bit_repro {
namespace {

struct Options {
  int32_t groups;
  float epsilon;

  explicit Options(TF_OpKernelConstruction* construction)
      : groups(Attributes(construction).integer("groups")), epsilon(Attributes(construction).number("epsilon")) {}
};

/** How the channels of images are cut into blocks of whole groups. */
struct Blocks {
  int64_t images, pixels, channels, perGroup, width, perImage;

  Blocks(const std::vector<int64_t>& shape, int64_t groups)
      : images(shape[0]), pixels(shape[1] * shape[2]), channels(shape[3]), perGroup(channels / groups) {
    // Whole groups and whole vectors, 64 channels or a little more.
    const int64_t unit = std::lcm(perGroup, int64_t{32});
    width = std::min(channels, unit * ((63 + unit) / unit));
    perImage = (channels + width - 1) / width;
  }
  int64_t count() const { return images * perImage; }
  int64_t elements() const { return pixels * width; }
  int64_t image(int64_t block) const { return block / perImage; }
  int64_t firstChannel(int64_t block) const { return block % perImage * width; }
  int64_t channelsOf(int64_t block) const { return std::min(width, channels - firstChannel(block)); }
};

template <typename T>
struct GroupNormRelu : Options {
  using Options::Options;

  void compute(const Context& context) const {
    const Tensor x = context.input(0), gamma = context.input(1), beta = context.input(2);
    const std::vector<int64_t> shape = x.shape();
    const Blocks blocks(shape, groups);
    const Tensor y = context.outputInPlace(0, 0, shape);
    const Tensor mean = context.output(1, {shape[0], groups});
    const Tensor inverse = context.output(2, {shape[0], groups});
    inParallel(blocks.count(), 2 * blocks.elements() * sizeof(T), [&](int64_t block) {
      const int64_t first = blocks.firstChannel(block), width = blocks.channelsOf(block), image = blocks.image(block);
      const int64_t offset = image * blocks.pixels * blocks.channels + first;
      const T* in = x.data<T>() + offset;
      const Rows rows{blocks.pixels, blocks.channels, width};
      std::vector<double> sums(width);
      std::vector<float> centre(width), scale(width), shift(width);
      addUp(rows, in, sums.data());
      overGroups(sums, blocks, [&](int64_t group, double sum) {
        for (int64_t c = 0; c < blocks.perGroup; ++c) centre[group * blocks.perGroup + c] = sum;
      });
      addUpSquares(rows, in, centre.data(), sums.data());
      overGroups(sums, blocks, [&](int64_t group, double variance) {
        const float r = 1 / std::sqrt(variance + epsilon);
        const int64_t at = image * groups + first / blocks.perGroup + group;
        mean.data()[at] = centre[group * blocks.perGroup];
        inverse.data()[at] = r;
        for (int64_t c = group * blocks.perGroup; c < (group + 1) * blocks.perGroup; ++c) {
          scale[c] = r * gamma.data()[first + c];
          shift[c] = beta.data()[first + c] - centre[c] * scale[c];
        }
      });
      affineRelu(rows, in, scale.data(), shift.data(), y.data<T>() + offset);
    });
  }

 private:
  /** Hands the mean over the elements of each group of a block to `use`. */
  template <typename Use>
  static void overGroups(const std::vector<double>& sums, const Blocks& blocks, const Use& use) {
    for (int64_t group = 0; group * blocks.perGroup < static_cast<int64_t>(sums.size()); ++group) {
      double sum = 0;
      for (int64_t c = 0; c < blocks.perGroup; ++c) sum += sums[group * blocks.perGroup + c];
      use(group, sum / (blocks.pixels * blocks.perGroup));
    }
  }
};

/** The scale and shift of each channel of a block, from what GroupNormRelu gave; the same operations give the same bits. */
struct Affine {
  std::vector<float> centre, scale, shift;

  Affine(const Blocks& blocks, int64_t block, int64_t groups, const Tensor& gamma, const Tensor& beta, const Tensor& mean,
         const Tensor& inverse)
      : centre(blocks.channelsOf(block)), scale(centre.size()), shift(centre.size()) {
    const int64_t first = blocks.firstChannel(block);
    for (size_t c = 0; c < centre.size(); ++c) {
      const int64_t group = blocks.image(block) * groups + (first + c) / blocks.perGroup;
      centre[c] = mean.data()[group];
      scale[c] = inverse.data()[group] * gamma.data()[first + c];
      shift[c] = beta.data()[first + c] - centre[c] * scale[c];
    }
  }
};

/** What GroupNormRelu gave, once more, so that it need not be kept from the forward to the backward pass. */
template <typename T>
struct GroupNormReluAgain : Options {
  using Options::Options;

  void compute(const Context& context) const {
    const Tensor x = context.input(0), gamma = context.input(1), beta = context.input(2);
    const Tensor mean = context.input(3), inverse = context.input(4);
    const std::vector<int64_t> shape = x.shape();
    const Blocks blocks(shape, groups);
    const Tensor y = context.output<T>(0, shape);
    inParallel(blocks.count(), 2 * blocks.elements() * sizeof(T), [&](int64_t block) {
      const int64_t offset = blocks.image(block) * blocks.pixels * blocks.channels + blocks.firstChannel(block);
      const Rows rows{blocks.pixels, blocks.channels, blocks.channelsOf(block)};
      const Affine affine(blocks, block, groups, gamma, beta, mean, inverse);
      affineRelu(rows, x.data<T>() + offset, affine.scale.data(), affine.shift.data(), y.data<T>() + offset);
    });
  }
};

template <typename T>
struct GroupNormReluGrad : Options {
  using Options::Options;

  void compute(const Context& context) const {
    const Tensor dy = context.input(0), x = context.input(1), gamma = context.input(2), beta = context.input(3);
    const Tensor mean = context.input(4), inverse = context.input(5);
    const std::vector<int64_t> shape = x.shape();
    const Blocks blocks(shape, groups);
    const Tensor dx = context.outputInPlace(0, 0, shape);
    const Tensor dgamma = context.output(1, {blocks.channels}), dbeta = context.output(2, {blocks.channels});
    std::vector<double> gammaParts(blocks.images * blocks.channels), betaParts(blocks.images * blocks.channels);
    inParallel(blocks.count(), 3 * blocks.elements() * sizeof(T), [&](int64_t block) {
      const int64_t first = blocks.firstChannel(block), width = blocks.channelsOf(block), image = blocks.image(block);
      const int64_t offset = image * blocks.pixels * blocks.channels + first;
      const Rows rows{blocks.pixels, blocks.channels, width};
      const auto [centre, scale, shift] = Affine(blocks, block, groups, gamma, beta, mean, inverse);
      std::vector<float> slope(width), constant(width);
      double* a = &betaParts[image * blocks.channels + first];
      double* b = &gammaParts[image * blocks.channels + first];
      addUpGradients(rows, dy.data<T>() + offset, x.data<T>() + offset, scale.data(), shift.data(), centre.data(), a, b);
      for (int64_t start = 0; start < width; start += blocks.perGroup) {
        const double r = inverse.data()[image * groups + (first + start) / blocks.perGroup];
        double sumA = 0, sumB = 0;
        for (int64_t c = start; c < start + blocks.perGroup; ++c) {
          b[c] *= r;
          sumA += a[c] * gamma.data()[first + c];
          sumB += b[c] * gamma.data()[first + c];
        }
        const double size = static_cast<double>(blocks.pixels * blocks.perGroup);
        for (int64_t c = start; c < start + blocks.perGroup; ++c) {
          slope[c] = r * r * sumB / size;
          constant[c] = slope[c] * centre[c] - r * sumA / size;
        }
      }
      inputGradient(rows, dy.data<T>() + offset, x.data<T>() + offset, scale.data(), shift.data(), slope.data(),
                    constant.data(), dx.data<T>() + offset);
    });
    for (int64_t c = 0; c < blocks.channels; ++c) {
      double gammaSum = 0, betaSum = 0;
      for (int64_t image = 0; image < blocks.images; ++image) {
        gammaSum += gammaParts[image * blocks.channels + c];
        betaSum += betaParts[image * blocks.channels + c];
      }
      dgamma.data()[c] = gammaSum;
      dbeta.data()[c] = betaSum;
    }
  }
};

template <typename T>
bool registerFor() {
  return registerKernel<GroupNormRelu<T>>("BitGroupNormRelu", "CPU", typeOf<T>) &&
         registerKernel<GroupNormReluAgain<T>>("BitGroupNormReluAgain", "CPU", typeOf<T>) &&
         registerKernel<GroupNormReluGrad<T>>("BitGroupNormReluGrad", "CPU", typeOf<T>);
}

const bool registered = registerFor<float>() && registerFor<Bfloat16>();

}  // namespace
}  // namespace bit_repro
