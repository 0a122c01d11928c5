// Weight standardisation and its gradient. packages/model/src/weightStandardisation.ts says what is computed.
#include <cmath>
#include <string>

#include "parallel.h"
#include "registration.h"
#include "vector.h"

namespace bit_repro {
namespace {

/** A kernel [H, W, I, O] as a matrix of H W I rows and O columns, cut into blocks of columns. */
struct Columns {
  static constexpr int64_t width = 64;
  int64_t rows, columns;

  explicit Columns(const std::vector<int64_t>& shape) : rows(1), columns(shape.back()) {
    for (size_t axis = 0; axis + 1 < shape.size(); ++axis) rows *= shape[axis];
  }
  int64_t blocks() const { return (columns + width - 1) / width; }
  int64_t first(int64_t block) const { return block * width; }
  Rows block(int64_t block) const { return {rows, columns, std::min(width, columns - first(block))}; }
  int64_t bytes() const { return rows * width * sizeof(float); }
};

template <typename T>
struct Standardise {
  float epsilon;

  explicit Standardise(TF_OpKernelConstruction* construction) : epsilon(Attributes(construction).number("epsilon")) {}

  void compute(const Context& context) const {
    const Tensor w = context.input(0);
    const std::vector<int64_t> shape = w.shape();
    const Columns matrix(shape);
    const Tensor y = context.output<T>(0, shape), inverse = context.output(1, {matrix.columns});
    inParallel(matrix.blocks(), 2 * matrix.bytes(), [&](int64_t block) {
      const Rows rows = matrix.block(block);
      const int64_t first = matrix.first(block);
      double sums[Columns::width];
      float mean[Columns::width];
      addUp(rows, w.data() + first, sums);
      for (int64_t c = 0; c < rows.width; ++c) mean[c] = sums[c] / rows.count;
      addUpSquares(rows, w.data() + first, mean, sums);
      float* scale = inverse.data() + first;
      for (int64_t c = 0; c < rows.width; ++c) scale[c] = 1 / std::sqrt(sums[c] / rows.count + epsilon);
      standardise(rows, w.data() + first, mean, scale, y.data<T>() + first);
    });
  }
};

template <typename T>
struct StandardiseGrad {
  explicit StandardiseGrad(TF_OpKernelConstruction*) {}

  void compute(const Context& context) const {
    const Tensor dy = context.input(0), y = context.input(1), inverse = context.input(2);
    const std::vector<int64_t> shape = y.shape();
    const Columns matrix(shape);
    const Tensor dw = context.outputInPlace(0, 0, shape);
    inParallel(matrix.blocks(), 3 * matrix.bytes(), [&](int64_t block) {
      const Rows rows = matrix.block(block);
      const int64_t first = matrix.first(block);
      double sums[Columns::width], products[Columns::width];
      float mean[Columns::width], slope[Columns::width];
      addUpProducts(rows, dy.data<T>() + first, y.data<T>() + first, sums, products);
      for (int64_t c = 0; c < rows.width; ++c) mean[c] = sums[c] / rows.count, slope[c] = products[c] / rows.count;
      standardiseGradient(rows, dy.data<T>() + first, y.data<T>() + first, inverse.data() + first, mean, slope,
                          dw.data() + first);
    });
  }
};

template <typename T>
bool registerFor() {
  return registerKernel<Standardise<T>>("BitStandardise", "CPU", typeOf<T>) &&
         registerKernel<StandardiseGrad<T>>("BitStandardiseGrad", "CPU", typeOf<T>);
}

const bool registered = registerFor<float>() && registerFor<Bfloat16>();

}  // namespace
}  // namespace bit_repro
