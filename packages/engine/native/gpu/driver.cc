#include "driver.h"

#include <dlfcn.h>

#include <climits>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace bit_repro {
namespace gpu {
namespace {

// As in cuda.h, which no wheel of TensorFlow brings.
using Result = int;  // CUresult; 0 is success.
using Context = struct CUctx_st*;
using Module = struct CUmod_st*;
using Function = struct CUfunc_st*;
using Stream = struct CUstream_st*;
constexpr int computeCapabilityMajor = 75, computeCapabilityMinor = 76;

void* open(const char* library, const char* what) {
  void* handle = dlopen(library, RTLD_NOW);
  if (handle == nullptr) throw std::runtime_error(std::string(what) + " could not be loaded: " + dlerror());
  return handle;
}

template <typename Function>
void find(Function& function, void* library, const char* name, const char* what) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(std::string(what) + " has no " + name);
}

/** The functions of CUDA's driver that are used here. */
struct Driver {
  Driver() {
    void* library = open("libcuda.so.1", "CUDA's driver");
    const auto get = [&](auto& function, const char* name) { find(function, library, name, "CUDA's driver, libcuda.so.1,"); };
    get(driverVersion, "cuDriverGetVersion");
    get(errorName, "cuGetErrorName");
    get(streamContext, "cuStreamGetCtx");
    get(pushContext, "cuCtxPushCurrent_v2");
    get(popContext, "cuCtxPopCurrent_v2");
    get(device, "cuCtxGetDevice");
    get(deviceAttribute, "cuDeviceGetAttribute");
    get(loadModule, "cuModuleLoadData");
    get(function, "cuModuleGetFunction");
    get(launch, "cuLaunchKernel");
  }

  std::string nameOf(Result result) const {
    const char* name = nullptr;
    return errorName(result, &name) == 0 && name != nullptr ? name : "error " + std::to_string(result);
  }

  void check(Result result, const std::string& what) const {
    if (result != 0) throw std::runtime_error("CUDA's driver could not " + what + ": " + nameOf(result));
  }

  Result (*driverVersion)(int*);
  Result (*errorName)(Result, const char**);
  Result (*streamContext)(Stream, Context*);
  Result (*pushContext)(Context);
  Result (*popContext)(Context*);
  Result (*device)(int*);
  Result (*deviceAttribute)(int*, int, int);
  Result (*loadModule)(Module*, const void*);
  Result (*function)(Function*, Module, const char*);
  Result (*launch)(Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, Stream, void**, void**);
};

/** Makes a context the thread's own for a while. */
class Current {
 public:
  Current(const Driver& driver, Context context) : driver_(driver) {
    driver.check(driver.pushContext(context), "enter the GPU's context");
  }
  ~Current() {
    Context context;
    driver_.popContext(&context);
  }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

 private:
  const Driver& driver_;
};

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) throw std::runtime_error("The kernels in " + path + " could not be read");
  return bytes.str();
}

/** The kernels that are loaded; a process uses one GPU. */
class Kernels {
 public:
  Kernels(const std::string& file, const std::string& streamLibrary, TF_OpKernelContext* context) {
    const char* what = "The library that knows TensorFlow's stream";
    find(streamOf_, open(streamLibrary.c_str(), what), "bit_repro_stream", what);
    const Stream stream = streamOf_(context);
    if (stream == nullptr) throw std::runtime_error("TensorFlow gives no CUDA stream: the op is not on a GPU");
    driver_.check(driver_.streamContext(stream, &context_), "tell the context of TensorFlow's stream");
    const Current current(driver_, context_);
    const std::string code = read(file);
    const Result result = driver_.loadModule(&module_, code.c_str());
    if (result != 0) throw std::runtime_error("CUDA's driver refuses the kernels in " + file + ": " + describe(result));
  }

  void launch(const std::string& name, Grid grid, const void* arguments, TF_OpKernelContext* context) {
    const Stream stream = streamOf_(context);
    Context own = nullptr;
    driver_.check(driver_.streamContext(stream, &own), "tell the context of TensorFlow's stream");
    if (own != context_) throw std::runtime_error("Expected one GPU per process, found an op on a second");
    const Current current(driver_, context_);
    const Function function = functionOf(name);
    void* values[] = {const_cast<void*>(arguments)};
    driver_.check(driver_.launch(function, grid.blocks, 1, 1, grid.columns, grid.lines, 1, 0, stream, values, nullptr),
                  "launch " + name);
  }

 private:
  Function functionOf(const std::string& name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = functions_.find(name);
    if (found != functions_.end()) return found->second;
    Function function = nullptr;
    driver_.check(driver_.function(&function, module_, name.c_str()), "find the kernel " + name);
    return functions_[name] = function;
  }

  std::string describe(Result result) const {
    int version = 0, device = 0, major = 0, minor = 0;
    driver_.driverVersion(&version);
    driver_.device(&device);
    driver_.deviceAttribute(&major, computeCapabilityMajor, device);
    driver_.deviceAttribute(&minor, computeCapabilityMinor, device);
    return driver_.nameOf(result) + ", by a driver for CUDA " + std::to_string(version / 1000) + "." +
           std::to_string(version % 1000 / 10) + ", on a GPU of compute capability " + std::to_string(major) + "." +
           std::to_string(minor);
  }

  Driver driver_;
  Stream (*streamOf_)(void*) = nullptr;
  Context context_ = nullptr;
  Module module_ = nullptr;
  std::mutex mutex_;
  std::map<std::string, Function> functions_;
};

/** Never freed: the driver may be gone before static objects are. */
Kernels* loaded = nullptr;
std::mutex loading;

}  // namespace

void loadKernels(const std::string& kernels, const std::string& stream, TF_OpKernelContext* context) {
  const std::lock_guard<std::mutex> lock(loading);
  if (loaded == nullptr) loaded = new Kernels(kernels, stream, context);
}

void launch(const std::string& kernel, Grid grid, const void* arguments, TF_OpKernelContext* context) {
  if (grid.blocks == 0) return;
  if (grid.blocks > INT_MAX) throw std::runtime_error("Expected fewer blocks for " + kernel + ": the tensor is too large");
  if (loaded == nullptr) throw std::runtime_error("Expected BitLoadKernels to run before " + kernel);
  loaded->launch(kernel, grid, arguments, context);
}

}  // namespace gpu
}  // namespace bit_repro
