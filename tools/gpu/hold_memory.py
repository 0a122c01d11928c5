"""Holds a GPU's memory, all but so many GiB, until its standard input ends. Needs nothing but NVIDIA's driver.

    python3 tools/gpu/hold_memory.py 8

Prints one line of JSON once it holds: bytes held, and bytes that were left.
"""

import ctypes
import json
import sys

GIB = 2**30
OUT_OF_MEMORY = 2


def main() -> None:
    keep = float(sys.argv[1]) * GIB
    cuda = ctypes.CDLL("libcuda.so.1")

    def call(name: str, *arguments) -> int:
        code = getattr(cuda, name)(*arguments)
        if code not in (0, OUT_OF_MEMORY):
            sys.exit(f"{name} failed with CUDA error {code}")
        return code

    device, context = ctypes.c_int(), ctypes.c_void_p()
    call("cuInit", 0)
    call("cuDeviceGet", ctypes.byref(device), 0)
    call("cuCtxCreate_v2", ctypes.byref(context), 0, device)

    def free() -> int:
        left, total = ctypes.c_size_t(), ctypes.c_size_t()
        call("cuMemGetInfo_v2", ctypes.byref(left), ctypes.byref(total))
        return left.value

    held, block = 0, GIB
    while block >= 2**21:
        too_much = free() - keep < block
        if too_much or call("cuMemAlloc_v2", ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(block)) != 0:
            block //= 2
        else:
            held += block
    print(json.dumps({"heldBytes": held, "leftBytes": free()}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
