"""Times timm's BiT networks on PyTorch and this project's bench alternately, and prints the ratios of each round.

    python tools/reference/bench_peer.py --model R50x1 --micro-batch 32 --px 128 --rounds 3 [--precision bfloat16] [--compile]

A step is forward, backward and an SGD update with momentum; the peer is timm's network. Each round runs both in
processes of their own, one after the other, so that they do not share the machine. With --device cuda the peer is timed on the
GPU, beside a large matrix product in the same precision, and memory is the GPU's, as nvidia-smi sees it. --json FILE keeps all rounds.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class GpuMemory:
    """The most memory of the first GPU that nvidia-smi sees in use, in bytes; None where it cannot tell."""

    def __enter__(self):
        query = ["nvidia-smi", "--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "--loop-ms=100"]
        self.peak = None
        self._watcher = subprocess.Popen(query, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def _read(self) -> None:
        for line in self._watcher.stdout:
            if line.strip().isdigit():
                self.peak = max(self.peak or 0, int(line) * 2**20)

    def __exit__(self, *_) -> None:
        self._watcher.terminate()
        self._watcher.wait()
        self._reader.join()


def product_tflops(precision: str, side: int = 8192) -> float:
    """TFLOP/s of a matrix product on the GPU by PyTorch."""
    import torch

    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    a, b = (torch.randn(side, side, device="cuda", dtype=dtype) for _ in range(2))
    times = []
    for _ in range(8):
        torch.cuda.synchronize()
        start = time.perf_counter()
        a @ b
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return 2 * side**3 / statistics.median(times[2:]) / 1e12


def peer(model: str, size: int, px: int, steps: int, compiled: bool, precision: str, device: str) -> dict:
    import torch
    import timm
    from bit_reference import build

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tensorfloat32"
    torch.backends.cudnn.benchmark = True
    network = build(model, 10).to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    run = torch.compile(network) if compiled else network
    images = torch.randn(size, 3, px, px, device=device).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(size, device=device) % 10

    def forward() -> torch.Tensor:
        with torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
            return run(images)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(forward().float(), labels).backward()
        optimiser.step()

    def score() -> None:
        with torch.no_grad():
            forward()

    def seconds(work) -> float:
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    def rate(work) -> float:
        return size / statistics.median([seconds(work) for _ in range(steps + 2)][2:])

    network.train()
    train = rate(step)
    network.eval()
    return {
        "train": train,
        "eval": rate(score),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        **({"productTflops": product_tflops(precision), "gpu": torch.cuda.get_device_name()} if device == "cuda" else {}),
        "versions": {"torch": torch.__version__, "timm": timm.__version__},
    }


def ours(model: str, size: int, px: int, steps: int, precision: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.json"
        options = ["--model", model, "--micro-batch", str(size), "--px", str(px), "--steps", str(steps)]
        options += ["--precision", precision]
        command = ["node", "--import", "tsx", "packages/trainer/bench/bench.ts", *options, "--json", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        result = json.loads(file.read_text())
    if result["precision"] != precision:
        sys.exit(f"expected {precision}, found that the bench computes in {result['precision']}")
    return {
        "train": result["train"]["imagesPerSecond"],
        "eval": result["eval"]["imagesPerSecond"],
        "memory": result["peakRssBytes"],
        "first": result["secondsToFirstStep"],
        "trainTflops": result["trainGflops"] / 1000,
        "engine": result["engine"],
    }


def watched(device: str, work) -> dict:
    """What `work` returns; on a GPU with its memory in place of the process's."""
    if device == "cpu":
        return work()
    with GpuMemory() as memory:
        result = work()
    return {**result, "memory": memory.peak}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="R50x1")
    parser.add_argument("--micro-batch", type=int, default=32)
    parser.add_argument("--px", type=int, default=128)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="the peer runs under torch.compile")
    parser.add_argument("--precision", choices=["float32", "tensorfloat32", "bfloat16"], default="float32", help="of convolutions, on both sides")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where the peer computes; ours takes a GPU that it can use")
    parser.add_argument("--json", type=Path, help="a file for all rounds")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    settings = (given.model, given.micro_batch, given.px, given.steps)
    if given.peer:
        print(json.dumps(peer(*settings, given.compile, given.precision, given.device)))
        return

    def peer_apart() -> dict:
        output = subprocess.run([sys.executable, __file__, "--peer", *sys.argv[1:]], check=True, stdout=subprocess.PIPE)
        return json.loads(output.stdout)

    rounds = []
    for _ in range(given.rounds):
        theirs = watched(given.device, peer_apart)
        mine = watched(given.device, lambda: ours(*settings, given.precision))
        rounds.append({"peer": theirs, "ours": mine})
        if given.json:
            given.json.write_text(json.dumps(rounds, indent=2))
        print(
            f"PyTorch {theirs['train']:.2f} / {theirs['eval']:.1f} images/s, {gigabytes(theirs)};"
            f" here {mine['train']:.2f} / {mine['eval']:.1f} images/s, {gigabytes(mine)}, first step after {mine['first']:.1f} s",
            flush=True,
        )
    known = [name for name in ("train", "eval", "memory") if all(side[name] for one in rounds for side in one.values())]
    ratios = {name: statistics.median(one["ours"][name] / one["peer"][name] for one in rounds) for name in known}
    print("median ratio, here to PyTorch: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))


def gigabytes(side: dict) -> str:
    return "memory unknown" if side["memory"] is None else f"{side['memory'] / 1e9:.2f} GB"


if __name__ == "__main__":
    main()
