"""Times timm's BiT networks on PyTorch and this project's bench alternately, and prints the ratios of each round.

    python tools/reference/bench_peer.py --model R50x1 --micro-batch 32 --px 128 --rounds 3 [--compile] [--bfloat16]

A step is forward, backward and an SGD update with momentum; weights are standardised as timm does. Each round runs both in
processes of their own, one after the other, so that they do not share the machine.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def peer(model: str, size: int, px: int, steps: int, compiled: bool, bfloat16: bool) -> dict:
    import torch
    from bit_reference import TIMM_NAMES
    import timm

    network = timm.create_model(TIMM_NAMES[model], num_classes=10).to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    run = torch.compile(network) if compiled else network
    images = torch.randn(size, 3, px, px).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(size) % 10

    def forward() -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return run(images)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(forward().float(), labels).backward()
        optimiser.step()

    def score() -> None:
        with torch.no_grad():
            forward()

    def rate(work) -> float:
        work()
        work()
        times = []
        for _ in range(steps):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return size / statistics.median(times)

    network.train()
    train = rate(step)
    network.eval()
    return {
        "train": train,
        "eval": rate(score),
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def ours(model: str, size: int, px: int, steps: int, bfloat16: bool) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.json"
        options = ["--model", model, "--micro-batch", str(size), "--px", str(px), "--steps", str(steps)]
        options += ["--precision", "bfloat16" if bfloat16 else "float32"]
        command = ["node", "--import", "tsx", "packages/trainer/bench/bench.ts", *options, "--json", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        result = json.loads(file.read_text())
    return {
        "train": result["train"]["imagesPerSecond"],
        "eval": result["eval"]["imagesPerSecond"],
        "rss": result["peakRssBytes"],
        "first": result["secondsToFirstStep"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="R50x1")
    parser.add_argument("--micro-batch", type=int, default=32)
    parser.add_argument("--px", type=int, default=128)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="the peer runs under torch.compile")
    parser.add_argument("--bfloat16", action="store_true", help="both compute convolutions in bfloat16")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    settings = (given.model, given.micro_batch, given.px, given.steps)
    if given.peer:
        print(json.dumps(peer(*settings, given.compile, given.bfloat16)))
        return
    ratios: dict[str, list[float]] = {"train": [], "eval": [], "rss": []}
    for _ in range(given.rounds):
        output = subprocess.run([sys.executable, __file__, "--peer", *sys.argv[1:]], check=True, stdout=subprocess.PIPE)
        theirs, mine = json.loads(output.stdout), ours(*settings, given.bfloat16)
        print(
            f"PyTorch {theirs['train']:.2f} / {theirs['eval']:.1f} images/s, {theirs['rss'] / 1e9:.2f} GB;"
            f" here {mine['train']:.2f} / {mine['eval']:.1f} images/s, {mine['rss'] / 1e9:.2f} GB, first step after {mine['first']:.1f} s",
            flush=True,
        )
        for name, list_ in ratios.items():
            list_.append(mine[name] / theirs[name])
    print("median ratio, here to PyTorch: " + ", ".join(f"{name} {statistics.median(r):.2f}" for name, r in ratios.items()))


if __name__ == "__main__":
    main()
