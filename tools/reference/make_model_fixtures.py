"""Writes packages/model/tests/fixtures/{operations,networks}.json: what timm and PyTorch compute, in float64.

Run from the top of the repository: python tools/reference/make_model_fixtures.py
With --check, the committed fixtures are compared with new ones and left as they are. With --seed and --out, other weights
and images are used and written elsewhere; BIT_REPRO_FIXTURES=FOLDER makes the tests read them there.
"""

import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import bit_reference as bit
from fixture_files import arguments, write_fixture

CLASSES = 10
NETWORKS = [
    {"architecture": "mini", "relus": "mixed", "size": 64, "count": 4, "gradients": True},
    {"architecture": "mini", "relus": "decided", "size": 64, "count": 4, "gradients": True},
    {"architecture": "R50x1", "relus": "mixed", "size": 128, "count": 2, "gradients": True},
    {"architecture": "R50x1", "relus": "decided", "size": 128, "count": 2, "gradients": True},
    {"architecture": "R50x3", "relus": "mixed", "size": 128, "count": 1, "gradients": False},
    {"architecture": "R101x1", "relus": "mixed", "size": 128, "count": 2, "gradients": False},
]


def network(architecture: str, relus: str, size: int, count: int, gradients: bool, seed: int) -> dict:
    model = bit.build(architecture, CLASSES)
    weights = bit.weights_of(model, seed, relus)
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file, **weights)
        file.flush()
        # timm's own reader of the published files: an independent check of the names.
        model.load_pretrained(file.name)
    images = torch.from_numpy(bit.images(f"images/{architecture}", count, size, seed)).permute(0, 3, 1, 2)
    labels = [(3 + 5 * index) % CLASSES for index in range(count)]
    with torch.no_grad():
        single = model(images).double()
    model = model.double()
    with torch.set_grad_enabled(gradients):
        logits = model(images.double())
        loss = F.cross_entropy(logits, torch.tensor(labels))
    result = {
        "architecture": architecture,
        "relus": relus,
        "classes": CLASSES,
        "images": {"name": f"images/{architecture}", "count": count, "size": size},
        "labels": labels,
        "weightsSha256": bit.digest(weights),
        "logits": bit.numbers(logits.detach()),
        "loss": loss.item(),
    }
    differences = [f"logits {bit.relative(single, logits.detach()):.1e}"]
    if gradients:
        loss.backward()
        result["gradients"] = [
            bit.summary(bit.npz_name(name), bit.to_npz(parameter.grad), seed)
            for name, parameter in model.named_parameters()
        ]
        differences.append(f"gradients {worst_gradient(model, images, labels):.1e}")
    print(f"{architecture}, {relus} relus: PyTorch in float32 differs from float64 by {', '.join(differences)}", flush=True)
    return result


def worst_gradient(model: torch.nn.Module, images: torch.Tensor, labels: list[int]) -> float:
    """How far float32 gradients are from the float64 ones that the model holds."""
    exact = [parameter.grad for parameter in model.parameters()]
    model.float().zero_grad()
    F.cross_entropy(model(images), torch.tensor(labels)).backward()
    return max(bit.relative(p.grad.double(), e) for p, e in zip(model.parameters(), exact))


def rounded(values: np.ndarray) -> torch.Tensor:
    """Few binary digits, so that the numbers are short and exact in float32."""
    exponent = np.floor(np.log2(np.abs(values).max())) - 9
    return torch.from_numpy(np.round(values.astype(np.float64) / 2**exponent) * 2**exponent)


def nchw(x: torch.Tensor) -> torch.Tensor:
    return x.permute(0, 3, 1, 2)


def nhwc(x: torch.Tensor) -> torch.Tensor:
    return x.permute(0, 2, 3, 1)


def case(function, name: str, **inputs: torch.Tensor) -> dict:
    """An operation's inputs, its result, a gradient of it, and the gradients of the inputs that this gives."""
    given = {key: value.detach().requires_grad_() for key, value in inputs.items()}
    result = function(**given)
    gradient = rounded(np.random.default_rng(1).normal(size=result.shape))
    result.backward(gradient)
    stored = lambda value: {"shape": list(value.shape), "values": bit.numbers(value.detach())}
    return {
        "name": name,
        "inputs": {key: stored(value) for key, value in given.items()},
        "output": stored(result),
        "outputGradient": stored(gradient),
        "gradients": {key: stored(value.grad) for key, value in given.items()},
    }


