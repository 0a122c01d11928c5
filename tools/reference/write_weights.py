"""Writes files of the same generated weights, of full size: stand-ins, not BiT.

The ending is the format: .npz under the published names, .safetensors and .pth under timm's.
From the top of the repository: python tools/reference/write_weights.py R50x1 generated.npz generated.safetensors
"""

import argparse

import numpy as np
import safetensors.torch
import torch

import bit_reference as bit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("architecture", choices=["mini", *bit.TIMM_NAMES])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    model = bit.build(options.architecture, options.classes)
    weights = bit.weights_of(model, options.seed)
    state = {name: bit.from_npz(torch.from_numpy(weights[bit.npz_name(name)])) for name in model.state_dict()}
    model.load_state_dict(state)
    for file in options.files:
        if file.endswith(".npz"):
            np.savez(file, **weights)
        elif file.endswith(".safetensors"):
            safetensors.torch.save_file(model.state_dict(), file, metadata={"format": "pt"})
        else:
            torch.save(model.state_dict(), file)


if __name__ == "__main__":
    main()
