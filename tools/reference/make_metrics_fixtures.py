"""Writes packages/metrics/tests/fixtures/metrics.json: accuracies by PyTorch, losses and summaries by SciPy and NumPy.

Run from the top of the repository: python tools/reference/make_metrics_fixtures.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import scipy.special
import scipy.stats
import torch

OUT = Path("packages/metrics/tests/fixtures/metrics.json")


def score(name: str, logits: torch.Tensor, labels: torch.Tensor) -> dict:
    ranked = logits.topk(min(5, logits.shape[1]), dim=1).indices
    hits = ranked.eq(labels[:, None])
    rows = logits.double().numpy()
    # Taken relative to the label's logit, so that losses far below 1 keep their digits, which PyTorch's do not.
    losses = scipy.special.logsumexp(rows - rows[np.arange(len(rows)), labels][:, None], axis=1)
    torch.testing.assert_close(
        torch.from_numpy(losses),
        torch.nn.functional.cross_entropy(logits.double(), labels, reduction="none"),
        rtol=1e-12,
        atol=1e-12,
    )
    return {
        "name": name,
        "classes": logits.shape[1],
        "logits": logits.flatten().tolist(),
        "labels": labels.tolist(),
        "top1": hits[:, :1].any(1).double().mean().item(),
        "top5": hits.any(1).double().mean().item(),
        "crossEntropies": losses.tolist(),
        "meanCrossEntropy": losses.mean().item(),
        "predicted": rows.argmax(axis=1).tolist(),
        "probabilities": scipy.special.softmax(rows, axis=1).max(axis=1).tolist(),
        "confusionMatrix": np.histogram2d(
            labels.numpy(), rows.argmax(axis=1), bins=np.arange(rows.shape[1] + 1)
        )[0].astype(int).tolist(),
    }


def summary(values: list[float]) -> dict:
    described = scipy.stats.describe(values)
    return {
        "values": values,
        "n": int(described.nobs),
        "mean": float(described.mean),
        "median": float(np.median(values)),
        "standardDeviation": float(np.sqrt(described.variance)),
        "min": float(described.minmax[0]),
        "max": float(described.minmax[1]),
    }


def main() -> None:
    generator = torch.Generator().manual_seed(0)
    normal = torch.randn(24, 10, generator=generator)
    labels = torch.randint(0, 10, (24,), generator=generator)
    confident = normal[:8].clone()
    confident[torch.arange(8), labels[:8]] += 40
    cases = [
        score("ten classes", normal, labels),
        score("seven classes", torch.randn(9, 7, generator=generator), torch.randint(0, 7, (9,), generator=generator)),
        score("logits of thousands", normal * 1000, labels),
        score("right and sure of it", confident, labels[:8]),
    ]
    rng = np.random.default_rng(0)
    summaries = [summary(rng.normal(60, 10, size).tolist()) for size in (2, 5, 50)]
    summaries.append(summary([1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]))
    versions = {"torch": torch.__version__, "numpy": np.__version__, "scipy": scipy.__version__}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"versions": versions, "scores": cases, "summaries": summaries}) + "\n")


if __name__ == "__main__":
    main()
