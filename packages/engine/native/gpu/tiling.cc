#include "tiling.h"

#include <algorithm>
#include <numeric>

namespace bit_repro {
namespace gpu {
namespace {

constexpr int warp = 32;
constexpr int heldRows = 16;
/** Channels of a slab at least: two sectors of memory. */
constexpr int narrowest = 16;

int ceilOf(int a, int b) { return (a + b - 1) / b; }

/** The largest power of two that is not above `limit`. */
int powerWithin(int limit) {
  int power = 1;
  while (2 * power <= limit) power *= 2;
  return power;
}

/** The smallest power of two that is not below `least`. */
int powerFrom(int least) {
  int power = 1;
  while (power < least) power *= 2;
  return power;
}

}  // namespace

Tiling inParts(int images, int rows, int channels, int perGroup, int vector) {
  const int width = std::min(warp, ceilOf(channels, vector) * vector);
  const int lines = std::min(powerWithin(std::min(tileThreads * vector / width, warp)), powerFrom(rows));
  const int partRows = lines * tileRows;
  return {images, rows, channels, perGroup, width, ceilOf(channels, width), lines, partRows, ceilOf(rows, partRows)};
}

std::optional<Tiling> inWhole(int images, int rows, int channels, int perGroup, int vector) {
  const int unit = std::lcm(perGroup, vector), width = unit * ceilOf(narrowest, unit);
  if (width / vector > maxThreads) return std::nullopt;
  const int lines = std::min(powerWithin(maxThreads * vector / width), powerFrom(rows));
  if (ceilOf(rows, lines) > heldRows) return std::nullopt;
  return Tiling{images, rows, channels, perGroup, width, ceilOf(channels, width), lines, rows, 1};
}

}  // namespace gpu
}  // namespace bit_repro
