"""Writes packages/model/tests/fixtures/*.npz and npz.json: arrays in every layout that the reader knows, by NumPy.

Run from the top of the repository: python tools/reference/make_npz_fixtures.py
"""

import io
import json
import warnings
import zipfile
from pathlib import Path

import numpy as np

OUT = Path("packages/model/tests/fixtures")
VERSIONS = {"v1": (1, 0), "v2": (2, 0), "v3": (3, 0)}
TYPES = {"f2": "<f2", "f4": "<f4", "f8": "<f8", "f2-big": ">f2", "f4-big": ">f4", "f8-big": ">f8"}
SHAPES = {"scalar": (), "vector": (5,), "matrix": (3, 4), "kernel": (2, 3, 4, 5), "empty": (0, 3)}
# Zeros of both signs, subnormal, largest and smallest float16 numbers, and numbers that float16 has to round.
SPECIAL = [0.0, -0.0, 2**-24, -(2**-24), 2**-14, 65504.0, -65504.0, 1 / 3, -0.1, 1.0, 2048.0]
INTEGERS = {"labels": [0, 1, 255, 256, 65535], "predicted": [7], "nothing": []}
FIXED = (1980, 1, 1, 0, 0, 0)


def npy(array: np.ndarray, version: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns that versions 2 and 3 are not needed here.
        np.lib.format.write_array(buffer, array, version=version, allow_pickle=False)
    return buffer.getvalue()


def layouts(random: np.random.Generator) -> dict[str, tuple[np.ndarray, tuple[int, int]]]:
    arrays = {}
    for type_name, dtype in TYPES.items():
        for shape_name, shape in SHAPES.items():
            for order in "CF":
                array = np.asarray(random.standard_normal(shape), dtype=dtype, order=order)
                arrays[f"{type_name}/{shape_name}/{order}"] = (array, (1, 0))
        arrays[f"{type_name}/special"] = (np.array(SPECIAL, dtype=dtype), (1, 0))
    for name, version in VERSIONS.items():
        array = np.asarray(random.standard_normal((3, 4)), dtype="<f4")
        arrays[f"version/{name}"] = (array, version)
    return arrays


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    arrays = layouts(np.random.default_rng(0))
    for method, compression in {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED}.items():
        with zipfile.ZipFile(OUT / f"{method}.npz", "w") as archive:
            for name, (array, version) in arrays.items():
                # force_zip64 is what numpy.savez does, too.
                info = zipfile.ZipInfo(f"{name}.npy", FIXED)
                info.compress_type = compression
                with archive.open(info, "w", force_zip64=True) as member:
                    member.write(npy(array, version))
    # What numpy.savez itself writes.
    example = {"resnet/group_norm/gamma": arrays["f4/vector/C"][0], "kernel": arrays["f4/kernel/C"][0]}
    np.savez(OUT / "savez.npz", **example)
    np.savez(OUT / "integers.npz", **{name: np.array(values, "<u2") for name, values in INTEGERS.items()})
    expected = {
        name: {"shape": list(array.shape), "values": array.astype("<f4").ravel("C").tolist()}
        for name, (array, _) in arrays.items()
    }
    (OUT / "npz.json").write_text(json.dumps({"numpy": np.__version__, "tensors": expected}) + "\n")


if __name__ == "__main__":
    main()