def group_norms() -> list[dict]:
    norm = bit.build("mini", CLASSES).norm
    act = lambda x, gamma, beta: nhwc(F.relu(F.group_norm(nchw(x), norm.num_groups, gamma, beta, norm.eps)))
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 3, 4, 64))
    gamma, beta = rounded(rng.uniform(0.5, 1.5, 64)), rounded(rng.uniform(-0.5, 0.5, 64))
    # The second image varies as little as eps says; the third case is where E[x^2] - E[x]^2 cancels in float32.
    weak = x * np.array([1, 3e-3])[:, None, None, None]
    return [
        case(act, "two channels to a group", x=rounded(x), gamma=gamma, beta=beta),
        case(act, "an image of little contrast", x=rounded(weak), gamma=gamma, beta=beta),
        case(act, "a mean far above the deviation", x=rounded(x) + 300, gamma=gamma, beta=beta),
        case(act, "one channel to a group", x=rounded(x[..., :32]), gamma=gamma[:32], beta=beta[:32]),
    ]


def standardisations() -> list[dict]:
    def standardise(kernel: torch.Tensor) -> torch.Tensor:
        height, width, channels, outputs = kernel.shape
        rows = kernel.permute(3, 2, 0, 1).reshape(1, outputs, -1)
        # As timm's StdConv2d does it.
        flat = F.batch_norm(rows, None, None, training=True, momentum=0.0, eps=bit.STANDARDISATION_EPS)
        return flat.reshape(outputs, channels, height, width).permute(2, 3, 1, 0)

    rng = np.random.default_rng(3)
    kernel = rng.normal(size=(3, 3, 4, 6)) + 0.5
    return [
        case(standardise, "a kernel as initialised", kernel=rounded(kernel * 0.1)),
        case(standardise, "a kernel that varies as little as eps", kernel=rounded(kernel * 1e-5)),
    ]


def pools() -> list[dict]:
    stem = bit.build("mini", CLASSES).stem
    pool = lambda x: nhwc(stem.pool(stem.pad(nchw(x))))
    rng = np.random.default_rng(4)
    # Without ties: where values are equal the gradient may go to either.
    shuffled = lambda *shape: torch.from_numpy(rng.permutation(np.prod(shape)).reshape(shape) / 8.0)
    even, odd = shuffled(2, 8, 6, 3), shuffled(1, 7, 5, 2)
    return [
        case(pool, "even sizes, negative at the edges", x=even - even.max() + 4),
        case(pool, "odd sizes", x=odd - 4),
    ]


def convolutions() -> list[dict]:
    rng = np.random.default_rng(5)
    cases = []
    for side, stride in [(7, 2), (3, 2), (3, 1), (1, 2), (1, 1)]:
        module = bit.StdConv2d(3, 4, side, stride=stride)
        run = lambda x, kernel: nhwc(
            F.conv2d(nchw(x), kernel.permute(3, 2, 0, 1), None, module.stride, module.padding)
        )
        x, kernel = rounded(rng.normal(size=(1, 8, 6, 3))), rounded(rng.normal(size=(side, side, 3, 4)))
        cases.append({**case(run, f"{side} x {side}, stride {stride}", x=x, kernel=kernel), "stride": stride})
    return cases


def main() -> None:
    options = arguments(__doc__, "packages/model/tests/fixtures")
    operations = {
        "groupNormRelu": group_norms(),
        "standardiseKernel": standardisations(),
        "zeroPaddedMaxPool": pools(),
        "convolve": convolutions(),
    }
    write_fixture(Path("operations.json"), operations, options)
    networks = [network(**each, seed=options.seed) for each in NETWORKS]
    write_fixture(Path("networks.json"), {"seed": options.seed, "networks": networks}, options)


if __name__ == "__main__":
    main()
