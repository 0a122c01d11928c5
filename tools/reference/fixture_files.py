"""Writing fixtures, or comparing new ones with those that are committed."""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy
import timm
import torch

# Other machines add in another order. Values are compared with the largest of their list.
TOLERANCE = 1e-9


def arguments(description: str, folder: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the fixtures in --out; write nothing")
    parser.add_argument("--seed", type=int, default=0, help="of weights and images")
    parser.add_argument("--out", type=Path, default=Path(folder))
    return parser.parse_args()


def write_fixture(name: Path, content: dict, options: argparse.Namespace) -> None:
    """One line to each entry of a list, so that changes can be read."""
    file = options.out / name
    if options.check:
        stored = json.loads(file.read_text())
        del stored["versions"]
        if problem := difference(stored, content, str(file)):
            sys.exit(problem)
        print(f"{file}: equal")
        return
    versions = {"timm": timm.__version__, "torch": torch.__version__, "numpy": numpy.__version__}
    options.out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"versions": versions, **content}) + "\n")
    print(f"{file}: {file.stat().st_size} bytes")


def difference(stored, made, where: str) -> str | None:
    if isinstance(stored, dict) and isinstance(made, dict) and stored.keys() == made.keys():
        pairs = ((stored[key], made[key], f"{where} {key}") for key in stored)
        return next(filter(None, (difference(*pair) for pair in pairs)), None)
    if isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        if all(isinstance(value, float) for value in stored + made):
            scale = max(map(abs, stored), default=0)
            far = max((abs(a - b) for a, b in zip(stored, made)), default=0)
            return None if far <= TOLERANCE * scale else f"{where}: differs by {far} where values reach {scale}"
        pairs = ((a, b, f"{where} {index}") for index, (a, b) in enumerate(zip(stored, made)))
        return next(filter(None, (difference(*pair) for pair in pairs)), None)
    if isinstance(stored, float) and isinstance(made, float) and math.isclose(stored, made, rel_tol=TOLERANCE):
        return None
    return None if stored == made else f"{where}: expected {stored}, found {made}"
