"""What the fixtures of the network share: numbers by formula, timm's BiT networks, summaries of large tensors.

Weights and images are generated, not shipped. A tensor is named, and its element `i` (row-major) is

    key = FNV-1a of f"{seed}/{name}"                                      (32 bits, over the UTF-8 bytes)
    h   = mix(key + i * 0x9E3779B9)                                       (mod 2^32; `mix` below)
    u   = (h >> 8) / 2^23 - 1                                             (in [-1, 1), exact in float32)

The same formula in TypeScript is packages/model/src/testing/hashed.ts; fixtures hold a SHA-256 of what it must give.
"""

import hashlib
import re
from functools import partial

import numpy as np
import timm
import torch
from timm.layers import StdConv2d
from timm.models.resnetv2 import ResNetV2

# timm's default is 1e-8; the official PyTorch code has 1e-10.
STANDARDISATION_EPS = 1e-10

TIMM_NAMES = {
    "R50x1": "resnetv2_50x1_bit",
    "R50x3": "resnetv2_50x3_bit",
    "R101x1": "resnetv2_101x1_bit",
    "R101x3": "resnetv2_101x3_bit",
    "R152x2": "resnetv2_152x2_bit",
    "R152x4": "resnetv2_152x4_bit",
}


def hashes(name: str, count: int, seed: int) -> np.ndarray:
    """`count` 32-bit hashes."""
    key = 0x811C9DC5
    for byte in f"{seed}/{name}".encode():
        key = (key ^ byte) * 0x01000193 & 0xFFFFFFFF
    h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(key)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x21F0AAAD)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x735A2D97)
    h ^= h >> np.uint32(15)
    return h


def uniform(name: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Float32 numbers in [-1, 1)."""
    h = hashes(name, int(np.prod(shape)), seed)
    return ((h >> np.uint32(8)).astype(np.float32) * np.float32(2**-23) - np.float32(1)).reshape(shape)


def weight(name: str, shape: tuple[int, ...], seed: int, relus: str) -> np.ndarray:
    """A parameter by its npz name, in float32: He-uniform kernels, gamma within 1/4 of 1, beta and bias of 0.

    Where relus are to be "decided" rather than "mixed", beta lies around 4, and for one channel in eight around -3.5, but
    for the last norm, which sees few values. Then hardly any value is near the kink of its relu, where rounding alone
    decides whether a gradient passes.
    """
    u = uniform(name, shape, seed)
    if name.endswith("/gamma"):
        return np.float32(1) + u * np.float32(0.25)
    if name.endswith("/beta") and relus == "decided" and name != "resnet/group_norm/beta":
        return np.where(u < -0.75, np.float32(-1), np.float32(1)) * (np.float32(4) + u * np.float32(0.5))
    if name.endswith("/kernel"):
        return u * np.float32(np.sqrt(6 / np.prod(shape[:3])))
    return u * np.float32(0.25)


def weights_of(model: torch.nn.Module, seed: int, relus: str = "mixed") -> dict[str, np.ndarray]:
    """Generated weights for every parameter of a timm model, by npz name, kernels HWIO."""
    return {
        npz_name(name): weight(npz_name(name), tuple(to_npz(parameter.detach()).shape), seed, relus)
        for name, parameter in model.named_parameters()
    }


def digest(weights: dict[str, np.ndarray]) -> str:
    """SHA-256 over name and little-endian float32 values of each tensor, in the order of the names."""
    sha = hashlib.sha256()
    for name in sorted(weights):
        sha.update(name.encode())
        sha.update(np.ascontiguousarray(weights[name], dtype="<f4"))
    return sha.hexdigest()


def images(name: str, count: int, size: int, seed: int) -> np.ndarray:
    """Float32 images [N, H, W, 3] in [-1, 1): blocks of 8 x 8 pixels and noise, half each."""
    blocks = uniform(f"{name}/blocks", (count, size // 8, size // 8, 3), seed)
    noise = uniform(f"{name}/noise", (count, size, size, 3), seed)
    enlarged = blocks.repeat(8, axis=1).repeat(8, axis=2)
    return ((enlarged.astype(np.float64) + noise) / 2).astype(np.float32)


def grey_levels(name: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Random bytes."""
    return (hashes(name, int(np.prod(shape)), seed) >> np.uint32(24)).astype(np.uint8).reshape(shape)


def build(architecture: str, classes: int) -> ResNetV2:
    """timm's network, with the official eps of weight standardisation."""
    if architecture == "mini":
        conv = partial(StdConv2d, eps=STANDARDISATION_EPS)
        return ResNetV2([2, 2, 2, 2], width_factor=0.5, num_classes=classes, stem_type="fixed", conv_layer=conv)
    model = timm.create_model(TIMM_NAMES[architecture], num_classes=classes)
    for module in model.modules():
        if isinstance(module, StdConv2d):
            module.eps = STANDARDISATION_EPS
    return model


def npz_name(name: str) -> str:
    """The published name of a timm parameter."""
    norm = {"weight": "gamma", "bias": "beta"}
    if name == "stem.conv.weight":
        return "resnet/root_block/standardized_conv2d/kernel"
    if match := re.fullmatch(r"norm\.(\w+)", name):
        return f"resnet/group_norm/{norm[match[1]]}"
    if match := re.fullmatch(r"head\.fc\.(\w+)", name):
        return f"resnet/head/conv2d/{ {'weight': 'kernel', 'bias': 'bias'}[match[1]] }"
    match = re.fullmatch(r"stages\.(\d+)\.blocks\.(\d+)\.(\w+?)(\d?)(?:\.conv)?\.(\w+)", name)
    if match is None:
        raise ValueError(f"no npz name is known for {name}")
    block, unit, kind, position, part = match.groups()
    path = f"resnet/block{int(block) + 1}/unit{int(unit) + 1:02d}"
    letter = "a/proj" if kind == "downsample" else "abc"[int(position) - 1]
    return f"{path}/{letter}/" + (f"group_norm/{norm[part]}" if kind == "norm" else "standardized_conv2d/kernel")


def to_npz(tensor: torch.Tensor) -> torch.Tensor:
    """OIHW to HWIO; others as they are."""
    return tensor.permute(2, 3, 1, 0) if tensor.ndim == 4 else tensor


def from_npz(tensor: torch.Tensor) -> torch.Tensor:
    """HWIO to OIHW; others as they are."""
    return tensor.permute(3, 2, 0, 1) if tensor.ndim == 4 else tensor


def relative(value: torch.Tensor, reference: torch.Tensor) -> float:
    """The norm of the difference, relative to the norm of the reference."""
    return (torch.linalg.norm(value - reference) / torch.linalg.norm(reference)).item()


def numbers(values: np.ndarray | torch.Tensor) -> list[float]:
    """Values, flattened, with ten digits."""
    return [float(f"{value:.9e}") for value in np.asarray(values, dtype=np.float64).flatten()]


def summary(name: str, tensor: np.ndarray, seed: int) -> dict:
    """A tensor in 13 numbers: its norm, its products with four tensors of random signs, eight of its elements.

    The product of a difference with random signs is as large as the difference's norm, on average; so whatever changes the
    tensor shows.
    """
    flat = np.asarray(tensor, dtype=np.float64).flatten()
    signs = [1 - 2.0 * (hashes(f"{name}/signs/{k}", flat.size, seed) & 1) for k in range(4)]
    strided = [k * (flat.size - 1) // 7 for k in range(8)]
    return {
        "name": name,
        "norm": numbers(np.linalg.norm(flat))[0],
        "products": numbers(np.array([flat @ sign for sign in signs])),
        "elements": numbers(flat[strided]),
    }
