"""Writes packages/metrics/tests/fixtures/statistics.json: intervals and tests by SciPy and statsmodels.

Run from the top of the repository: python tools/reference/make_statistics_fixtures.py
"""

import functools
import itertools
import json
import math
from pathlib import Path

import numpy as np
import scipy
import scipy.integrate
import scipy.stats
import statsmodels
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

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


def f_test(one: list[float], other: list[float]) -> float:
    """Two-sided p of equal variances."""
    ratio, freedom = np.var(one, ddof=1) / np.var(other, ddof=1), (len(one) - 1, len(other) - 1)
    return float(2 * min(scipy.stats.f.cdf(ratio, *freedom), scipy.stats.f.sf(ratio, *freedom)))


def difference(name: str, ours: list[float], claim: dict, alpha: float) -> dict:
    """
    The interval of mean(ours) less the published mean, the reading error taken as uniform: Student's, or where an F test at
    0.2 rejects one variance the wider of Student's and Welch's.
    """
    theirs, error = claim.get("runs"), claim["readingError"]

    def with_reading(plain: float, freedom: float) -> float:
        return float(np.hypot(plain, scipy.stats.t.ppf(1 - alpha, freedom) * error / np.sqrt(3)))

    n = len(ours)
    if theirs is not None:
        halves = []
        for equal, usevar in ((True, "pooled"), (False, "unequal")):
            tested = scipy.stats.ttest_ind(ours, theirs, equal_var=equal)
            found = tested.confidence_interval(1 - 2 * alpha)
            check = CompareMeans(DescrStatsW(ours), DescrStatsW(theirs)).tconfint_diff(2 * alpha, usevar=usevar)
            assert np.allclose(found, check, rtol=1e-11, atol=1e-11), (found, check)
            halves.append(with_reading((found.high - found.low) / 2, tested.df))
            center = (found.low + found.high) / 2
        p = f_test(ours, theirs)
        half = max(halves) if p < 0.2 else halves[0]
    else:
        ours_alone = scipy.stats.ttest_1samp(ours, claim["value"]).confidence_interval(1 - 2 * alpha)
        center, half = np.mean(ours) - claim["value"], (ours_alone.high - ours_alone.low) / 2
        variance = 1 / claim["n"] if claim["statistic"] == "mean" else round(median_variance(claim["n"]), 4)
        half, p = with_reading(half * np.sqrt(n) * np.sqrt(1 / n + variance), n - 1), None
    return {
        "name": f"{name}, alpha {alpha:g}", "values": ours, "claim": claim, "alpha": alpha,
        "value": float(center), "low": float(center - half), "high": float(center + half), "equalSpreadP": p,
    }


def hundredths(values: list[float]) -> list[int]:
    return [round(100 * value) for value in values]


