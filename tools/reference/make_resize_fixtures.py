"""Writes packages/trainer/tests/fixtures/resize.bin.gz: two images of 32 x 32 pixels, then as Pillow's bilinear resize
enlarges them to 40, 128 and 160 pixels; bytes, row-major, RGB. rectangle.bin.gz: one of 20 x 40 (rows x columns) and as
it becomes 160 x 160.

Run from the top of the repository: python tools/reference/make_resize_fixtures.py
"""

import gzip
from pathlib import Path

import numpy as np
from PIL import Image

OUT = Path("packages/trainer/tests/fixtures")


def main() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (32, 32, 3))
    edges = rng.integers(0, 2, (32, 32, 3)) * 255
    images = np.stack([noise, edges]).astype(np.uint8)
    blocks = [images]
    for size in (40, 128, 160):
        blocks += [enlarged(image, size) for image in images]
    write("resize.bin.gz", blocks)
    rectangle = rng.integers(0, 256, (20, 40, 3)).astype(np.uint8)
    write("rectangle.bin.gz", [rectangle, enlarged(rectangle, 160)])


def enlarged(image: np.ndarray, size: int) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize((size, size), Image.BILINEAR))


def write(name: str, blocks: list[np.ndarray]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_bytes(gzip.compress(b"".join(block.tobytes() for block in blocks), 9, mtime=0))


if __name__ == "__main__":
    main()
