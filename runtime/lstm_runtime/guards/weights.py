"""Telling whether the weights that drive a recurrent module were written to, and whether their values changed.

A write that autograd sees bumps a version counter, a new storage has another address, a new parameter another
identity; a tensor out of `.data` has a version counter of its own. A write through a numpy view shows in none of these,
only in the values: a few of every parameter are compared at each look, others each time, and all of them now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from operator import is_
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from lstm_runtime.guards import writes
from lstm_runtime.guards.hook import CAN_KEEP_OUT
from lstm_runtime.guards.marks import is_opaque
from lstm_runtime.guards.quick import (
    SAMPLES,
    Sight,
    Turn,
    in_all,
    joined,
    never,
    quick_look,
    turns,
    version_of,
    windows,
)
from lstm_runtime.guards.trail import Traces, Trail

# Parameters up to this size, in octets, are compared with a copy, larger ones by a digest.
_SMALL = 1 << 13

# A parameter by where it lives, so that another one put there is seen.
Place = tuple[dict[str, nn.Parameter | None], str]

Identity = tuple[tuple[bytes, int], ...]


class _Memory(NamedTuple):
    """Where a parameter's values are. What is None, or empty, is so for one that is not on a host in one piece.

    `is_plain` says that the quick look can tell the parameter from others. `values` are spread samples, `words` is all
    of it as unsigned integers, `windows` are the samples of single looks.
    """

    address: int
    layout: tuple[Any, ...]
    is_plain: bool
    values: np.ndarray[Any, Any] | None
    words: np.ndarray[Any, Any] | None
    windows: tuple[memoryview, ...]


class _Known(NamedTuple):
    """One parameter as it was when last looked at. `copy` are all its values, if these are few."""

    parameter: Tensor
    version: int
    memory: _Memory
    sample: bytes
    digest: int
    copy: bytes | None

    def is_there(self) -> bool:
        """Whether it still has the memory that it had."""
        return self.parameter.data_ptr() == self.memory.address

    def is_same(self) -> bool:
        """Whether it has the values that it had, in the same memory."""
        if not self.is_there():
            return False
        if self.copy is not None and self.memory.words is not None:
            return self.memory.words.tobytes() == self.copy
        return _read(self.parameter, self.memory) == (self.sample, self.digest)


class Weights:
    """The parameters that a state depends on, and what is remembered of them.

    `quick` says whether no write shows, where it can say so at once; elsewhere, ask `untouched`. `sight` is what it
    goes over.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self.quick: Callable[[], bool] = never
        self.sight = Sight((), [], (), [], ())
        self._places = list(places)
        self._known: list[_Known] = []
        self._parameters: tuple[Tensor, ...] = ()
        self._versions: list[int] = []
        self._holders: list[dict[str, nn.Parameter | None]] = []
        self._held: list[nn.Parameter | None] = []
        self._turn_list: list[Turn] = []
        self._turns: Iterator[Turn] = iter(())
        self._is_suspect = False
        self._is_doubted = False
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

    def is_held_by(self, module: nn.Module) -> bool:
        """Whether one of the parameters is a parameter of this module itself."""
        return any(holder is module._parameters for holder in self._holders)

    def untouched(self, thoroughly: bool = False) -> bool:
        """Whether no write shows. One through numpy shows on a host, in the values whose turn it is, or in all of them.

        To compare them all takes about 0.1 ms for a million.
        """
        if self._is_suspect or self._trail.is_touched or self._trail.is_written():
            return False
        try:
            if [*map(version_of, self._parameters)] != self._versions:
                return False
        except RuntimeError:  # parameters made in inference mode count no versions
            return self._same_values()
        held = self._held_now()
        if len(held) != len(self._held) or not all(map(is_, held, self._held)):
            return False
        # The quick look said no for some reason.
        if thoroughly or self.is_quick or self._is_doubted or not self._known:
            self._is_doubted = False
            return self._same_values()
        if not all(known.is_there() for known in self._known):
            return False
        views, samples = next(self._turns)
        return self._same_values() if samples is None else joined(views) == samples

    @property
    def is_quick(self) -> bool:
        """Whether `quick` says yes as long as nothing is written."""
        return self._trail.is_expecting

    @property
    def is_handed_out(self) -> bool:
        """Whether something is about that the parameters can be written through."""
        return self._trail.is_handed_out

    def quicken(self) -> None:
        """Have `quick` say yes until something shows, if it can. It takes that no write did until now."""
        if not CAN_KEEP_OUT or not all(known.memory.is_plain for known in self._known):
            return
        # From here on what happens meanwhile, in another thread, puts an end to it.
        versions = self._trail.expect()
        aliases = tuple(self._trail.aliases.values())
        tensors = (*self._parameters, *(alias.tensor for alias in aliases))
        self.sight = Sight(tensors, versions, tuple(self._holders), self._held, self._turn_list)
        self.quick = quick_look(self.sight, self._turns)
        versions[:0] = [*self._versions, *(alias.version for alias in aliases)]
        if self._is_suspect or self._trail.is_touched or not self._known:
            self._trail.expect_no_more()

    def expect_also(self, versions: list[int]) -> None:
        """Have this list of versions equal none any more as soon as `quick` says no."""
        self._trail.expect_also(versions)

    def reconsider(self) -> None:
        """Take a longer look at the next use."""
        self._trail.expect_no_more()

    def doubt(self) -> None:
        """Compare all values at the next use: a quick look said no to somebody who has nothing to do with these."""
        self._is_doubted = True
        self._trail.expect_no_more()

    def same_samples(self) -> bool:
        """Whether all samples of the parameters on a host are what they were, and where they were."""
        return all(
            known.memory.values is None or (known.is_there() and known.memory.values.tobytes() == known.sample)
            for known in self._known
        )

    def suspect(self) -> None:
        """Have `untouched` say no until the next `accept`: something else was put in the place of a module."""
        self._is_suspect = True
        self._trail.expect_no_more()

    def _held_now(self) -> list[nn.Parameter | None]:
        return [*in_all(holder.values() for holder in self._holders)]

    def _same_values(self) -> bool:
        return all(known.is_same() for known in self._known)

    def move(self, places: Iterable[Place]) -> None:
        """Watch the parameters in these places from now on; `accept` makes them the known ones."""
        self._places = list(places)

    def end(self) -> None:
        """Hear of no writes any more."""
        self._trail.end()

    def accept(self) -> Traces:
        """Take the weights as they are now for known; returns who wrote to them until now."""
        traces = self._trail.take()
        self.quick = never
        before = {id(known.parameter): known.memory for known in self._known}
        real = [place for place in self._places if _is_real(place[0].get(place[1]))]
        self._known = [_look(place, before) for place in real]
        self._parameters = tuple(known.parameter for known in self._known)
        self._versions = [known.version for known in self._known]
        self._holders = list({id(holder): holder for holder, _ in self._places}.values())
        self._held = self._held_now()
        self._turn_list = turns(known.memory.windows for known in self._known if known.memory.windows)
        self._turns = cycle(self._turn_list)
        self._is_suspect = self._is_doubted = False
        followed = frozenset(id(one) for one in self._parameters if isinstance(one, nn.Parameter))
        self._trail.follow(followed, writes.watch)
        return traces


