#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

namespace bit_repro {

/** Threads that one op may use: what TensorFlow's own ops may. */
inline int64_t threadCount() {
  static const int64_t count = [] {
    const char* set = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int64_t wanted = set == nullptr ? 0 : std::atoll(set);
    return wanted > 0 ? wanted : std::max<int64_t>(1, std::thread::hardware_concurrency());
  }();
  return count;
}

/**
 * Calls `work` with every number below `tasks`. What a task computes must not depend on the others, so that the number of
 * threads changes nothing. Starting a thread costs about as much as passing over 64 KB, hence `bytesPerTask`.
 */
template <typename Work>
void inParallel(int64_t tasks, int64_t bytesPerTask, const Work& work) {
  const int64_t worthwhile = tasks * bytesPerTask / (256 << 10);
  const int64_t threads = std::min({threadCount(), tasks, worthwhile});
  std::atomic<int64_t> next{0};
  const auto loop = [&] {
    for (int64_t task = next++; task < tasks; task = next++) work(task);
  };
  std::vector<std::thread> others;
  for (int64_t thread = 1; thread < threads; ++thread) others.emplace_back(loop);
  loop();
  for (std::thread& other : others) other.join();
}

}  // namespace bit_repro
