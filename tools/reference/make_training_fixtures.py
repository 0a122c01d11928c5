"""Writes packages/trainer/tests/fixtures/tenSteps.json: ten steps of torch.optim.SGD on timm's network, in float64 and by autocast.

Run from the top of the repository: python tools/reference/make_training_fixtures.py
Options as make_model_fixtures.py.
"""

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


def train(
    seed: int, dtype: torch.dtype, autocast: bool = False
) -> tuple[list[float], dict[str, torch.Tensor]]:
    """The loss before each step, and how far each parameter has moved in the end; `autocast` is to bfloat16."""
    model = bit.build(ARCHITECTURE, CLASSES)
    # Away from the kinks of relus: there a gradient, and all that follows from it, is a matter of rounding.
    weights = bit.weights_of(model, seed, "decided")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(bit.from_npz(torch.from_numpy(weights[bit.npz_name(name)])))
    model = model.to(dtype)
    start = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=MOMENTUM)
    steps = len(LEARNING_RATES)
    grey = bit.grey_levels("images/training", (steps, BATCH, SIZE, SIZE, 3), seed)
    pixels = (torch.from_numpy(grey).to(dtype) / 255 - 0.5) / 0.5
    labels = torch.tensor([index % CLASSES for index in range(steps * BATCH)]).reshape(steps, BATCH)
    losses = []
    for batch, target, rate in zip(pixels, labels, LEARNING_RATES):
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            logits = model(batch.permute(0, 3, 1, 2))
        loss = F.cross_entropy(logits.to(dtype), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses, {name: parameter.detach() - start[name] for name, parameter in model.named_parameters()}


def main() -> None:
    options = arguments(__doc__, "packages/trainer/tests/fixtures")
    losses, moves = train(options.seed, torch.float64)
    single_losses, single_moves = train(options.seed, torch.float32)
    autocast_losses, _ = train(options.seed, torch.float32, autocast=True)
    worst_loss = max(abs(a / b - 1) for a, b in zip(single_losses, losses))
    worst_move = max(bit.relative(single_moves[name].double(), move) for name, move in moves.items())
    print(f"PyTorch in float32 differs from float64 by losses {worst_loss:.1e}, moves {worst_move:.1e}")
    fixture = {
        "seed": options.seed,
        "architecture": ARCHITECTURE,
        "classes": CLASSES,
        "size": SIZE,
        "batch": BATCH,
        "momentum": MOMENTUM,
        "learningRates": LEARNING_RATES,
        "losses": losses,
        "autocastLosses": autocast_losses,
        "moves": [
            bit.summary(bit.npz_name(name), bit.to_npz(move), options.seed) for name, move in moves.items()
        ],
    }
    write_fixture(Path("tenSteps.json"), fixture, options)


if __name__ == "__main__":
    main()
