#pragma once

#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/bfloat16.h"
#include "tensorflowKernels.h"

namespace bit_repro {

/** A TF_Status that throws when it is not OK. */
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  operator TF_Status*() { return status_; }
  void check() const {
    if (TF_GetCode(status_) != TF_OK) throw std::runtime_error(TF_Message(status_));
  }

 private:
  TF_Status* status_;
};

/** TensorFlow's name for the elements of a tensor. */
template <typename Element>
constexpr TF_DataType typeOf = TF_FLOAT;
template <>
constexpr TF_DataType typeOf<Bfloat16> = TF_BFLOAT16;
template <>
constexpr TF_DataType typeOf<double> = TF_DOUBLE;

/** A tensor of an op in progress, of float32 unless it is told otherwise; on a GPU, its memory is the GPU's. */
class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor) : tensor_(tensor, TF_DeleteTensor) {}
  template <typename Element = float>
  Element* data() const {
    return static_cast<Element*>(TF_TensorData(tensor_.get()));
  }
  std::vector<int64_t> shape() const {
    std::vector<int64_t> sizes(TF_NumDims(tensor_.get()));
    for (size_t axis = 0; axis < sizes.size(); ++axis) sizes[axis] = TF_Dim(tensor_.get(), axis);
    return sizes;
  }

 private:
  std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)> tensor_;
};

/** The inputs and outputs of an op in progress. */
class Context {
 public:
  explicit Context(TF_OpKernelContext* context) : context_(context) {}

  Tensor input(int index) const {
    Status status;
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status);
    status.check();
    return Tensor(tensor);
  }

  template <typename Element = float>
  Tensor output(int index, const std::vector<int64_t>& shape) const {
    Status status;
    size_t bytes = sizeof(Element);
    for (int64_t size : shape) bytes *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, typeOf<Element>, shape.data(), shape.size(), bytes, status);
    status.check();
    return Tensor(tensor);
  }

  /** Memory for doubles, until the op is done. */
  Tensor temporary(int64_t count) const {
    Status status;
    TF_AllocatorAttributes attributes{TF_ALLOCATOR_ATTRIBUTES_STRUCT_SIZE, 0};
    TF_Tensor* tensor = TF_AllocateTemp(context_, typeOf<double>, &count, 1, &attributes, status);
    status.check();
    return Tensor(tensor);
  }

  TF_OpKernelContext* handle() const { return context_; }

  /** An output that takes the memory of an input of its shape when nothing else needs that input. */
  Tensor outputInPlace(int index, int input, const std::vector<int64_t>& shape) const {
    Status status;
    int taken = -1;
    TF_Tensor* tensor =
        TF_ForwardInputOrAllocateOutput(context_, &input, 1, index, shape.data(), shape.size(), &taken, status);
    status.check();
    return Tensor(tensor);
  }

 private:
  TF_OpKernelContext* context_;
};

/** Defines an op. Whether TensorFlow took it: where it did not, a graph with the op is refused by name. */
inline bool defineOp(const char* name, std::initializer_list<const char*> inputs,
                     std::initializer_list<const char*> outputs, std::initializer_list<const char*> attributes) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, TF_ShapeInferenceContextSetUnknownShape);
  Status status;
  TF_RegisterOpDefinition(op, status);
  return TF_GetCode(status) == TF_OK;
}

/**
 * Registers the kernel of an op for a kind of device. Whether TensorFlow took it: where it did not, the op cannot be placed there.
 *
 * @param elements what the op's attribute T must be; none for an op without.
 */
template <typename Kernel>
bool registerKernel(const char* name, const char* device, std::optional<TF_DataType> elements) {
  const auto create = [](TF_OpKernelConstruction* construction) -> void* {
    try {
      return new Kernel(construction);
    } catch (const std::exception& error) {
      Status failure;
      TF_SetStatus(failure, TF_INVALID_ARGUMENT, error.what());
      TF_OpKernelConstruction_Failure(construction, failure);
      return nullptr;
    }
  };
  const auto compute = [](void* kernel, TF_OpKernelContext* context) {
    try {
      static_cast<Kernel*>(kernel)->compute(Context(context));
    } catch (const std::exception& error) {
      Status failure;
      const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
      TF_SetStatus(failure, memory ? TF_RESOURCE_EXHAUSTED : TF_INTERNAL, error.what());
      TF_OpKernelContext_Failure(context, failure);
    }
  };
  const auto remove = [](void* kernel) { delete static_cast<Kernel*>(kernel); };
  Status status;
  TF_KernelBuilder* builder = TF_NewKernelBuilder(name, device, create, compute, remove);
  if (elements) {
    TF_KernelBuilder_TypeConstraint(builder, "T", *elements, status);
    if (TF_GetCode(status) != TF_OK) return TF_DeleteKernelBuilder(builder), false;
  }
  TF_RegisterKernelBuilder(name, builder, status);
  return TF_GetCode(status) == TF_OK;
}

/** Attributes of the op that a kernel is made for. */
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* construction) : construction_(construction) {}

  int32_t integer(const char* name) const {
    Status status;
    int32_t value = 0;
    TF_OpKernelConstruction_GetAttrInt32(construction_, name, &value, status);
    status.check();
    return value;
  }

  float number(const char* name) const {
    Status status;
    float value = 0;
    TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status);
    status.check();
    return value;
  }

  std::string text(const char* name) const {
    Status status;
    int32_t size = 0, total = 0;
    TF_OpKernelConstruction_GetAttrSize(construction_, name, &size, &total, status);
    status.check();
    std::string value(total, '\0');
    TF_OpKernelConstruction_GetAttrString(construction_, name, value.data(), value.size(), status);
    status.check();
    return value;
  }

 private:
  TF_OpKernelConstruction* construction_;
};

}  // namespace bit_repro
