// Compiles the kernels with NVRTC, which needs no GPU:
//   compileKernels LIBNVRTC ARCHITECTURE OUTPUT SOURCE...   ARCHITECTURE such as sm_90; the sources are put one after the other
// What is wrong is said on standard error, in a line, with status 2 where NVRTC itself is unusable and 3 for the architecture.
#include <dlfcn.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Result = int;  // nvrtcResult; 0 is success.
using Program = struct _nvrtcProgram*;

[[noreturn]] void fail(int status, const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(status);
}

/** The functions of NVRTC that are used here. */
class Nvrtc {
 public:
  explicit Nvrtc(const char* file) : file_(file), library_(dlopen(file, RTLD_NOW)) {
    if (library_ == nullptr) fail(2, std::string("NVRTC could not be loaded: ") + dlerror());
    find(version, "nvrtcVersion");
    find(errorString, "nvrtcGetErrorString");
    find(createProgram, "nvrtcCreateProgram");
    find(compileProgram, "nvrtcCompileProgram");
    find(programLogSize, "nvrtcGetProgramLogSize");
    find(programLog, "nvrtcGetProgramLog");
    // Since CUDA 11.1 and 11.2.
    find(cubinSize, "nvrtcGetCUBINSize");
    find(cubin, "nvrtcGetCUBIN");
    find(archCount, "nvrtcGetNumSupportedArchs");
    find(archs, "nvrtcGetSupportedArchs");
  }

  void check(Result result, const char* what) const {
    if (result != 0) fail(2, std::string("NVRTC ") + name() + " failed to " + what + ": " + errorString(result));
  }

  std::string name() const {
    int major = 0, minor = 0;
    version(&major, &minor);
    return std::to_string(major) + "." + std::to_string(minor);
  }

  Result (*version)(int*, int*);
  const char* (*errorString)(Result);
  Result (*createProgram)(Program*, const char*, const char*, int, const char* const*, const char* const*);
  Result (*compileProgram)(Program, int, const char* const*);
  Result (*programLogSize)(Program, size_t*);
  Result (*programLog)(Program, char*);
  Result (*cubinSize)(Program, size_t*);
  Result (*cubin)(Program, char*);
  Result (*archCount)(int*);
  Result (*archs)(int*);

 private:
  template <typename Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr) fail(2, std::string("NVRTC is too old: ") + file_ + " has no " + name);
  }

  const char* file_;
  void* library_;
};

void requireArchitecture(const Nvrtc& nvrtc, const std::string& wanted) {
  int count = 0;
  nvrtc.check(nvrtc.archCount(&count), "tell its architectures");
  std::vector<int> archs(count);
  nvrtc.check(nvrtc.archs(archs.data()), "tell its architectures");
  std::string all;
  for (int arch : archs) {
    const std::string name = "sm_" + std::to_string(arch);
    if (name == wanted) return;
    all += (all.empty() ? "" : ", ") + name;
  }
  fail(3, "NVRTC " + nvrtc.name() + " compiles for " + all + ", not for " + wanted);
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) fail(1, std::string(path) + " could not be read: " + std::strerror(errno));
  return text.str();
}

void write(const char* path, const std::vector<char>& bytes) {
  errno = 0;
  std::FILE* file = std::fopen(path, "wb");
  const bool written = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (!written || !closed) fail(1, std::string(path) + " could not be written: " + std::strerror(errno));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 5) fail(1, "usage: compileKernels LIBNVRTC ARCHITECTURE OUTPUT SOURCE...");
  const Nvrtc nvrtc(arguments[1]);
  const std::string architecture = arguments[2];
  requireArchitecture(nvrtc, architecture);
  std::string source;
  for (int i = 4; i < count; ++i) {
    source += std::string("#line 1 \"") + arguments[i] + "\"\n" + read(arguments[i]) + "\n";
  }

  Program program = nullptr;
  nvrtc.check(nvrtc.createProgram(&program, source.c_str(), "kernels", 0, nullptr, nullptr), "take the source");
  const std::string option = "--gpu-architecture=" + architecture;
  const char* options[] = {option.c_str(), "--std=c++17", "--fmad=false"};
  if (const Result result = nvrtc.compileProgram(program, 3, options); result != 0) {
    size_t size = 0;
    nvrtc.programLogSize(program, &size);
    std::string log(size, '\0');
    nvrtc.programLog(program, log.data());
    fail(2, "NVRTC " + nvrtc.name() + " refuses the kernels: " + nvrtc.errorString(result) + ": " + log.c_str());
  }
  size_t size = 0;
  nvrtc.check(nvrtc.cubinSize(program, &size), "give the code");
  std::vector<char> code(size);
  nvrtc.check(nvrtc.cubin(program, code.data()), "give the code");
  write(arguments[3], code);
  return 0;
}
