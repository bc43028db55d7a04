"""The quick look at weights, in front of every call of a recurrent module: does anything show a write to them?

A whole step of other code has run since the last look, and the weights themselves drive the rest out of the caches:
what counts is how little memory and how little code a look touches. So it is one function, over values laid out
beforehand, and what tells of a write by itself does so by spoiling one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from torch import Tensor

from lstm_runtime.guards.hook import keep_out

# In how many places a parameter is sampled. Each look compares one of them, of so many values: one line of memory.
SAMPLES = 8
_WINDOW = 8

# A write that shows nowhere and misses every sampled value is found after so many looks.
THOROUGH_EVERY = 64

# Stands behind the versions that are expected once the quick look must say no: no tensor counts this far down.
NO_MORE = -1

# What one look compares: views of a sample of each parameter on a host, and what they showed; None if all values are to
# be compared. A plain tuple, which is unpacked faster than one with names.
Turn = tuple[tuple[memoryview, ...], bytes | None]

version_of: Callable[[Tensor], int] = attrgetter("_version")
joined = b"".join
in_all = chain.from_iterable


def windows(octets: np.ndarray[Any, Any], size: int) -> tuple[memoryview, ...]:
    """Views of the samples of a parameter of so many octets a value, spread over its memory."""
    step = len(octets) // size // SAMPLES * size
    return tuple(octets[turn * step : turn * step + _WINDOW * size].data for turn in range(SAMPLES))


def turns(samples: Iterable[tuple[memoryview, ...]]) -> list[Turn]:
    """What each of the next looks compares, until all values were. `samples` are the windows of each parameter."""
    sampled: list[Turn] = [(views, joined(views)) for views in zip(*samples, strict=True)] or [((), b"")]
    listed = [sampled[look % len(sampled)] for look in range(THOROUGH_EVERY)]
    listed[-1] = (listed[-1][0], None)
    return listed


class Sight(NamedTuple):
    """What a look goes over.

    `tensors` have these `versions`, a list that others write to; `holders` hold `held`, of two values each at least;
    `turns` are what is compared.
    """

    tensors: tuple[Tensor, ...]
    versions: list[int]
    holders: tuple[dict[str, Any], ...]
    held: list[Any]
    turns: Iterable[Turn]

    def values(self) -> tuple[Iterable[Any], ...]:
        """What the holders hold at any time, one after the other."""
        return tuple(holder.values() for holder in self.holders)


def together(sights: Iterable[Sight]) -> Sight:
    """All of them in one, with a list of versions of its own."""
    seen = list(sights)
    # One that says no has more versions than tensors.
    pairs = in_all(zip(sight.tensors, sight.versions, strict=False) for sight in seen)
    versions = {id(tensor): (tensor, version) for tensor, version in pairs}
    return Sight(
        tuple(tensor for tensor, _ in versions.values()),
        [version for _, version in versions.values()],
        tuple(in_all(sight.holders for sight in seen)),
        [*in_all(sight.held for sight in seen)],
        map(_both, zip(*(sight.turns for sight in seen), strict=True)),
    )


def _both(turns: tuple[Turn, ...]) -> Turn:
    samples = [sampled for _, sampled in turns if sampled is not None]
    return tuple(in_all(views for views, _ in turns)), joined(samples) if len(samples) == len(turns) else None


def quick_look(sight: Sight, turns: Iterator[Turn]) -> Callable[[], bool]:
    """A function that says whether all is as it is now. It says no where that takes a longer look, too."""
    tensors, versions, values, held = sight.tensors, sight.versions, sight.values(), sight.held
    next_turn = turns.__next__

    # Parameters that are equal are the same: others, compared value by value, have no truth value, which is an error.
    def look() -> bool:
        try:
            if [*map(version_of, tensors)] != versions or [*in_all(values)] != held:
                return False
        except (RuntimeError, TypeError):
            return False
        views, samples = next_turn()
        return joined(views) == samples

    return look


def never() -> bool:
    """For weights that take a longer look each time."""
    return False


keep_out(never)
keep_out(quick_look(Sight((), [], (), [], []), iter(())))