def _is_real(parameter: Tensor | None) -> bool:
    return parameter is not None and not nn.parameter.is_lazy(parameter)


def _look(place: Place, before: dict[int, _Memory]) -> _Known:
    parameter = place[0][place[1]]
    assert parameter is not None, "only real parameters are looked at"
    memory = before.get(id(parameter))
    # Views of memory keep it alive: nothing else can have come to its address.
    if memory is None or (parameter.data_ptr(), _layout(parameter)) != (memory.address, memory.layout):
        memory = _memory(parameter)
    is_small = memory.words is not None and memory.words.nbytes <= _SMALL
    copy = memory.words.tobytes() if memory.words is not None and is_small else None
    return _Known(parameter, _version(parameter), memory, *_read(parameter, memory), copy)


# Not the parameter's own, which would tell its trail that somebody can write through this.
_detached: Callable[[Tensor], Tensor] = torch.Tensor.detach


def _version(parameter: Tensor) -> int:
    # Tensors made in inference mode count no versions.
    return -1 if parameter.is_inference() else parameter._version


def _layout(parameter: Tensor) -> tuple[Any, ...]:
    return parameter.dtype, parameter.device, parameter.shape, parameter.stride()


def _memory(parameter: Tensor) -> _Memory:
    address, layout, plain = parameter.data_ptr(), _layout(parameter), _detached(parameter)
    # Of one value only, another parameter may be taken for the same; made in inference mode, it counts no versions.
    is_plain = not is_opaque(plain) and not parameter.is_inference() and parameter.numel() > 1
    if parameter.device.type != "cpu" or not parameter.is_contiguous() or parameter.numel() == 0:
        return _Memory(address, layout, is_plain, None, None, ())
    octets = plain.reshape(-1).view(torch.uint8).numpy()
    size = parameter.element_size()
    # Odd, so that the samples of a matrix do not all lie in one column.
    stride = max(1, parameter.numel() // SAMPLES) | 1
    words = octets.view(np.uint64 if octets.size % 8 == 0 else np.uint8)
    values = octets.view(f"V{size}")[::stride]
    return _Memory(address, layout, is_plain, values, words, windows(octets, size))


def _read(parameter: Tensor, memory: _Memory) -> tuple[bytes, int]:
    if memory.values is not None and memory.words is not None:
        return memory.values.tobytes(), int(np.bitwise_xor.reduce(memory.words))
    return _read_anywhere(parameter)


def _read_anywhere(parameter: Tensor) -> tuple[bytes, int]:
    """The same for a parameter of a device, or one that is not contiguous."""
    flat = _detached(parameter).reshape(-1)
    if flat.numel() == 0:
        return b"", 0
    sample = flat[:: max(1, flat.numel() // SAMPLES) | 1].contiguous().cpu()
    octets = flat.contiguous().view(torch.uint8)
    weighted = octets.to(torch.int64).sum() + 1009 * octets[::3].to(torch.int64).sum()
    return sample.view(torch.uint8).numpy().tobytes(), int(weighted)
