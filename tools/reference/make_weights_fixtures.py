"""Writes packages/model/tests/fixtures/weights: files of one network by timm, the authors' code, safetensors and torch.save.

The authors' code is bit_pytorch/models.py of github.com/google-research/big_transfer. From the top of the repository:
  python tools/reference/make_weights_fixtures.py PATH/bit_pytorch/models.py
"""

import argparse
import base64
import collections
import gzip
import hashlib
import importlib.util
import io
import json
import sys
from pathlib import Path

import numpy as np
import safetensors
import safetensors.torch
import timm
import torch

import bit_reference as bit

OUT = Path("packages/model/tests/fixtures/weights")
SEED = 0
CLASSES = 7
IMAGES = {"name": "weights", "count": 2, "size": 64}
# Prime, so that exchanged axes show. Few different numbers, so that a file of 7 MB can be packed.
PERIOD = 251


class Half:
    """A width factor of 1/2 that keeps channels integers."""

    def __rmul__(self, channels: int) -> int:
        return channels // 2


def official_code(path: str):
    spec = importlib.util.spec_from_file_location("models", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def repeated(name: str, tensor: torch.Tensor) -> torch.Tensor:
    """Generated values of a parameter, by its published name, in PyTorch's layout: 251 numbers over and over."""
    u = np.resize(bit.uniform(name, (PERIOD,), SEED), tensor.numel()).reshape(tuple(tensor.shape))
    if name.endswith("/gamma"):
        u = np.float32(1) + u * np.float32(0.25)
    elif name.endswith("/kernel"):
        u = u * np.float32(np.sqrt(6 / np.prod(tensor.shape[1:])))
    else:
        u = u * np.float32(0.25)
    return torch.from_numpy(u.astype(np.float32))


def packed(file: str, content: bytes) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    # Packed once, repetitions are still repetitions.
    twice = gzip.compress(gzip.compress(content, 9, mtime=0), 9, mtime=0)
    (OUT / f"{file}.gz.gz").write_bytes(twice)


def saved(content, **options) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer, **options)
    return buffer.getvalue()


def names_of(model: torch.nn.Module) -> str:
    """SHA-256 of the names and shapes of a model."""
    lines = sorted(f"{name} {','.join(map(str, tensor.shape))}\n" for name, tensor in model.state_dict().items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def names(official) -> dict:
    """Of every published network, with heads of 21,843 classes, without their numbers."""
    result = {}
    with torch.device("meta"):
        for architecture, timm_name in bit.TIMM_NAMES.items():
            result[architecture] = {
                "timm": names_of(timm.create_model(timm_name, num_classes=21843)),
                "bit_pytorch": names_of(official.KNOWN_MODELS[f"BiT-M-{architecture}"](head_size=21843)),
            }
    return result


def network(official) -> dict:
    """The same weights in the files of both libraries, and their logits by both, in float64."""
    by_timm = bit.build("mini", CLASSES)
    state = collections.OrderedDict(
        (name, repeated(bit.npz_name(name), tensor)) for name, tensor in by_timm.state_dict().items()
    )
    by_timm.load_state_dict(state)
    published = {bit.npz_name(name): bit.to_npz(tensor).numpy() for name, tensor in state.items()}
    by_authors = official.ResNetV2([2, 2, 2, 2], Half(), head_size=CLASSES)
    by_authors.load_from(published)

    safe = safetensors.torch.save(dict(state), metadata={"format": "pt"})
    packed("timm.safetensors", safe)
    packed("timm.pth", saved(by_timm.state_dict()))
    packed("bit_pytorch.pth", saved(by_authors.state_dict()))
    # As the authors' training code saves it.
    optimiser = torch.optim.SGD(by_authors.parameters(), lr=0.003, momentum=0.9)
    wrapped = torch.nn.DataParallel(by_authors).state_dict()
    packed("bit.pth.tar", saved({"step": 100, "model": wrapped, "optim": optimiser.state_dict()}))

    images = torch.from_numpy(bit.images(**IMAGES, seed=SEED)).permute(0, 3, 1, 2).double()
    with torch.no_grad():
        logits = by_timm.double().eval()(images)
        others = by_authors.double().eval()(images)
    if (difference := bit.relative(others, logits)) > 1e-12:
        sys.exit(f"timm and the authors' code differ by {difference}")
    return {
        "architecture": "mini",
        "classes": CLASSES,
        "seed": SEED,
        "period": PERIOD,
        "images": IMAGES,
        "sha256": bit.digest(published),
        "safetensorsSha256": hashlib.sha256(safe).hexdigest(),
        "logits": bit.numbers(logits),
    }


def layouts() -> dict[str, torch.Tensor]:
    """Views, types and shared storages."""
    matrix = torch.arange(12, dtype=torch.float32).reshape(3, 4) / 7
    special = torch.tensor([0.0, -0.0, 2**-24, 1 / 3, -0.1, 65504.0, 2.0**-133])
    kernel = torch.arange(120, dtype=torch.float32).reshape(2, 3, 4, 5)
    return {
        "matrix": matrix,
        "transposed": matrix.t(),
        "row": matrix[1],
        "column": matrix[:, 2],
        "everySecond": matrix[:, ::2],
        "expanded": matrix[:1].expand(3, 4),
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0, 3),
        "channelsLast": kernel.contiguous(memory_format=torch.channels_last),
        "half": special.half(),
        "bfloat16": special.bfloat16(),
        "double": special.double(),
        "parameter": torch.nn.Parameter(matrix).detach(),
    }


def small_files() -> dict:
    tensors = layouts()
    plain = collections.OrderedDict([("a", torch.ones(2))])
    contiguous = {name: tensor.clone(memory_format=torch.contiguous_format) for name, tensor in tensors.items()}
    scripted = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), scripted)
    files = {
        "layouts": saved(collections.OrderedDict(tensors)),
        "stateDict": saved({"state_dict": plain, "epoch": 3}),
        "safetensors": safetensors.torch.save(contiguous),
        "older": saved(plain, _use_new_zipfile_serialization=False),
        "module": saved(torch.nn.Linear(1, 1)),
        "namespace": saved({"state_dict": plain, "args": argparse.Namespace(lr=1)}),
        "parameters": saved(dict(torch.nn.Linear(1, 1).named_parameters())),
        "script": scripted.getvalue(),
        "list": saved([torch.ones(2)]),
        "number": saved({"a": 3}),
        "integers": saved({"a": torch.ones(2, dtype=torch.int64)}),
        "laterProtocol": saved(plain, pickle_protocol=4),
    }
    return {
        "tensors": {
            name: {"shape": list(tensor.shape), "values": tensor.float().flatten().tolist()}
            for name, tensor in tensors.items()
        },
        "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("official", help="bit_pytorch/models.py")
    official = official_code(parser.parse_args().official)
    versions = {"timm": timm.__version__, "torch": torch.__version__, "safetensors": safetensors.__version__}
    content = {"versions": versions, "names": names(official), "network": network(official), "small": small_files()}
    (OUT / "weights.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
