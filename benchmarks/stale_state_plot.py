"""The picture of `stale_state.py`: value loss step by step after the swap, beside what each remedy costs."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from sign_flip import estimate
from stale_state import REMEDIES, WINDOW, Result

COLOURS = {"stale": "#c0392b", "zero": "#e08e0b", "burn-in 16": "#1f77b4", "oracle": "#555555"}
LABELS = {
    "stale": "stale: the state is kept",
    "zero": "zero: reset in mid-episode",
    "burn-in 16": "burn-in: the last 16 observations replayed",
    "oracle": "oracle: as if the new weights had played all along",
}


def draw(result: Result, file: Path) -> None:
    """Write the picture as PNG; a donor per row."""
    figure, rows = plt.subplots(len(result.losses), 2, figsize=(10, 6.4), width_ratios=(2.2, 1), layout="constrained")
    for donor, (by_step, summed) in zip(result.losses, rows, strict=True):
        curves(by_step, result, donor)
        bars(summed, result, donor)
    rows[0][0].legend(frameon=False, fontsize=9)
    rows[-1][0].set_xlabel("steps after the swap")
    figure.suptitle("Weights replaced in mid-episode: value loss against the return that followed", fontsize=12)
    figure.savefig(file, dpi=110, metadata={"Software": None})
    plt.close(figure)


def curves(axes: Axes, result: Result, donor: str) -> None:
    """The mean over the pairs for each step; the steps that count are shaded."""
    axes.axvspan(0, WINDOW - 1, color="#f2f2f2")
    for remedy in REMEDIES:  # the oracle last, on top of what it hides
        mean = result.losses[donor][remedy].mean(axis=0)
        style = "--" if remedy == "oracle" else "-"
        axes.plot(mean, style, color=COLOURS[remedy], label=LABELS[remedy], linewidth=1.8)
    pairs = len(result.losses[donor]["oracle"])
    axes.set_title(f"{donor} donor, mean of {pairs} pairs", loc="left", fontsize=10)
    axes.set_ylabel("value loss")
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)


def bars(axes: Axes, result: Result, donor: str) -> None:
    """The excess over the oracle in the shaded steps with its interval, and each pair as a dot."""
    for at, remedy in enumerate(REMEDIES[:-1]):
        excess = 100 * result.excess(donor, remedy)
        found = estimate(excess)
        spread = [[found.mean - found.low], [found.high - found.mean]]
        axes.bar(at, found.mean, width=0.6, color=COLOURS[remedy], alpha=0.55)
        axes.errorbar(at, found.mean, spread, color="black", capsize=4, linewidth=1.2)
        axes.plot([at] * len(excess), excess, ".", color=COLOURS[remedy], markersize=5)
    axes.axhline(0, color="#555555", linewidth=0.8)
    axes.set_xticks(range(len(REMEDIES) - 1), REMEDIES[:-1])
    axes.set_title("first 16 steps, % over the oracle", loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
