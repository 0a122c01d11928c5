// The ops that the kernels for processors and those for GPUs carry out.
#include "registration.h"

namespace bit_repro {
namespace {

/** What activations, standardised kernels and the gradients of both are in; all else is float32. */
constexpr const char* elements = "T: {float, bfloat16} = DT_FLOAT";

const bool defined =
    defineOp("BitGroupNormRelu", {"x: T", "gamma: float", "beta: float"}, {"y: T", "mean: float", "inverse: float"},
             {elements, "groups: int", "epsilon: float"}) &&
    defineOp("BitGroupNormReluAgain", {"x: T", "gamma: float", "beta: float", "mean: float", "inverse: float"}, {"y: T"},
             {elements, "groups: int", "epsilon: float"}) &&
    defineOp("BitGroupNormReluGrad",
             {"dy: T", "x: T", "gamma: float", "beta: float", "mean: float", "inverse: float"},
             {"dx: T", "dgamma: float", "dbeta: float"}, {elements, "groups: int", "epsilon: float"}) &&
    defineOp("BitStandardise", {"w: float"}, {"y: T", "inverse: float"}, {elements, "epsilon: float"}) &&
    defineOp("BitStandardiseGrad", {"dy: T", "y: T", "inverse: float"}, {"dw: float"}, {elements}) &&
    defineOp("BitLoadKernels", {}, {}, {"kernels: string", "stream: string"});

}  // namespace
}  // namespace bit_repro
