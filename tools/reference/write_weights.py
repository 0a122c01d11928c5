"""Writes an npz file of generated weights under the published names: stand-ins of full size, not BiT.

From the top of the repository: python tools/reference/write_weights.py R50x1 generated.npz
"""

import argparse

import numpy as np

import bit_reference as bit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("architecture", choices=["mini", *bit.TIMM_NAMES])
    parser.add_argument("file")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    model = bit.build(options.architecture, options.classes)
    np.savez(options.file, **bit.weights_of(model, options.seed))


if __name__ == "__main__":
    main()
