"""Telling whether the weights that drive a recurrent module were written to, and whether their values changed.

A write that autograd sees bumps a version counter, a new storage has another address, a new parameter another
identity; a tensor out of `.data` has a version counter of its own. A write through a numpy view shows in none of these,
only in the values: a few of every parameter are compared at each look, others each time, and all of them now and then.

A look stands in front of every call of the module, whose own weights have just driven everything out of the caches:
what counts is how little memory it touches, and how little code of Python's it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from operator import attrgetter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_runtime.guards import writes
from lstm_runtime.guards.trail import Traces, Trail

# In how many places a parameter is sampled. Each look compares one of them, of so many values: one line of memory.
_SAMPLES = 8
_WINDOW = 8

# A write that shows nowhere and misses every sampled value is found after so many looks.
THOROUGH_EVERY = 64

# A parameter by where it lives, so that another one put there is seen.
Place = tuple[dict[str, nn.Parameter | None], str]

Identity = tuple[tuple[bytes, int], ...]


@dataclass
class _Known:
    """One parameter as it was when last looked at. `values` and `words` are views of its memory, on a host only."""

    place: Place
    parameter: Tensor
    address: int
    version: int
    values: np.ndarray[Any, Any] | None
    words: np.ndarray[Any, Any] | None
    sample: bytes
    digest: int

    def is_there(self) -> bool:
        """Whether it still has the memory that it had."""
        return self.parameter.data_ptr() == self.address


# One look's turn: views of the samples of all parameters on a host, those samples, a parameter and its address, and
# whether all values are to be compared.
_Turn = tuple[tuple[memoryview, ...], bytes, Tensor | None, int, bool]

_version_of = attrgetter("_version")
_joined = b"".join


class Weights:
    """The parameters that a state depends on, and what is remembered of them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = list(places)
        self._known: list[_Known] = []
        self._parameters: tuple[Tensor, ...] = ()
        self._versions: list[int] = []
        self._holders: list[tuple[dict[str, nn.Parameter | None], list[int]]] = []
        self._turns: Iterator[_Turn] = iter(())
        self._is_suspect = False
        self._trail = Trail()
        self.accept()

    @property
    def identity(self) -> Identity:
        """Equal for equal values: samples and a digest of all values of each parameter."""
        return tuple((known.sample, known.digest) for known in self._known)

    def other_than(self, before: Identity) -> list[int]:
        """The ids of the parameters whose values are not what they were."""
        if len(before) != len(self._known):
            return [id(known.parameter) for known in self._known]
        pairs = zip(self._known, before, strict=True)
        return [id(known.parameter) for known, values in pairs if (known.sample, known.digest) != values]

    def parameter_ids(self) -> set[int]:
        """The ids of the parameters that are there now."""
        return {id(holder.get(name)) for holder, name in self._places}

    def untouched(self) -> bool:
        """Whether no write shows. One through numpy shows on a host, in the values whose turn it is."""
        views, samples, parameter, address, is_thorough = next(self._turns)
        try:
            if list(map(_version_of, self._parameters)) != self._versions:
                return False
        except RuntimeError:  # parameters made in inference mode count no versions
            return self.same_values()
        trail = self._trail
        if trail.is_touched or (trail.aliases and trail.is_written()):
            return False
        # Storage is exchanged by `p.data = q`, which the trail tells. In other ways it is so for all of them, but for
        # one seldom: it is enough to look at one at a time.
        if _joined(views) != samples or (parameter is not None and parameter.data_ptr() != address):
            return False
        for holder, ids in self._holders:
            if list(map(id, holder.values())) != ids:
                return False
        return not (self._is_suspect or (is_thorough and not self.same_values()))

    def same_samples(self) -> bool:
        """Whether all samples of the parameters on a host are what they were, and where they were."""
        return all(
            known.values is None or (known.is_there() and known.values.tobytes() == known.sample)
            for known in self._known
        )

    def suspect(self) -> None:
        """Have `untouched` say no until the next `accept`: something else was put in the place of a module."""
        self._is_suspect = True

    def same_values(self) -> bool:
        """Whether all values are what they were: about 0.1 ms for a million on a host."""
        return all(known.is_there() and _read(known) == (known.sample, known.digest) for known in self._known)

    def move(self, places: Iterable[Place]) -> None:
        """Watch the parameters in these places from now on; `accept` makes them the known ones."""
        self._places = list(places)

    def end(self) -> None:
        """Hear of no writes any more."""
        self._trail.end()

    def accept(self) -> Traces:
        """Take the weights as they are now for known; returns who wrote to them until now."""
        traces = self._trail.take()
        self._known = [_look(place) for place in self._places if _is_real(place[0].get(place[1]))]
        self._parameters = tuple(known.parameter for known in self._known)
        self._versions = [known.version for known in self._known]
        self._holders = _by_holder(self._places)
        self._turns = cycle(_turns(self._known))
        self._is_suspect = False
        followed = frozenset(id(one) for one in self._parameters if isinstance(one, nn.Parameter))
        self._trail.follow(followed, writes.watch)
        return traces


