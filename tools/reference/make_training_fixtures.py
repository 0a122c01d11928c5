"""Writes what torch.optim.SGD does on timm's network, in float64, to packages/trainer/tests/fixtures.

tenSteps.json: ten steps with a varying learning rate, also by autocast. mixup.json: three steps with MixUp.

Run from the top of the repository: python tools/reference/make_training_fixtures.py
Options as make_model_fixtures.py.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

import bit_reference as bit
from fixture_files import arguments, write_fixture

ARCHITECTURE = "mini"
CLASSES = 10
SIZE = 32
BATCH = 8
MOMENTUM = 0.9
LEARNING_RATES = [0.0, 0.01, 0.02, 0.03, 0.03, 0.003, 0.003, 0.003, 0.0003, 0.0003]
# A lambda for each step, and the partner of each image.
MIXUP = [
    (0.3, [3, 0, 7, 1, 4, 2, 5, 6]),
    (0.9375, [7, 6, 5, 4, 3, 2, 1, 0]),
    (1e-4, [1, 2, 3, 0, 6, 7, 4, 5]),
]
MIXUP_LEARNING_RATES = [0.01, 0.02, 0.03]


def images(seed: int, steps: int, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Pixels [steps, N, 3, H, W] in [-1, 1], and their labels."""
    grey = bit.grey_levels("images/training", (steps, BATCH, SIZE, SIZE, 3), seed)
    pixels = (torch.from_numpy(grey).to(dtype) / 255 - 0.5) / 0.5
    labels = torch.tensor([index % CLASSES for index in range(steps * BATCH)]).reshape(steps, BATCH)
    return pixels.permute(0, 1, 4, 2, 3), labels


def train(
    architecture: str,
    seed: int,
    batches: tuple[torch.Tensor, torch.Tensor],
    rates: list[float],
    mixup: list[tuple[float, list[int]]] | None = None,
    autocast: bool = False,
) -> tuple[list[float], dict[str, torch.Tensor]]:
    """The loss before each step, and how far each parameter has moved in the end; `autocast` is to bfloat16."""
    dtype = batches[0].dtype
    model = bit.build(architecture, CLASSES)
    # Away from the kinks of relus: there a gradient, and all that follows from it, is a matter of rounding.
    weights = bit.weights_of(model, seed, "decided")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(bit.from_npz(torch.from_numpy(weights[bit.npz_name(name)])))
    model = model.to(dtype)
    start = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=MOMENTUM)
    losses = []
    for step, (pixels, target, rate) in enumerate(zip(*batches, rates)):
        share, partners = mixup[step] if mixup else (1, list(range(len(target))))
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            logits = model(share * pixels + (1 - share) * pixels[partners] if mixup else pixels).to(dtype)
        loss = F.cross_entropy(logits, target)
        if mixup:
            loss = share * loss + (1 - share) * F.cross_entropy(logits, target[partners])
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses, {name: parameter.detach() - start[name] for name, parameter in model.named_parameters()}


def summaries(moves: dict[str, torch.Tensor], seed: int) -> list[dict]:
    return [bit.summary(bit.npz_name(name), bit.to_npz(move), seed) for name, move in moves.items()]


def compare(single: tuple[list[float], dict], double: tuple[list[float], dict]) -> None:
    worst_loss = max(abs(a / b - 1) for a, b in zip(single[0], double[0]))
    worst_move = max(bit.relative(single[1][name].double(), move) for name, move in double[1].items())
    print(f"PyTorch in float32 differs from float64 by losses {worst_loss:.1e}, moves {worst_move:.1e}")


def write_ten_steps(options: argparse.Namespace) -> None:
    seed, steps = options.seed, len(LEARNING_RATES)
    double, single = images(seed, steps, torch.float64), images(seed, steps, torch.float32)
    losses, moves = train(ARCHITECTURE, seed, double, LEARNING_RATES)
    compare(train(ARCHITECTURE, seed, single, LEARNING_RATES), (losses, moves))
    autocast_losses, _ = train(ARCHITECTURE, seed, single, LEARNING_RATES, autocast=True)
    fixture = {
        "seed": seed,
        "architecture": ARCHITECTURE,
        "classes": CLASSES,
        "size": SIZE,
        "batch": BATCH,
        "momentum": MOMENTUM,
        "learningRates": LEARNING_RATES,
        "losses": losses,
        "autocastLosses": autocast_losses,
        "moves": summaries(moves, seed),
    }
    write_fixture(Path("tenSteps.json"), fixture, options)


def write_mixup(options: argparse.Namespace) -> None:
    seed, rates = options.seed, MIXUP_LEARNING_RATES
    losses, moves = train(ARCHITECTURE, seed, images(seed, len(rates), torch.float64), rates, MIXUP)
    compare(train(ARCHITECTURE, seed, images(seed, len(rates), torch.float32), rates, MIXUP), (losses, moves))
    fixture = {
        "seed": seed,
        "architecture": ARCHITECTURE,
        "classes": CLASSES,
        "size": SIZE,
        "batch": BATCH,
        "momentum": MOMENTUM,
        "learningRates": rates,
        "mixup": [{"lambda": share, "partners": partners} for share, partners in MIXUP],
        "losses": losses,
        "moves": summaries(moves, seed),
    }
    write_fixture(Path("mixup.json"), fixture, options)


def main() -> None:
    options = arguments(__doc__, "packages/trainer/tests/fixtures")
    write_ten_steps(options)
    write_mixup(options)


if __name__ == "__main__":
    main()
