"""Writes packages/data/tests/ilsvrc/fixtures/meta-*.mat and meta.json: synsets as in the development kit of ILSVRC-2012, by SciPy.

Run from the top of the repository: python tools/reference/make_mat_fixtures.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.io import loadmat, savemat

OUT = Path("packages/data/tests/ilsvrc/fixtures")
TEXTS = ["WNID", "words", "gloss"]
FIELDS = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height", "num_train_images"]
# Out of the order of their wnids, two with the same first word, one with letters beyond ASCII, one above others.
SYNSETS = [
    (1, "n02119789", "kit fox, Vulpes macrotis", "small grey fox", 0, [], 0, 1300),
    (2, "n02012849", "crane", "large long-necked wading bird", 0, [], 0, 1300),
    (300, "n01440764", "tench, Tinca tinca", "freshwater dace-like game fish", 0, [], 0, 1300),
    (4, "n03126707", "crane", "lifts and moves heavy objects", 0, [], 0, 1300),
    (5, "n07930864", "café au lait, cup", "", 0, [], 0, 1300),
    (1001, "n00001740", "entity", "that which is perceived", 3, [1, 2, 300], 19, 0),
]


# A class each of the thousand that tests make images of, numbered against the order of their wnids.
THOUSAND = [(1000 - label, f"n{1_000_000 + 37 * label:08}", f"class {label}", "", 0, [], 0, 2) for label in range(1000)]


def synsets(rows: list[tuple]) -> np.ndarray:
    table = np.zeros((len(rows), 1), dtype=[(field, object) for field in FIELDS])
    for row, values in enumerate(rows):
        for field, value in zip(FIELDS, values):
            table[row, 0][field] = value if isinstance(value, str) else np.array(value, dtype=np.float64)
    return table


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, compressed in {"compressed": True, "plain": False}.items():
        savemat(OUT / f"meta-{name}.mat", {"synsets": synsets(SYNSETS)}, do_compression=compressed)
    savemat(OUT / "meta-thousand.mat", {"synsets": synsets(THOUSAND)}, do_compression=True)
    # Types that MATLAB stores numbers in, beside the doubles above.
    types = {kind: np.array([0, 1, 100], dtype=kind) for kind in ["i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"]}
    savemat(OUT / "types.mat", types)
    read = loadmat(OUT / "meta-compressed.mat", squeeze_me=True)["synsets"]
    expected = {
        "scipy": scipy.__version__,
        "synsets": [{field: plain(field, row[field]) for field in FIELDS} for row in read],
        "types": {name: array.tolist() for name, array in types.items()},
    }
    (OUT / "meta.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")


def plain(field: str, value) -> str | list:
    """SciPy reads an empty text as an array without elements, and a single number as one."""
    if field in TEXTS:
        return value if isinstance(value, str) else ""
    return np.atleast_1d(value).tolist()


if __name__ == "__main__":
    main()
