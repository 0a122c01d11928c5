// What the kernels for GPUs need to be compiled for the processor. The threads of a block take turns, in an order that the
// environment names; at __syncthreads the next one's turn comes. So code that depends on the order of threads or blocks gives
// other bits.
#pragma once

#include <ucontext.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#define __global__
#define __device__
// One block runs at a time.
#define __shared__ static
#define __launch_bounds__(threads)
#define __syncthreads() processor::yield()
#define KERNEL(name, Arguments)                                                                    \
  static void name##OnProcessor(const Arguments& a);                                               \
  extern "C" void name(void** values) { name##OnProcessor(*static_cast<const Arguments*>(values[0])); } \
  static void name##OnProcessor(const Arguments& a)

struct Position {
  unsigned x = 0, y = 0, z = 0;
};
static Position threadIdx, blockIdx, blockDim;

namespace processor {

using Kernel = void (*)(void**);

constexpr size_t stackBytes = 64 << 10;

struct Thread {
  ucontext_t state;
  Position index;
  bool done = true;
  std::unique_ptr<char[]> stack{new char[stackBytes]};
};

static ucontext_t scheduler;
static Thread* running = nullptr;
static Kernel kernel = nullptr;
static void** arguments = nullptr;

static void yield() { swapcontext(&running->state, &scheduler); }

static void begin() {
  kernel(arguments);
  running->done = true;
}

/** The numbers below `count`, in the order that BIT_REPRO_ORDER names. */
static std::vector<unsigned> turns(unsigned count) {
  const char* set = std::getenv("BIT_REPRO_ORDER");
  const std::string order = set == nullptr ? "" : set;
  std::vector<unsigned> all(count);
  std::iota(all.begin(), all.end(), 0);
  if (order == "reverse") std::reverse(all.begin(), all.end());
  if (order == "shuffled") std::shuffle(all.begin(), all.end(), std::mt19937(count));
  return all;
}

/** Whether every thread of the block came to the same number of barriers. */
static bool runBlock(std::vector<Thread>& threads, const std::vector<unsigned>& order) {
  for (size_t i = 0; i < order.size(); ++i) {
    Thread& thread = threads[i];
    thread.index.x = i % blockDim.x;
    thread.index.y = i / blockDim.x;
    thread.done = false;
    getcontext(&thread.state);
    thread.state.uc_stack.ss_sp = thread.stack.get();
    thread.state.uc_stack.ss_size = stackBytes;
    thread.state.uc_link = &scheduler;
    makecontext(&thread.state, begin, 0);
  }
  for (;;) {
    size_t done = 0;
    for (unsigned i : order) {
      running = &threads[i];
      threadIdx = running->index;
      swapcontext(&scheduler, &running->state);
      done += running->done;
    }
    if (done == order.size()) return true;
    if (done > 0) return false;
  }
}

/** Runs a kernel. Whether barriers were met by all threads. */
extern "C" bool processorRun(Kernel entry, unsigned blocks, unsigned columns, unsigned lines, void** values) {
  static std::vector<Thread> threads;
  blockDim.x = columns;
  blockDim.y = lines;
  kernel = entry;
  arguments = values;
  const std::vector<unsigned> order = turns(columns * lines);
  while (threads.size() < order.size()) threads.emplace_back();
  for (unsigned block : turns(blocks)) {
    blockIdx.x = block;
    if (!runBlock(threads, order)) return false;
  }
  return true;
}

}  // namespace processor
