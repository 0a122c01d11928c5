"""Writes JPEGs like photographs, of 500 x 375 pixels, in folders as torchvision's ImageFolder expects them.

python packages/images/bench/make_photos.py FOLDER [COUNT]
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT, CLASSES = 500, 375, 10


def photo(random: np.random.Generator) -> Image.Image:
    """Soft areas, and finer and finer detail of less and less contrast: without noise."""
    total = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for cells, amplitude in ((4, 70), (10, 40), (30, 20), (90, 12), (200, 12), (330, 10)):
        for channel in range(3):
            grid = Image.fromarray(random.standard_normal((cells * 3 // 4, cells)).astype(np.float32))
            total[..., channel] += amplitude * np.asarray(grid.resize((WIDTH, HEIGHT), Image.BICUBIC))
    return Image.fromarray(np.clip(total + 128, 0, 255).astype(np.uint8))


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    random = np.random.default_rng(0)
    for index in range(count):
        file = folder / f"class{index % CLASSES}" / f"{index:05}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        photo(random).save(file, quality=90, subsampling=2)


if __name__ == "__main__":
    main()
