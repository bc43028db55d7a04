"""One recurrent module under guard: its weights, the states it made, and the states that it is fed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from lstm_runtime.guards.hook import Hook
from lstm_runtime.guards.location import frames
from lstm_runtime.guards.marks import MarkTable, columns, is_opaque, marks_of
from lstm_runtime.guards.report import WeightChange
from lstm_runtime.guards.weights import Identity, Place, Weights
from lstm_runtime.remedies import is_replay

Recurrent = nn.RNNBase | nn.RNNCellBase

# A write through `.data` that misses every sampled value is found after so many uses.
THOROUGH_EVERY = 64

# How many earlier weights are known again when they come back.
_LEFT_KEPT = 64

# Which generation a replayed batch counts for: none.
_REPLAYING = -1

# How many callers up a batch replay shows: hook, call, _process_sequence, evaluate_actions.
_REPLAY_DEPTH = 12


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


# The state that the module returned last, by identity: the next step of a plain loop is fed these very tensors. With
# their versions, the generation that made them, and a copy of the first.
_Made = tuple[tuple[Tensor, ...], list[int], int, Tensor]


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
        self._follows = keeps_own
        self._table = MarkTable(judge.note_unreadable, capacity)
        self._made: _Made | None = None
        self._until_thorough, self._unsure = THOROUGH_EVERY, False
        self._acted = 0
        self._flight = threading.local()
        self._handles: list[RemovableHandle] = []
        self.module = module
        self.attach(module)

    def attach(self, module: Recurrent) -> None:
        """Hook this module, and no other any more."""
        self.detach()
        self.module = module
        self._is_cell = isinstance(module, nn.RNNCellBase)
        self._handles = [module.register_forward_pre_hook(Hook(self.before), with_kwargs=True)]
        if self._follows:
            self._handles.append(module.register_forward_hook(Hook(self.after)))

    def detach(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def accept_weights(self) -> None:
        """The weights changed as they should: an optimizer's step."""
        self.weights.accept()
        self._unsure = True

    def leave(self, before: Identity, change: WeightChange) -> None:
        """Other weights are in place: those of `change`, unless they were here before and come back."""
        self._remember_last()
        if not self._follows:
            self._follows = True
            self._handles.append(self.module.register_forward_hook(Hook(self.after)))
        self._left[before] = self.generation
        self.generation = self._left.pop(self.weights.identity, change.number)
        self.change = change
        while len(self._left) > _LEFT_KEPT:
            del self._left[next(iter(self._left))]

    def returns(self) -> bool:
        """Whether the weights in place are those of an earlier generation, as it was when it was left."""
        return self.weights.identity in self._left

    def adopt(self, state: Tensor, chosen: Iterable[int] | None = None) -> None:
        """The columns of this state tensor (None: all) belong to the weights in place."""
        array = columns(state, self._is_cell)
        marks = marks_of(array)
        picked = range(len(marks)) if chosen is None else chosen
        # Zeros belong to any weights; they are told by being zero.
        self._table.record([marks[column] for column in picked if array[:, column].any()], self.generation)
        self._made = None

    def note_kept(self, state: Tensor) -> None:
        """The target keeps this state tensor while the weights in place are about to go: they made it, if none else."""
        array = columns(state, self._is_cell)
        marks = marks_of(array)
        unknown = [mark for mark, made_by in zip(marks, self._table.made_by(marks), strict=True) if made_by is None]
        self._table.record(unknown, self.generation)

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
        depth = self.module.num_layers * (2 if self.module.bidirectional else 1)
        sizes = {self.module.hidden_size, self.module.proj_size or self.module.hidden_size}
        return state.dim() in (2, 3) and state.shape[0] == depth and state.shape[-1] in sizes

    def stale_columns(self, state: tuple[Tensor, ...]) -> dict[int, int | None]:
        """The columns that other weights made, with the generation that did (None: not known)."""
        array = columns(state[0], self._is_cell)
        makers = enumerate(self._table.made_by(marks_of(array)))
        suspects = {column: made_by for column, made_by in makers if not self._is_right(made_by)}
        if not suspects:
            return suspects
        arrays = [array, *(columns(tensor, self._is_cell) for tensor in state[1:])]
        return {
            column: made_by
            for column, made_by in suspects.items()
            if not all(self._is_fresh(array[:, column]) for array in arrays)
        }

    def _is_right(self, made_by: int | None) -> bool:
        if made_by is not None:
            return made_by == self.generation
        # Nothing was replaced yet; or a batch out of some store, in code that is not known to act here.
        return self.generation == 0 or (self._keeps_own and torch.is_grad_enabled())

    def _is_fresh(self, column: np.ndarray[Any, Any]) -> bool:
        if not column.any():
            return True
        initial = self._judge.initial_values(column.shape[-1])
        return any(len(value) in (1, len(column)) and bool((value == column).all()) for value in initial)

    def before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Before each call of the module: the state to use instead of a stale one, or None."""
        self._until_thorough -= 1
        # The first use after an update, and now and then: then all the values are compared.
        if self._until_thorough <= 0 or (self._unsure and not module.training):
            self._until_thorough, self._unsure = THOROUGH_EVERY, False
            if not (self.weights.untouched() and self.weights.same_values()):
                self._judge.look()
        elif not self.weights.untouched():
            self._judge.look()
        if not self._follows:
            return None
        # Another thread may replace the weights while this one runs on them.
        self._flight.generation = self.generation
        given = args[1] if len(args) > 1 else kwargs.get("hx")
        if given is None:
            return None
        state = given if type(given) is tuple else (given,)
        made = self._made
        if made is not None and made[2] == self.generation and _is_fed(made, state):
            self._acted = self.generation
            return None
        mended = self._readable(self._fed, state)
        if mended is None:
            return None
        hx = mended if type(given) is tuple else mended[0]
        return ((*args[:1], hx, *args[2:]), kwargs) if len(args) > 1 else (args, {**kwargs, "hx": hx})

    def _fed(self, state: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        if is_replay():
            return None
        made = self._made
        if made is not None and made[2] == self.generation and _is_masked(made, state):
            self._acted = self.generation
            return None
        if _in_batch():
            self._flight.generation = _REPLAYING
            if self._acted != self.generation:
                self._judge.note_replay(self)
            return None
        self._acted = self.generation
        stale = self.stale_columns(state)
        return self._judge.judge(self, state, stale) if stale else None

    def after(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        """After each call: the state that it returns was made by the weights that it began with."""
        generation: int = getattr(self._flight, "generation", _REPLAYING)
        if generation == _REPLAYING:
            return
        returned = output if self._is_cell else output[1]
        tensors: tuple[Tensor, ...] = returned if type(returned) is tuple else (returned,)
        first = tensors[0]
        # The hidden state tells for the cell state that goes with it. A copy, since both may be written to in place.
        copy = (first.detach() if first.requires_grad else first).clone()
        self._table.note(copy, self._is_cell, generation)
        self._made = None
        if not first.requires_grad:  # it would keep its whole graph
            try:
                self._made = (tensors, [tensor._version for tensor in tensors], generation, copy)
            except RuntimeError:  # made in inference mode, it counts no versions
                return

    def _record(self, tensors: tuple[Tensor, ...], generation: int) -> None:
        self._table.record(marks_of(columns(tensors[0], self._is_cell)), generation)

    def _remember_last(self) -> None:
        if self._made is not None:
            tensors, _, generation, _ = self._made
            self._readable(self._record, tensors, generation)
        self._made = None

    def _readable(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run it; a state that has no values to read (inside vmap, a fake tensor) is counted, not judged."""
        try:
            return function(*args)
        except (RuntimeError, NotImplementedError) as error:
            if any(is_opaque(tensor) for tensor in args[0]):
                self._judge.note_unreadable(error)
                return None
            raise


