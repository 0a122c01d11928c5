"""The peer of measure.ts: torchvision's ImageFolder and DataLoader on the same files. Prints images per second.

python peer.py FOLDER SIDE WORKERS BATCH. PYTHONPATH may put Pillow-SIMD before Pillow.
"""

import sys
import time

import torch
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import Compose, PILToTensor, Resize


def main() -> None:
    folder, (side, workers, batch) = sys.argv[1], map(int, sys.argv[2:5])
    # Bytes, as here: the official code's ToTensor and Normalize would take more time.
    images = ImageFolder(folder, Compose([Resize((side, side)), PILToTensor()]))
    batches = iter(DataLoader(images, batch_size=batch, num_workers=workers))
    begun = len(next(batches)[0])
    start = time.perf_counter()
    rest = sum(pixels.shape[0] for pixels, _ in batches)
    print(rest / (time.perf_counter() - start))
    assert begun + rest == len(images)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
