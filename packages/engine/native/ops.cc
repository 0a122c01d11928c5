// The ops that the kernels for processors and those for GPUs carry out.
#include "registration.h"

namespace bit_repro {
namespace {

const bool defined =
    defineOp("BitGroupNormRelu", {"x: float", "gamma: float", "beta: float"},
             {"y: float", "mean: float", "inverse: float"}, {"groups: int", "epsilon: float"}) &&
    defineOp("BitGroupNormReluAgain", {"x: float", "gamma: float", "beta: float", "mean: float", "inverse: float"},
             {"y: float"}, {"groups: int", "epsilon: float"}) &&
    defineOp("BitGroupNormReluGrad",
             {"dy: float", "x: float", "gamma: float", "beta: float", "mean: float", "inverse: float"},
             {"dx: float", "dgamma: float", "dbeta: float"}, {"groups: int", "epsilon: float"}) &&
    defineOp("BitStandardise", {"w: float"}, {"y: float", "inverse: float"}, {"epsilon: float"}) &&
    defineOp("BitStandardiseGrad", {"dy: float", "y: float", "inverse: float"}, {"dw: float"}, {}) &&
    defineOp("BitLoadKernels", {}, {}, {"kernels: string", "stream: string"});

}  // namespace
}  // namespace bit_repro
