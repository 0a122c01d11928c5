// The CUDA stream that an op is to work on. TensorFlow's C API gives it to plugged-in devices only, hence its C++ headers; and as
// these may not suit a compiler, a library of its own, without which the rest works.
#include "tensorflow/core/framework/op_kernel.h"
#include "xla/stream_executor/stream.h"

/** Of a TF_OpKernelContext; nothing where the op is not on a GPU. */
extern "C" void* bit_repro_stream(void* context) {
  tensorflow::DeviceContext* device = reinterpret_cast<tensorflow::OpKernelContext*>(context)->op_device_context();
  return device == nullptr ? nullptr : device->stream()->platform_specific_handle().stream;
}
