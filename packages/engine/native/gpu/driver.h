// Kernels compiled for the GPU at hand, launched through CUDA's driver on TensorFlow's own stream.
#pragma once

#include <cstdint>
#include <string>

#include "../tensorflowKernels.h"

namespace bit_repro {
namespace gpu {

/**
 * Loads compiled kernels, and the library that knows TensorFlow's stream, for the GPU of an op in progress.
 *
 * @throws std::runtime_error that says which of driver, stream and kernels cannot be had, and what was found.
 */
void loadKernels(const std::string& kernels, const std::string& stream, TF_OpKernelContext* context);

/** Blocks and threads of a launch. */
struct Grid {
  int64_t blocks;
  int columns, lines = 1;
};

/**
 * Puts a kernel into the stream of an op in progress; none where there are no blocks.
 *
 * @throws std::runtime_error when kernels are not loaded, or the driver refuses.
 */
void launch(const std::string& kernel, Grid grid, const void* arguments, TF_OpKernelContext* context);

}  // namespace gpu
}  // namespace bit_repro
