"""Writes packages/trainer/tests/fixtures/sgd.json: ten steps of torch.optim.SGD with momentum and a moving learning rate.

Run from the top of the repository: python tools/reference/make_sgd_fixtures.py
"""

import json
from pathlib import Path

import torch

OUT = Path("packages/trainer/tests/fixtures/sgd.json")
MOMENTUM = 0.9
LEARNING_RATES = [0.0, 0.1, 0.2, 0.3, 0.3, 0.03, 0.03, 0.003, 0.003, 0.0003]


def main() -> None:
    generator = torch.Generator().manual_seed(0)
    parameter = torch.nn.Parameter(torch.randn(5, generator=generator))
    start = parameter.tolist()
    optimiser = torch.optim.SGD([parameter], lr=0.1, momentum=MOMENTUM)
    steps = []
    for rate in LEARNING_RATES:
        optimiser.param_groups[0]["lr"] = rate
        gradient = torch.randn(5, generator=generator)
        parameter.grad = gradient
        optimiser.step()
        steps.append({"learningRate": rate, "gradient": gradient.tolist(), "parameter": parameter.tolist()})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    fixture = {"torch": torch.__version__, "momentum": MOMENTUM, "start": start, "steps": steps}
    OUT.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