def _is_real(parameter: Tensor | None) -> bool:
    return parameter is not None and not nn.parameter.is_lazy(parameter)


def _look(place: Place) -> _Known:
    parameter = place[0][place[1]]
    assert parameter is not None, "only real parameters are looked at"
    values, words = _memory(parameter)
    known = _Known(place, parameter, parameter.data_ptr(), _version(parameter), values, words, b"", 0)
    known.sample, known.digest = _read(known)
    return known


def _by_holder(places: Iterable[Place]) -> list[tuple[dict[str, nn.Parameter | None], list[int]]]:
    holders = {id(holder): holder for holder, _ in places}
    return [(holder, list(map(id, holder.values()))) for holder in holders.values()]


def _turns(known: list[_Known]) -> list[_Turn]:
    """What each of the next looks compares, until all values were."""
    octets = [one.words.view(np.uint8) for one in known if one.words is not None]
    sizes = [one.parameter.element_size() for one in known if one.words is not None]
    sampled = []
    for turn in range(_SAMPLES):
        starts = [turn * (len(part) // size // _SAMPLES) * size for part, size in zip(octets, sizes, strict=True)]
        views = tuple(
            part[start : start + _WINDOW * size].data for part, start, size in zip(octets, starts, sizes, strict=True)
        )
        sampled.append((views, _joined(views)))
    turns = []
    for look in range(THOROUGH_EVERY):
        one = known[look % len(known)] if known else None
        parameter, address = (None, 0) if one is None else (one.parameter, one.address)
        turns.append((*sampled[look % _SAMPLES], parameter, address, look == THOROUGH_EVERY - 1))
    return turns


# Not the parameter's own, which would tell its trail that somebody can write through this.
_detached: Callable[[Tensor], Tensor] = torch.Tensor.detach


def _version(parameter: Tensor) -> int:
    # Tensors made in inference mode count no versions.
    return -1 if parameter.is_inference() else parameter._version


def _memory(parameter: Tensor) -> tuple[np.ndarray[Any, Any] | None, np.ndarray[Any, Any] | None]:
    """Views of a host parameter's memory: spread samples, and all of it as unsigned words."""
    if parameter.device.type != "cpu" or not parameter.is_contiguous() or parameter.numel() == 0:
        return None, None
    octets = _detached(parameter).reshape(-1).view(torch.uint8).numpy()
    size = parameter.element_size()
    # Odd, so that the samples of a matrix do not all lie in one column.
    stride = max(1, parameter.numel() // _SAMPLES) | 1
    elements = octets.view(f"V{size}")
    return elements[::stride], octets.view(np.uint64 if octets.size % 8 == 0 else np.uint8)


def _read(known: _Known) -> tuple[bytes, int]:
    if known.values is not None and known.words is not None:
        return known.values.tobytes(), int(np.bitwise_xor.reduce(known.words))
    return _read_anywhere(known.parameter)


def _read_anywhere(parameter: Tensor) -> tuple[bytes, int]:
    """The same for a parameter of a device, or one that is not contiguous."""
    flat = _detached(parameter).reshape(-1)
    if flat.numel() == 0:
        return b"", 0
    sample = flat[:: max(1, flat.numel() // _SAMPLES) | 1].contiguous().cpu()
    octets = flat.contiguous().view(torch.uint8)
    weighted = octets.to(torch.int64).sum() + 1009 * octets[::3].to(torch.int64).sum()
    return sample.view(torch.uint8).numpy().tobytes(), int(weighted)
