"""Writes packages/metrics/tests/fixtures/contrasts.json: effects of factorial designs by statsmodels and SciPy.

Run from the top of the repository: python tools/reference/make_contrast_fixtures.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
import scipy.stats
import statsmodels
import statsmodels.formula.api as smf
from statsmodels.stats.anova import AnovaRM
from statsmodels.stats.multitest import multipletests

OUT = Path("packages/metrics/tests/fixtures/contrasts.json")
NAMES = "abc"


def draw(random: np.random.Generator, levels: list[int], seeds: int) -> pd.DataFrame:
    """A value of every cell and seed: seeds and cells differ, and there is noise."""
    cells = list(itertools.product(*map(range, levels)))
    of_seed = random.normal(55, 4, seeds)
    of_cell = random.normal(0, 1.5, len(cells))
    return pd.DataFrame(
        {
            **{NAMES[factor]: level for factor, level in enumerate(cell)},
            "seed": seed,
            "value": round(float(of_seed[seed] + of_cell[index] + random.normal(0, 1)), 2),
        }
        for index, cell in enumerate(cells)
        for seed in range(seeds)
    )


def in_cells(table: pd.DataFrame, levels: list[int]) -> list[dict]:
    names = list(NAMES[: len(levels)])
    return [
        {"cell": [int(level) for level in cell], "values": group.sort_values("seed")["value"].tolist()}
        for cell, group in table.groupby(names)
    ]


def repeated_measures(table: pd.DataFrame, levels: list[int]) -> list[dict]:
    """F of every main effect and interaction of two factors, where each has two levels."""
    names = list(NAMES[: len(levels)])
    anova = AnovaRM(table, depvar="value", subject="seed", within=names).fit().anova_table
    return [
        {"of": [NAMES.index(name) for name in term.split(":")], "f": float(row["F Value"]), "p": float(row["Pr > F"])}
        for term, row in anova.iterrows()
        if term.count(":") < 2
    ]


def coefficients(table: pd.DataFrame, levels: list[int]) -> list[dict]:
    """Of the saturated model in treatment coding: simple effects at the first levels, and interactions of two factors."""
    names = list(NAMES[: len(levels)])
    fit = smf.ols("value ~ " + " * ".join(f"C({name})" for name in names), table).fit()
    found = []
    for term, value in fit.params.items():
        parts = [] if term == "Intercept" else term.split(":")
        if 1 <= len(parts) <= 2:
            of = [{"factor": NAMES.index(part[2]), "level": int(part.split("[T.")[1][:-1])} for part in parts]
            found.append({"of": of, "value": float(value)})
    return found


def contrast(name: str, terms: list[tuple[float, list[float]]]) -> dict:
    values = sum(weight * np.array(sample) for weight, sample in terms)
    interval = scipy.stats.ttest_1samp(values, 0).confidence_interval(0.95)
    flips = scipy.stats.permutation_test(
        (values,), np.sum, permutation_type="samples", n_resamples=np.inf, vectorized=False
    )
    return {
        "name": name,
        "terms": [{"weight": weight, "values": sample} for weight, sample in terms],
        "values": values.tolist(),
        "mean": float(np.mean(values)),
        "interval": [float(interval.low), float(interval.high)],
        "p": float(flips.pvalue),
    }


def least(pairs: int, comparisons: int) -> dict:
    """The smallest p of so many pairs, by differences that are all equal, and what Holm makes of it."""
    if pairs <= 16:
        p = float(scipy.stats.binomtest(pairs, pairs, 0.5).pvalue)
    else:
        p = float(2 * scipy.stats.norm.sf(np.sqrt(pairs)))
    return {"pairs": pairs, "comparisons": comparisons, "p": p, "adjusted": float(multipletests([p] * comparisons, method="holm")[1][0])}


def main() -> None:
    random = np.random.default_rng(3)
    designs = []
    for levels, seeds in (([2, 2], 7), ([2, 2, 2], 8), ([3, 2], 6), ([2, 4], 6)):
        table = draw(random, levels, seeds)
        designs.append(
            {
                "levels": levels,
                "cells": in_cells(table, levels),
                "anova": repeated_measures(table, levels) if set(levels) == {2} else [],
                "coefficients": coefficients(table, levels),
            }
        )
    samples = {
        pairs: [[round(float(value), 2) for value in random.normal(55, 3, pairs)] for _ in range(4)] for pairs in (6, 7, 10)
    }
    weights = {"pair": [1, -1], "main effect": [0.5, 0.5, -0.5, -0.5], "interaction": [1, -1, -1, 1]}
    content = {
        "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__},
        "designs": designs,
        "contrasts": [
            contrast(f"{name} of {pairs} seeds", list(zip(weight, arms)))
            for pairs, arms in samples.items()
            for name, weight in weights.items()
        ],
        "leasts": [least(pairs, comparisons) for pairs in (1, 5, 6, 9, 16, 17, 40) for comparisons in (1, 2, 10, 16)],
    }
    OUT.write_text(json.dumps(content) + "\n")
    print(f"{OUT}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
