"""Writes packages/metrics/tests/fixtures/statistics.json: intervals and tests by SciPy.

Run from the top of the repository: python tools/reference/make_statistics_fixtures.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
import scipy
import scipy.stats

OUT = Path("packages/metrics/tests/fixtures/statistics.json")

SAMPLES = {
    "paper, 1 shot": [47.9, 50.0, 52.4, 52.7, 58.6],
    "paper, 5 shots": [81.8, 83.8, 85.5, 87.0, 87.7],
    "2021, 1 shot": [58.83, 58.01, 48.34, 62.96, 54.17],
    "2021, 5 shots": [86.21, 83.98, 82.69, 84.61, 87.54],
}


class EveryResample(np.random.Generator):
    """In place of random resamples it gives all of them, once each."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def integers(self, low, high, size=None, **options):
        return np.array(list(itertools.product(range(high), repeat=size[-1])))


def interval(found) -> list[float] | None:
    return None if np.isnan(found.low) or np.isnan(found.high) else [float(found.low), float(found.high)]


def intervals(name: str, values: list[float], level: float) -> dict:
    t = scipy.stats.ttest_1samp(values, 0).confidence_interval(level) if len(values) > 1 else None
    order = scipy.stats.quantile_test(values, q=0, p=0.5).confidence_interval(level)
    bootstrap = {}
    if 2 <= len(values) <= 7:
        for statistic in (np.mean, np.median):
            found = scipy.stats.bootstrap(
                (values,), statistic, confidence_level=level, n_resamples=len(values) ** len(values),
                method="percentile", rng=EveryResample(),
            )
            bootstrap[statistic.__name__] = interval(found.confidence_interval)
    return {
        "name": f"{name}, {100 * level:g} %",
        "values": values,
        "level": level,
        "mean": None if t is None else interval(t),
        "median": interval(order),
        "bootstrap": bootstrap,
    }


def sign_flip(name: str, differences: list[float]) -> dict:
    if len(differences) <= 16:
        p = scipy.stats.permutation_test(
            (differences,), np.sum, permutation_type="samples", n_resamples=np.inf, vectorized=False
        ).pvalue
    else:
        p = 2 * scipy.stats.norm.sf(abs(np.sum(differences)), scale=np.linalg.norm(differences))
    return {"name": name, "differences": differences, "p": float(p)}


def mann_whitney(name: str, one: list[float], other: list[float]) -> dict:
    if len(one) + len(other) > 100:
        method = "asymptotic"
    elif len(set(one + other)) == len(one + other):
        method = "exact"
    else:
        method = scipy.stats.PermutationMethod(n_resamples=np.inf)
    return {"name": name, "one": one, "other": other, "p": float(scipy.stats.mannwhitneyu(one, other, method=method).pvalue)}


def equivalence(name: str, values: list[float], inner: list[float], outer: list[float]) -> dict:
    def p(count: int) -> float:
        return scipy.stats.binomtest(count, len(values), 0.5, alternative="less").pvalue

    x = np.array(values)
    return {
        "name": name,
        "values": values,
        "inner": inner,
        "outer": outer,
        "pEquivalence": float(max(p(int((x <= inner[0]).sum())), p(int((x >= inner[1]).sum())))),
        "pDifference": float(min(p(int((x <= outer[1]).sum())), p(int((x >= outer[0]).sum())))),
    }


def chance(runs: int, median: float, deviation: float, claim: dict, alpha: float) -> dict:
    """Of coming to either verdict, by the multinomial distribution of runs below, within and above the margin."""
    normal = scipy.stats.norm(median, deviation)
    slack = claim["margin"] - claim["readingError"]
    wide = claim["margin"] + claim["readingError"]
    allowed = int(scipy.stats.binom.ppf(alpha, runs, 0.5))
    while scipy.stats.binom.cdf(allowed, runs, 0.5) > alpha:
        allowed -= 1
    p = [normal.cdf(claim["value"] - slack), 0, normal.sf(claim["value"] + slack)]
    p[1] = 1 - p[0] - p[2]
    reproduced = sum(
        scipy.stats.multinomial.pmf([low, runs - low - high, high], runs, p)
        for low in range(allowed + 1)
        for high in range(allowed + 1)
        if low + high <= runs
    )
    above = scipy.stats.binom.cdf(allowed, runs, normal.cdf(claim["value"] + wide))
    below = scipy.stats.binom.cdf(allowed, runs, normal.sf(claim["value"] - wide))
    return {
        "runs": runs, "median": median, "standardDeviation": deviation, "claim": claim, "alpha": alpha,
        "chance": float(reproduced + above + below),
    }


