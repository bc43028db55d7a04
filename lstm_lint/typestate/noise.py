"""Random numbers: the weights of a network and one of many lots of them make a candidate, no step of the same weights.

One lot is a nudge, which is a step. Sums and averages end it: the gradient of an evolution strategy is made of such
numbers too, and its step is a step.
"""

from __future__ import annotations

from collections.abc import Iterable

from lstm_lint.typestate.values import Value, replace

RANDOM, CANDIDATE = 1, 2
_NUMBERS = frozenset({
    "randn", "randn_like", "rand", "rand_like", "normal", "normal_", "standard_normal", "gauss", "normalvariate",
    "uniform", "uniform_",
})  # fmt: skip
_LEVELS = dict.fromkeys(_NUMBERS, RANDOM) | {"ask": CANDIDATE}
"""How random a call of such a name is; ``ask`` of a black-box optimizer gives the candidates to be tried."""
_KEEPS = frozenset({
    "to", "cpu", "cuda", "float", "double", "type", "astype", "numpy", "from_numpy", "tensor", "as_tensor", "asarray",
    "array", "clone", "copy", "detach", "contiguous", "view", "view_as", "reshape", "reshape_as", "flatten", "ravel",
    "squeeze", "unsqueeze", "expand", "stack", "vstack", "cat", "concatenate", "clamp", "clip", "add", "sub", "mul",
    "mul_",
})  # fmt: skip
_OPERATIONS = frozenset({"+", "-", "*"})


def through(name: str, given: Iterable[Value], out: Value) -> Value:
    """What a call of this name gives, marked where it is random, or only a form of what was."""
    level = _LEVELS.get(name, 0) or (max(map(_noise, given), default=0) if name in _KEEPS else 0)
    return replace(out, noise=level) if level > out.noise else out


def combined(op: str, operands: Iterable[Value], out: Value) -> Value:
    """The result of arithmetic, marked where an operand is random."""
    level = max(operand.noise for operand in operands) if op in _OPERATIONS else 0
    return replace(out, noise=level) if level else out


def element(out: Value) -> Value:
    """One of many random lots, or of many sums with them."""
    return replace(out, noise=CANDIDATE) if out.noise == RANDOM else out


def _noise(value: Value) -> int:
    """What is random in a value, or in what is listed in it: ``[half, -half]``."""
    inner = (*(value.items or ()), *(() if value.element is None else (value.element,)))
    return max(value.noise, *(part.noise for part in inner)) if inner else value.noise
