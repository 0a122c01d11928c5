"""Blanks GPU code for other architectures in a CUDA library, so that the library packs to a fraction of its size.

A CUDA library holds its kernels once per architecture, in containers: a header of 16 bytes (magic, version, length), then entries,
each with a header of its own. An entry's payload that is not wanted is overwritten with zeros in place. Nothing moves, so the
library loads as before, and runs on the architecture that was kept alone.

    python3 tools/gpu/prune_gpu_code.py 90 [--no-ptx] LIBRARY...     90 is compute capability 9.0
"""

import argparse
import mmap
import struct
from pathlib import Path

CONTAINER = struct.Struct("<IHHQ")  # magic, version, length of this header, length of all entries
MAGIC = 0xBA55ED50
ENTRY = struct.Struct("<HHIQ")  # kind, -, length of this header, length of the payload
ARCHITECTURE_AT = 28
PTX = 1


def containers(data: mmap.mmap):
    """Start and end of the entries of each container."""
    magic = struct.pack("<I", MAGIC)
    at = data.find(magic)
    while at >= 0:
        next_search = at + len(magic)
        if at + CONTAINER.size <= len(data):
            _, version, header, length = CONTAINER.unpack_from(data, at)
            if (version, header) == (1, CONTAINER.size) and at + header + length <= len(data):
                yield at + header, at + header + length
                next_search = at + header + length
        at = data.find(magic, next_search)


def prune(library: Path, architecture: int, keep_ptx: bool) -> tuple[int, int]:
    """Blanks in place; bytes of GPU code kept, and blanked. Fails, the library untouched, where an entry is not understood."""
    kept = 0
    unwanted: list[tuple[int, int]] = []
    with open(library, "r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        for start, end in containers(data):
            at = start
            while at < end:
                kind, _, header, payload = ENTRY.unpack_from(data, at)
                (own,) = struct.unpack_from("<I", data, at + ARCHITECTURE_AT)
                if not 32 <= header <= 256 or at + header + payload > end:
                    raise SystemExit(f"{library}: expected GPU code at byte {at}, found an unknown layout")
                if own == architecture and (keep_ptx or kind != PTX):
                    kept += payload
                else:
                    unwanted.append((at + header, payload))
                at += header + payload
        for start, length in unwanted:
            data[start : start + length] = bytes(length)
    return kept, sum(length for _, length in unwanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architecture", type=int)
    parser.add_argument("libraries", type=Path, nargs="+")
    parser.add_argument("--no-ptx", action="store_true", help="drop PTX, too: for libraries with machine code of the architecture")
    given = parser.parse_args()
    for library in given.libraries:
        kept, blanked = prune(library, given.architecture, not given.no_ptx)
        print(f"{library.name}: {kept / 1e6:.1f} MB of GPU code kept, {blanked / 1e6:.1f} MB blanked")


if __name__ == "__main__":
    main()