def main() -> None:
    random = np.random.default_rng(0)

    def draw(size: int, spread: float = 4) -> list[float]:
        return [round(float(value), 2) for value in random.normal(55, spread, size)]

    named = {**SAMPLES, **{f"{n} drawn": draw(n) for n in (2, 3, 4, 6, 7, 12, 40)}, "with ties": [50, 50, 51, 51, 53, 50, 54]}
    pairs = {
        "five pairs of one sign": [1.0, 0.5, 2.25, 0.75, 3.0],
        "six pairs": [1.5, -0.25, 2.0, 0.75, 3.0, 1.25],
        "six pairs of one sign": [1.5, 0.25, 2.0, 0.75, 3.0, 1.25],
        "eight pairs with ties": [1, -1, 2, 2, -1, 3, 1, 2],
        "all nought": [0, 0, 0, 0, 0, 0],
        "sixteen pairs": draw(16),
        "twenty-four pairs": [round(value - 54, 2) for value in draw(24)],
    }
    claims = {
        "1 shot": {"value": 52.4, "readingError": 0.3, "margin": 3.0},
        "5 shots": {"value": 85.5, "readingError": 0.2, "margin": 3.7},
    }

    def bounds(claim: dict, sign: int) -> list[float]:
        half = claim["margin"] + sign * claim["readingError"]
        return [claim["value"] - half, claim["value"] + half]

    content = {
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
        "intervals": [intervals(name, values, level) for name, values in named.items() for level in (0.9, 0.95)],
        "signFlips": [sign_flip(name, differences) for name, differences in pairs.items()],
        "mannWhitneys": [
            mann_whitney("2021 and paper, 1 shot", SAMPLES["2021, 1 shot"], SAMPLES["paper, 1 shot"]),
            mann_whitney("2021 and paper, 5 shots", SAMPLES["2021, 5 shots"], SAMPLES["paper, 5 shots"]),
            mann_whitney("apart", [1, 2, 3, 4, 5], [6, 7, 8, 9, 10]),
            mann_whitney("ties", [1, 2, 2, 3], [2, 3, 3, 4, 5]),
            mann_whitney("all equal", [1, 1, 1, 1], [1, 1, 1, 1]),
            mann_whitney("unequal sizes", draw(12), draw(5)),
            mann_whitney("many", draw(60), draw(70)),
            mann_whitney("many with ties", [round(value) for value in draw(60)], [round(value) for value in draw(70)]),
        ],
        "holms": [
            {"p": p, "adjusted": holm(p)}
            for p in ([0.01, 0.04, 0.03], [0.2], [0.5, 0.5, 0.001, 0.02], [0.9, 0.8])
        ],
        "equivalences": [
            {**equivalence(f"{name} against {shots}", values, bounds(claim, -1), bounds(claim, 1)), "claim": claim}
            for shots, claim in claims.items()
            for name, values in named.items()
        ],
        "chances": [
            chance(runs, median, deviation, claims["1 shot"], 0.05)
            for runs in (4, 5, 6, 20, 47)
            for median, deviation in ((52.4, 4.0), (53.9, 2.0), (58.0, 5.5))
        ],
    }
    OUT.write_text(json.dumps(content) + "\n")
    print(f"{OUT}: {OUT.stat().st_size} bytes")


def holm(p: list[float]) -> list[float]:
    """By statsmodels."""
    from statsmodels.stats.multitest import multipletests

    return multipletests(p, method="holm")[1].tolist()


if __name__ == "__main__":
    main()
