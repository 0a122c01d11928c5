"""Writes packages/trainer/tests/fixtures/largeImages.json: two steps at 480 pixels, as BiT-HyperRule trains larger images.

Two images of 32 x 32 pixels are resized to 512 by Pillow, cropped to 480, one of them mirrored; then timm's R50x1 takes
two steps of torch.optim.SGD on them, in float64. The norms are of how far each parameter moves.

Run from the top of the repository: python tools/reference/make_large_image_fixtures.py
Options as make_model_fixtures.py. Takes 3.5 GB of memory.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

import bit_reference as bit
from fixture_files import arguments, write_fixture
from make_training_fixtures import CLASSES, MOMENTUM, compare, train

ARCHITECTURE = "R50x1"
SIZE = 32
RESIZE = 512
CROP = 480
# The second outweighs the weights, so that the norms of the moves are those of gradients.
LEARNING_RATES = [0.001, 1e6]
LABELS = [3, 7]
CROPS = [{"top": 5, "left": 32, "flip": 1}, {"top": 27, "left": 0, "flip": 0}]


def pixels(seed: int, dtype: torch.dtype) -> torch.Tensor:
    prepared = []
    for grey, crop in zip(bit.grey_levels("images/large", (len(CROPS), SIZE, SIZE, 3), seed), CROPS):
        resized = np.asarray(Image.fromarray(grey).resize((RESIZE, RESIZE), Image.BILINEAR))
        cropped = resized[crop["top"] : crop["top"] + CROP, crop["left"] : crop["left"] + CROP]
        prepared.append(np.flip(cropped, 1) if crop["flip"] else cropped)
    levels = torch.from_numpy(np.stack(prepared)).to(dtype)
    return ((levels / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)


def main() -> None:
    options = arguments(__doc__, "packages/trainer/tests/fixtures")
    seed, steps = options.seed, len(LEARNING_RATES)

    def trained(dtype: torch.dtype) -> tuple[list[float], dict[str, torch.Tensor]]:
        batches = (torch.stack([pixels(seed, dtype)] * steps), torch.tensor([LABELS] * steps))
        return train(ARCHITECTURE, seed, batches, LEARNING_RATES)

    losses, moves = trained(torch.float64)
    compare(trained(torch.float32), (losses, moves))
    fixture = {
        "seed": seed,
        "architecture": ARCHITECTURE,
        "classes": CLASSES,
        "size": SIZE,
        "resize": RESIZE,
        "crop": CROP,
        "crops": CROPS,
        "labels": LABELS,
        "momentum": MOMENTUM,
        "learningRates": LEARNING_RATES,
        "losses": losses,
        "norms": {
            bit.npz_name(name): bit.numbers(torch.linalg.norm(move))[0] for name, move in moves.items()
        },
    }
    write_fixture(Path("largeImages.json"), fixture, options)


if __name__ == "__main__":
    main()