def _is_fed(made: _Made, state: tuple[Tensor, ...]) -> bool:
    """Whether these are the tensors, and nobody wrote to them."""
    tensors, versions, _, _ = made
    for given, tensor, version in zip(state, tensors, versions, strict=False):
        if given is not tensor or given._version != version:
            return False
    return len(state) == len(tensors)


def _is_masked(made: _Made, state: tuple[Tensor, ...]) -> bool:
    """Whether each value is that of these tensors or zero: where episodes began, or in a copy."""
    tensors, versions, _, copy = made
    if len(state) != len(tensors):
        return False
    for given, tensor, version in zip(state, tensors, versions, strict=True):
        if given.shape != tensor.shape or given.device != tensor.device or given.requires_grad:
            return False
        if tensor._version != version:
            return False
        # A numpy array that shares the memory may have been written to, which no version counts.
        if ((given - (copy if tensor is tensors[0] else tensor)) * given).any():
            return False
    return True


def _in_batch() -> bool:
    """Whether the module runs on recorded states: `evaluate_actions` of a policy calls it."""
    for depth, frame in enumerate(frames(sys._getframe(1))):
        # Also `torch_dynamo_resume_in_evaluate_actions_at_...`.
        if "evaluate_actions" in frame.f_code.co_name:
            return True
        if depth > _REPLAY_DEPTH:
            break
    return False
