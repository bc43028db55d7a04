"""What a handful of paired measurements say: mean, 95% interval, exact p-value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Measured = NDArray[np.float64]

# The 97.5% point of Student's t by the number of measurements (degrees of freedom plus one).
_T = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262, 11: 2.228, 12: 2.201}


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95% interval (Student's t), in the unit of what was measured."""

    mean: float
    low: float
    high: float


def estimate(values: Measured) -> Estimate:
    """The estimate from 2 to 12 independent measurements."""
    mean = float(values.mean())
    half = _T[len(values)] * float(values.std(ddof=1)) / len(values) ** 0.5
    return Estimate(mean, mean - half, mean + half)


def sign_flip_p(differences: Measured) -> float:
    """How often a mean this far from 0 comes up when the sign of each paired difference is a coin's: two-sided, exact.

    All ``2**n`` sign patterns are tried, so the smallest value there is is ``2 / 2**n``.
    """
    signs = np.array(list(product((1.0, -1.0), repeat=len(differences))))
    means = np.abs(signs @ differences) / len(differences)
    return float(np.mean(means >= abs(differences.mean()) * (1 - 1e-12)))
