// How work is shared out among the threads of a GPU. The shapes alone decide, so that neither card nor batch changes a bit.
#pragma once

#include <optional>

#include "../kernels/arguments.h"

namespace bit_repro {
namespace gpu {

/** For kernels that work on the rows of an image in parts. `vector` is how many channels a thread loads at once. */
Tiling inParts(int images, int rows, int channels, int perGroup, int vector);

/** For a block that works on all rows of whole groups, with at most 16 rows a thread; nothing where they are too many. */
std::optional<Tiling> inWhole(int images, int rows, int channels, int perGroup, int vector);

}  // namespace gpu
}  // namespace bit_repro
