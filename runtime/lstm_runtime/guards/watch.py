"""One recurrent module under guard: its weights, the states it made, and the states that it is fed."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lstm_runtime.guards import forwards
from lstm_runtime.guards.chain import Layers
from lstm_runtime.guards.hook import compiling, keep_out, tracing, untraced
from lstm_runtime.guards.made import Ask, Made, in_batch, when_followed, when_found
from lstm_runtime.guards.marks import MarkTable, columns, is_opaque, marks_of
from lstm_runtime.guards.report import WeightChange
from lstm_runtime.guards.weights import Identity, Place, Weights
from lstm_runtime.remedies import is_replay

Recurrent = nn.RNNBase | nn.RNNCellBase

# How many earlier weights are known again when they come back.
_LEFT_KEPT = 64

# Which generation a replayed batch counts for: none.
_REPLAYING = -1


class Judge(Protocol):
    """What a watch asks of its guard."""

    def look(self) -> None:
        """Find out which weights changed, and tell the watches."""

    def judge(self, watch: Watch, state: tuple[Tensor, ...], stale: dict[int, int | None]) -> tuple[Tensor, ...] | None:
        """Act on a stale use; returns the state to use instead, None for the same."""

    def note_replay(self, watch: Watch) -> None:
        """A batch was replayed from states of earlier weights."""

    def note_unreadable(self, error: Exception) -> None:
        """A state could not be looked at."""

    def initial_values(self, width: int) -> list[np.ndarray[Any, Any]]:
        """Learned initial states, (layers or 1, width), which are as fresh as zeros."""


class Watch:
    """Counts the generations of weights of one recurrent module and knows which made the states that it is fed.

    `keeps_own` says that the module belongs to plain torch code, where a state of unknown origin that is used with
    gradients may come out of some store.
    """

    def __init__(
        self, name: str, module: Recurrent, places: Iterable[Place], judge: Judge, keeps_own: bool, capacity: int
    ) -> None:
        self.name = name
        self.weights = Weights(places)
        self.generation = 0
        self.change: WeightChange | None = None
        self._left: dict[Identity, int] = {}
        self._judge = judge
        self._keeps_own = keeps_own
        # Until the first replacement every state is right: there is nothing to remember and nothing to judge. Plain
        # code is followed from the start, for the states that it may use with gradients.
        self.follows = keeps_own
        self.made = Made(capacity)
        self._unsure = False
        # All layers of the policy that it is part of, where that is one of sb3-contrib.
        self.layers: Layers | None = None
        self.post: forwards.Post | None = None
        self.module = module
        self.attach(module)

    def attach(self, module: Recurrent) -> None:
        """Be asked at the calls of this module, and of no other any more."""
        self.detach()
        self.module = module
        self._is_cell = isinstance(module, nn.RNNCellBase)
        self.made.shape(_depth(module), getattr(module, "proj_size", 0) or module.hidden_size)
        self.post = forwards.Post(module, self)

    def end(self) -> None:
        """Hear of calls and of writes no more."""
        self.detach()
        self.weights.end()

    def detach(self) -> None:
        """Be asked no more."""
        if self.post is not None:
            self.post.end()
        self.post = None

    def accept_weights(self) -> None:
        """The weights changed as they should: an optimizer's step."""
        self.weights.accept()
        self._unsure = True

    @property
    def is_used(self) -> bool:
        """Whether the module may have been used since the weights changed as they should."""
        return not self._unsure

    def leave(self, before: Identity, change: WeightChange) -> None:
        """Other weights are in place: those of `change`, unless they were here before and come back."""
        self.made.forget_last()
        self.follows = True
        self._left[before] = self.generation
        self.generation = self._left.pop(self.weights.identity, change.number)
        self.change = change
        while len(self._left) > _LEFT_KEPT:
            del self._left[next(iter(self._left))]
        self.weights.reconsider()  # a quick way that another thread has just found would be that of before

    def returns(self) -> bool:
        """Whether the weights in place are those of an earlier generation, as it was when it was left."""
        return self.weights.identity in self._left

    def adopt(self, state: Tensor, chosen: Iterable[int] | None = None) -> None:
        """The columns of this state tensor (None: all) belong to the weights in place."""
        array = columns(state, self._is_cell)
        marks = marks_of(array)
        picked = range(len(marks)) if chosen is None else chosen
        # Zeros belong to any weights; they are told by being zero.
        self._table().record([marks[column] for column in picked if array[:, column].any()], self.generation)
        self.made.forget_last()

    def note_kept(self, state: Tensor) -> None:
        """The target keeps this state tensor while the weights in place are about to go: they made it, if none else."""
        array = columns(state, self._is_cell)
        marks = marks_of(array)
        made_by = self._table().made_by(marks)
        unknown = [mark for mark, generation in zip(marks, made_by, strict=True) if generation is None]
        self._table().record(unknown, self.generation)

    def env_dim(self, state: tuple[Tensor, ...]) -> int | None:
        """Which dimension of a state that the module is fed counts the environments; None for a state of one."""
        if self._is_cell:
            return 0 if state[0].dim() == 2 else None
        return 1 if state[0].dim() == 3 else None

    def width(self, state: tuple[Tensor, ...]) -> int:
        """How many environments the state is for."""
        dim = self.env_dim(state)
        return 1 if dim is None else int(state[0].shape[dim])

    def fits(self, state: Tensor) -> bool:
        """Whether the tensor has the shape of a state of this module."""
        if isinstance(self.module, nn.RNNCellBase):
            return state.dim() in (1, 2) and state.shape[-1] == self.module.hidden_size
        sizes = {self.module.hidden_size, self.module.proj_size or self.module.hidden_size}
        return state.dim() in (2, 3) and state.shape[0] == _depth(self.module) and state.shape[-1] in sizes

    def stale_columns(self, state: tuple[Tensor, ...]) -> dict[int, int | None]:
        """The columns that other weights made, with the generation that did (None: not known)."""
        arrays = [columns(tensor, self._is_cell) for tensor in state]
        # The others were put to zero.
        used = np.flatnonzero(np.any([array.any(axis=(0, 2)) for array in arrays], axis=0)).tolist()
        if not used:
            return {}
        makers = zip(used, self._makers(marks_of(arrays[0][:, used])), strict=True)
        suspects = {column: made_by for column, made_by in makers if not self._is_right(made_by)}
        return {
            column: made_by
            for column, made_by in suspects.items()
            if not all(self._is_fresh(array[:, column]) for array in arrays)
        }

    def _makers(self, marks: list[bytes]) -> list[int | None]:
        """Which generations made the columns with these marks."""
        lately = self.made.table.lately_made_by(marks)
        return self._table().made_by(marks) if lately is None else lately

    def _table(self) -> MarkTable:
        """What was made, all of it read."""
        self.made.table.read(self._judge.note_unreadable)
        return self.made.table

    def _is_right(self, made_by: int | None) -> bool:
        if made_by is not None:
            return made_by == self.generation
        # Nothing was replaced yet; or a batch out of some store, in code that is not known to act here.
        return self.generation == 0 or self.made.table.has_lost or (self._keeps_own and torch.is_grad_enabled())

    def _is_fresh(self, column: np.ndarray[Any, Any]) -> bool:
        if not column.any():
            return True
        initial = self._judge.initial_values(column.shape[-1])
        return any(len(value) in (1, len(column)) and bool((value == column).all()) for value in initial)

    def call(self, forward: forwards.Forward, module: nn.Module, input: Any, state: Any) -> Any:
        """In the place of the module's `forward`, where there is no quick way."""
        return self.call_closely(forward, module, input, state, self.weights.quick())

    def call_closely(
        self, forward: forwards.Forward, module: nn.Module, input: Any, state: Any, is_untouched: bool
    ) -> Any:
        """The same where a quick look at the weights said that they are untouched, or did not say so."""
        if tracing() is not None:  # no use: the state is an example, and what is read would become part of the graph
            return forward(module, input, state)
        if compiling() is None:
            before, after = self._before, self._after
        else:  # a compiler is at work: it may have `forward`, and nothing else
            before, after = untraced(self._before), untraced(self._after)
        state, generation = before(module, state, is_untouched)
        output = forward(module, input, state)
        after(output, generation)
        return output

    def _before(self, module: nn.Module, given: Any, is_untouched: bool) -> tuple[Any, int]:
        """The state to use, and whose the outcome is."""
        if not is_untouched:
            self._look(module)
        # Another thread may replace the weights while this one runs on them.
        generation = self.generation
        if given is None or not self.follows or self.made.is_last(given, generation, module):
            return given, generation
        state = given if type(given) is tuple else (given,)
        is_batch, mended = self._readable(self._fed, state, generation) or (False, None)
        if is_batch:
            return given, _REPLAYING
        if mended is None:
            return given, generation
        return mended if type(given) is tuple else mended[0], generation

    def _after(self, output: Any, generation: int) -> None:
        if self.follows and generation != _REPLAYING:
            made = output if self._is_cell else output[1]
            self._readable(self.made.keep, made, generation)

    def _look(self, module: nn.Module) -> None:
        self.made.table.pack()
        # After an update all values are compared, at the first use that is no part of it.
        is_first = self._unsure and not module.training
        if is_first:
            self._unsure = False
        if not self.weights.untouched(thoroughly=is_first):
            self._judge.look()
        elif not self._unsure:
            if not self.weights.is_quick:
                self.weights.quicken()
            self._shorten()

    def _shorten(self) -> None:
        """Take the quick way from here on."""
        if self.post is not None and not (self.layers is not None and self.layers.shorten()):
            self.post.shorten(self.alone())

    def alone(self) -> forwards.Run:
        """The quick way of this module by itself."""
        # The look first, as it says no as soon as another thread puts another generation in place.
        look, ask = self.weights.quick, self.closer()
        if self.follows:
            return when_followed(look, self.made, self.generation, self._is_cell, ask)
        return when_found(look, ask)

    @property
    def returns_hidden(self) -> bool:
        """Whether the module's output is the hidden state that it made, in memory of its own: of one layer, one way."""
        module = self.module
        return type(module) is nn.LSTM and module.num_layers == 1 and not (module.bidirectional or module.batch_first)

    def closer(self) -> Ask:
        """What finds it, if it still lives."""
        return weakref.ref(self)

    def _fed(self, state: tuple[Tensor, ...], generation: int) -> tuple[bool, tuple[Tensor, ...] | None]:
        """Whether the state is of a batch that is replayed, and the one to use instead if it is stale."""
        if is_replay():
            return False, None
        if in_batch():
            if self.made.acted != generation:
                self._judge.note_replay(self)
            return True, None
        self.made.acted = generation
        if self.made.table.was_just_made(state[0], generation):
            return False, None
        stale = self.stale_columns(state)
        return False, self._judge.judge(self, state, stale) if stale else None

    def _readable(self, function: Callable[..., Any], state: Any, *args: Any) -> Any:
        """Run it; a state that has no values to read (inside vmap, a fake tensor) is counted, not judged."""
        try:
            return function(state, *args)
        except (RuntimeError, NotImplementedError) as error:
            if not any(is_opaque(tensor) for tensor in (state if type(state) is tuple else (state,))):
                raise
            self._judge.note_unreadable(error)
            return None


def _depth(module: Recurrent) -> int:
    """How many layers a state of it has, times directions."""
    return 1 if isinstance(module, nn.RNNCellBase) else module.num_layers * (2 if module.bidirectional else 1)


keep_out(Watch.call)
keep_out(Watch.call_closely)
