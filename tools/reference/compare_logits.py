"""Compares logits that `npx harness logits` wrote with those of timm, from the same npz file, in float64.
On a GPU: --device cuda, and --precision float32 for the same on both sides (TF32 is off). --json FILE keeps the difference.

From the top of the repository, for example:
  npx harness logits --model BiT-M-R50x1 --weights FILE.npz --split test --first 16 --out logits.json
  python tools/reference/compare_logits.py R50x1 FILE.npz logits.json FOLDER/test_batch.bin
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import bit_reference as bit

TOLERANCE = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architecture", choices=["mini", *bit.TIMM_NAMES])
    parser.add_argument("weights", help="npz file with the head that was used")
    parser.add_argument("logits", type=Path, help="JSON file")
    parser.add_argument("batch", type=Path, help="file of CIFAR-10's binary version that the split starts with")
    parser.add_argument("--crop", type=int, default=128, help="pixels that images are resized to")
    parser.add_argument("--device", default="cpu", help="where timm computes: cpu or cuda")
    parser.add_argument("--precision", choices=["float64", "float32"], default="float64", help="in which timm computes")
    parser.add_argument("--json", type=Path, help="a file for the difference")
    options = parser.parse_args()

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    stored = json.loads(options.logits.read_text())
    records = np.fromfile(options.batch, dtype=np.uint8).reshape(-1, 3073)[: len(stored["labels"])]
    if records[:, 0].tolist() != stored["labels"]:
        sys.exit("expected the labels of the batch, found others")
    with np.load(options.weights) as arrays:
        classes = arrays["resnet/head/conv2d/kernel"].shape[-1]
    model = bit.build(options.architecture, classes)
    model.load_pretrained(options.weights)
    to = {"device": options.device, "dtype": getattr(torch, options.precision)}
    model = model.to(**to).eval()
    with torch.no_grad():
        expected = torch.cat([model(pixels(record, options.crop).to(**to)) for record in records])
    difference = bit.relative(torch.tensor(stored["logits"], dtype=torch.float64), expected.double().cpu())
    if options.json:
        options.json.write_text(json.dumps({"relativeDifference": difference}))
    print(f"relative difference of {len(records)} x {classes} logits: {difference:.1e}")
    if not difference < TOLERANCE:
        sys.exit(f"expected less than {TOLERANCE}")


def pixels(record: np.ndarray, size: int) -> torch.Tensor:
    """One image [1, 3, size, size] in [-1, 1]."""
    image = Image.fromarray(record[1:].reshape(3, 32, 32).transpose(1, 2, 0))
    grey = np.asarray(image.resize((size, size), Image.BILINEAR), dtype=np.float64)
    return torch.from_numpy((grey / 255 - 0.5) / 0.5).permute(2, 0, 1)[None]


if __name__ == "__main__":
    main()