def hodges_lehmann(name: str, one: list[float], other: list[float], alpha: float) -> dict:
    """The shifts that SciPy's exact test does not reject, tried between all differences, in whole two-hundredths."""
    x, y = 2 * np.array(hundredths(one)), 2 * np.array(hundredths(other))
    steps = sorted({int(difference) for difference in np.subtract.outer(x, y).ravel()})
    between = [steps[0] - 2, *((low + high) // 2 for low, high in zip(steps, steps[1:])), steps[-1] + 2]

    def p(shift: int, alternative: str) -> float:
        return scipy.stats.mannwhitneyu(x - shift, y, alternative=alternative, method="exact").pvalue

    above, below = [p(shift, "greater") for shift in between], [p(shift, "less") for shift in between]
    first = next(index for index, p in enumerate(above) if p > alpha)
    last = max(index for index, p in enumerate(below) if p > alpha)
    result = {"name": f"{name}, alpha {alpha:g}", "one": one, "other": other, "alpha": alpha}
    if first == 0:
        return {**result, "interval": None}
    return {
        **result,
        "interval": [steps[first - 1] / 200, steps[last] / 200],
        "value": float(np.median(np.subtract.outer(x, y))) / 200,
        # Where differences are tied, the test steps over some of its p-values.
        "coverage": 1 - above[first - 1] - below[last + 1] if len(steps) == len(x) * len(y) else None,
    }


def deviation(values: list[float], level: float) -> list[float]:
    n = len(values)
    return [
        float(np.sqrt((n - 1) * np.var(values, ddof=1) / scipy.stats.chi2.ppf(share, n - 1)))
        for share in ((1 + level) / 2, (1 - level) / 2)
    ]


@functools.cache
def median_variance(n: int) -> float:
    """Of the median of n values of the standard normal distribution, by its order statistics."""
    normal, half = scipy.stats.norm, (n - 1) // 2
    if n % 2:
        ways = math.factorial(n) / math.factorial(half) ** 2
        return scipy.integrate.quad(
            lambda x: x**2 * ways * (normal.cdf(x) * normal.sf(x)) ** half * normal.pdf(x), -9, 9, epsabs=1e-12
        )[0]
    # The middle two are at x and at x + gap.
    ways = math.factorial(n) / math.factorial(half) ** 2
    return scipy.integrate.dblquad(
        lambda gap, x: (x + gap / 2) ** 2 * ways * (normal.cdf(x) * normal.sf(x + gap)) ** half
        * normal.pdf(x) * normal.pdf(x + gap),
        -9, 9, 0, 18, epsabs=1e-9,
    )[0]


def half_width(ours, theirs, sizes: tuple[float, int], reading: float, alpha: float):
    """Half of the interval of `difference`, from sample variances and sizes; ours may be infinitely many."""
    (n, m), stats = sizes, scipy.stats
    of_reading = reading**2 / 3
    if math.isinf(n):
        pooled, freedom = ours, np.inf
        p = 2 * np.minimum(stats.chi2.sf((m - 1) * theirs / ours, m - 1), stats.chi2.cdf((m - 1) * theirs / ours, m - 1))
        welch_freedom = m - 1
    else:
        freedom = n + m - 2
        pooled = ((n - 1) * ours + (m - 1) * theirs) / freedom
        p = 2 * np.minimum(stats.f.cdf(ours / theirs, n - 1, m - 1), stats.f.sf(ours / theirs, n - 1, m - 1))
        welch_freedom = (ours / n + theirs / m) ** 2 / ((ours / n) ** 2 / (n - 1) + (theirs / m) ** 2 / (m - 1))
    student = stats.t.ppf(1 - alpha, freedom) * np.sqrt(pooled * (1 / n + 1 / m) + of_reading)
    welch = stats.t.ppf(1 - alpha, welch_freedom) * np.sqrt(ours / n + theirs / m + of_reading)
    return np.where(p < 0.2, np.maximum(student, welch), student)


def least_margin(claim: dict, deviation: float, runs: float, alpha: float) -> dict:
    """With the probability that an exact replica is shown to agree within it, integrated over the sample variances."""
    m = len(claim["runs"]) if "runs" in claim else None
    variance = 1 / m if m else 1 / claim["n"] if claim["statistic"] == "mean" else round(median_variance(claim["n"]), 4)
    freedom = runs - 1 + (m - 1 if m else 0)
    t = (lambda share: scipy.stats.t.ppf(share, freedom)) if math.isfinite(runs) else scipy.stats.norm.ppf

    def error(spread: float) -> float:
        return math.sqrt(spread**2 * (1 / runs + variance) + claim["readingError"] ** 2 / 3)

    margin = (t(1 - alpha) + t(0.9)) * error(deviation)
    # Over a thousand quantiles of either sample variance, ours down the rows.
    shares = (np.arange(1000) + 0.5) / 1000
    ours = np.ones((1, 1)) if math.isinf(runs) else scipy.stats.chi2.ppf(shares, runs - 1)[:, None] / (runs - 1)
    if m:
        theirs = scipy.stats.chi2.ppf(shares, m - 1) / (m - 1)
        half = half_width(deviation**2 * ours, deviation**2 * theirs, (runs, m), claim["readingError"], alpha)
    else:
        half = t(1 - alpha) * np.sqrt(deviation**2 * ours * (1 / runs + variance) + claim["readingError"] ** 2 / 3)
    power = np.mean(np.maximum(0, 1 - 2 * scipy.stats.norm.sf((margin - half) / error(deviation))))
    return {
        "claim": claim, "standardDeviation": deviation, "alpha": alpha, "margin": margin, "power": float(power),
        "runs": runs if math.isfinite(runs) else None,
    }


def median_within(name: str, values: list[float], of: float, distance: float) -> dict:
    x, center, away = hundredths(values), *hundredths([of, distance])

    def p(count: int) -> float:
        return scipy.stats.binomtest(count, len(x), 0.5, alternative="less").pvalue

    low, high = center - away, center + away
    return {
        "name": f"{name} near {of} +/- {distance}", "values": values, "of": of, "distance": distance,
        "pWithin": float(max(p(sum(v <= low for v in x)), p(sum(v >= high for v in x)))),
        "pOutside": float(min(p(sum(v <= high for v in x)), p(sum(v >= low for v in x)))),
    }


LOOKS = [5, 10, 20, 40]
REPLICATIONS = 200_000


def operating(claim: dict, deviations: tuple[float, float], shape: str, difference: float, alpha: float) -> dict:
    """Shares that are decided by each look, all replications at once."""
    random = np.random.default_rng(0)

    def draw(count: int, deviation: float) -> np.ndarray:
        size = (REPLICATIONS, count)
        standard = random.standard_normal(size) if shape == "normal" else (random.gamma(2, size=size) - 2) / np.sqrt(2)
        return deviation * standard

    m, margin = claim["n"], claim["margin"]
    theirs = draw(m, deviations[1]) + random.uniform(-1, 1, (REPLICATIONS, 1)) * claim["readingError"]
    ours = draw(LOOKS[-1], deviations[0]) + difference
    undecided, shares = np.ones(REPLICATIONS, bool), np.zeros(2)
    decided = []
    for n in LOOKS:
        sample = ours[:, :n]
        squared = sample.var(1, ddof=1)
        if "runs" in claim:
            center = theirs.mean(1)
            half = half_width(squared, theirs.var(1, ddof=1), (n, m), claim["readingError"], alpha)
        else:
            is_median = claim["statistic"] == "median"
            center = np.median(theirs, 1) if is_median else theirs.mean(1)
            variance = round(median_variance(m), 4) if is_median else 1 / m
            error = np.sqrt(squared * (1 / n + variance) + claim["readingError"] ** 2 / 3)
            half = scipy.stats.t.ppf(1 - alpha, n - 1) * error
        found = sample.mean(1) - center
        within, outside = np.abs(found) + half < margin, np.abs(found) - half > margin
        shares = shares + [np.mean(undecided & within), np.mean(undecided & outside)]
        undecided &= ~(within | outside)
        decided.append({"runs": n, "reproduced": shares[0], "notReproduced": shares[1]})
    return {
        "claim": claim, "deviations": dict(zip(("ours", "published"), deviations)), "shape": shape,
        "difference": difference, "alpha": alpha, "looks": LOOKS, "replications": REPLICATIONS, "decided": decided,
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
    def claim(shots: str, **others) -> dict:
        value, reading, margin = (52.4, 0.3, 6.1) if shots == "1 shot" else (85.5, 0.2, 3.7)
        return {"statistic": "median", "value": value, "n": 5, "readingError": reading, "margin": margin, **others}

    def with_runs(shots: str) -> dict:
        return claim(shots, runs=SAMPLES[f"paper, {shots}"])

    compared = {
        "2021 and paper, 1 shot": (SAMPLES["2021, 1 shot"], with_runs("1 shot")),
        "2021 and paper, 5 shots": (SAMPLES["2021, 5 shots"], with_runs("5 shots")),
        "paper and itself": (SAMPLES["paper, 1 shot"], with_runs("1 shot")),
        "two runs and paper": (draw(2), with_runs("1 shot")),
        "forty runs and paper": (draw(40), with_runs("1 shot")),
        "read exactly": (SAMPLES["2021, 1 shot"], {**with_runs("1 shot"), "readingError": 0}),
        "two known of five": (draw(10), claim("1 shot", runs=[50.0, 52.7])),
        "equal runs and paper": ([53.63] * 5, with_runs("1 shot")),
        "runs that hardly differ and paper": ([52 + k / 20 for k in range(10)], with_runs("1 shot")),
        "runs that spread half as far and paper": ([49.0, 50.5, 52.0, 53.5, 51.0, 52.5], with_runs("1 shot")),
        "runs that spread far and paper": ([20 + 8.0 * k for k in range(10)], with_runs("1 shot")),
        "a median of five": (SAMPLES["2021, 1 shot"], claim("1 shot")),
        "a median of four": (draw(10), claim("1 shot", n=4)),
        "a mean of five": (SAMPLES["2021, 5 shots"], claim("5 shots", statistic="mean")),
        "a mean of one": (draw(20), claim("5 shots", statistic="mean", n=1, readingError=0)),
    }
    ranked = {
        "2021 and paper, 1 shot": (SAMPLES["2021, 1 shot"], SAMPLES["paper, 1 shot"]),
        "2021 and paper, 5 shots": (SAMPLES["2021, 5 shots"], SAMPLES["paper, 5 shots"]),
        "ten and paper": (draw(10), SAMPLES["paper, 1 shot"]),
        "twenty and paper": (draw(20), SAMPLES["paper, 1 shot"]),
        "forty and paper": (draw(40), SAMPLES["paper, 1 shot"]),
        "ties": ([50, 51, 51, 52, 52], [50, 50, 51, 53, 53]),
        "all equal": ([50, 50, 50, 50, 50], [50, 50, 50, 50, 50]),
        "four and three": (draw(4), draw(3)),
        "two and five": (draw(2), draw(5)),
        "three and seven": (draw(3), draw(7)),
    }

    content = {
        "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__},
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
        "differences": [
            difference(name, values, published, alpha)
            for name, (values, published) in compared.items()
            for alpha in (0.05, 0.024, 0.015)
        ],
        "shifts": [
            hodges_lehmann(name, one, other, alpha) for name, (one, other) in ranked.items() for alpha in (0.05, 0.024)
        ],
        "deviations": [
            {"name": f"{name}, {100 * level:g} %", "values": values, "level": level, "interval": deviation(values, level)}
            for name, values in named.items()
            for level in (0.9, 0.95)
        ],
        "leastMargins": [
            least_margin(published, spread, runs, alpha)
            for published, spread in (
                (with_runs("1 shot"), 4.0), (with_runs("5 shots"), 2.4), (claim("1 shot"), 4.0),
                (claim("1 shot", statistic="mean"), 4.0),
            )
            for runs in (5, 10, 20, 40, math.inf)
            for alpha in (0.024, 0.05)
        ],
        "mediansWithin": [
            median_within(name, values, of, distance)
            for of, distance in ((52.4, 2.7), (52.4, 6.1), (85.5, 3.7))
            for name, values in {
                **named,
                "at both ends": [49.7, 49.7, 55.1, 55.1, 52.4, 52.4],
                "at the lower end": [49.7] * 6,
                "at the upper end": [55.1] * 6,
            }.items()
        ],
        "operating": [
            operating(published, spreads, shape, times * published["margin"], alpha)
            for published, spreads, alpha, shape, times in (
                *(
                    (with_runs("5 shots"), (2.4, 2.4), 0.025, shape, times)
                    for shape, times in (("normal", 0), ("normal", 1), ("normal", 2), ("skewed", 1), ("skewed", -1))
                ),
                ({**with_runs("1 shot"), "margin": 3.0}, (4.0, 4.0), 0.025, "normal", 0),
                ({**with_runs("1 shot"), "margin": 6.0}, (4.0, 4.0), 0.025, "normal", 0),
                *((with_runs("1 shot"), (ratio * 4.0, 4.0), 0.024, "normal", 1) for ratio in (0.25, 0.5, 1, 2, 4)),
                (claim("1 shot"), (4.0, 4.0), 0.024, "normal", 0),
                (claim("1 shot"), (4.0, 4.0), 0.024, "normal", 1),
                (claim("1 shot", statistic="mean"), (4.0, 4.0), 0.024, "normal", 1),
            )
        ],
        "medianVariances": [median_variance(n) for n in range(1, 11)],
    }
    OUT.write_text(json.dumps(content, allow_nan=False) + "\n")
    print(f"{OUT}: {OUT.stat().st_size} bytes")


def holm(p: list[float]) -> list[float]:
    """By statsmodels."""
    return multipletests(p, method="holm")[1].tolist()


if __name__ == "__main__":
    main()
