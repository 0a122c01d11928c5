"""Writes packages/model/tests/fixtures/flops.json: floating-point operations of one image, forward alone and with backward,
as PyTorch's own counter finds them while timm's networks run (on the meta device: no numbers are computed).

Run from the top of the repository: python tools/reference/make_flops_fixtures.py
"""

import json
from pathlib import Path

import timm
import torch
from torch.utils.flop_counter import FlopCounterMode

OUT = Path("packages/model/tests/fixtures/flops.json")
CLASSES = 10
CASES = [("R50x1", 128), ("R50x3", 128), ("R101x1", 160), ("R101x3", 480), ("R152x2", 224), ("R152x4", 32), ("R50x1", 33)]


def count(architecture: str, px: int) -> dict:
    depth, width = architecture[1:].split("x")
    with torch.device("meta"):
        network = timm.create_model(f"resnetv2_{depth}x{width}_bit", num_classes=CLASSES)
        image = torch.empty(1, 3, px, px)
        with FlopCounterMode(display=False) as forward:
            network(image)
        with FlopCounterMode(display=False) as trained:
            network(image).sum().backward()
    flops = {"forward": forward.get_total_flops(), "trained": trained.get_total_flops()}
    return {"architecture": architecture, "px": px, "classes": CLASSES, **flops}


def main() -> None:
    lines = ",\n    ".join(json.dumps(count(*case)) for case in CASES)
    versions = json.dumps({"timm": timm.__version__, "torch": torch.__version__})
    OUT.write_text(f'{{\n  "versions": {versions},\n  "images": [\n    {lines}\n  ]\n}}\n')


if __name__ == "__main__":
    main()
