"""One recurrent module under guard: its weights, the states it made, and the states that it is fed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lstm_runtime.guards import forwards
from lstm_runtime.guards.hook import compiling, keep_out, tracing, untraced
from lstm_runtime.guards.made import Made, in_batch, is_given
from lstm_runtime.guards.marks import MarkTable, columns, is_opaque, marks_of, stride
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
        self._follows = keeps_own
        self._table = MarkTable(judge.note_unreadable, capacity)
        self._unread = self._table.unread
        self._made: Made | None = None
        self._unsure = False
        self._acted = 0
        self._ends: list[Callable[[], None]] = []
        self.module = module
        self.attach(module)

    def attach(self, module: Recurrent) -> None:
        """Be asked at the calls of this module, and of no other any more."""
        self.detach()
        self.module = module
        self._is_cell = isinstance(module, nn.RNNCellBase)
        self._stride = stride(getattr(module, "proj_size", 0) or module.hidden_size)
        self._ends = [forwards.watch(module, self)]

    def end(self) -> None:
        """Hear of calls and of writes no more."""
        self.detach()
        self.weights.end()

    def detach(self) -> None:
        """Be asked no more."""
        for end in self._ends:
            end()
        self._ends = []

    def accept_weights(self) -> None:
        """The weights changed as they should: an optimizer's step."""
        self.weights.accept()
        self._unsure = True

    def leave(self, before: Identity, change: WeightChange) -> None:
        """Other weights are in place: those of `change`, unless they were here before and come back."""
        self._made = None
        self._follows = True
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

    def call(self, forward: forwards.Forward, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """In the place of the module's `forward`."""
        if tracing() is not None:  # no use: the state is an example, and what is read would become part of the graph
            return forward(module, *args, **kwargs)
        if compiling() is not None:
            return self._call_compiled(forward, module, args, kwargs)
        is_touched = not self.weights.untouched()
        if is_touched or self._unsure:
            self._look(module, is_touched)
        if not self._follows:
            return forward(module, *args, **kwargs)
        # Another thread may replace the weights while this one runs on them.
        generation = self.generation
        given = args[1] if len(args) > 1 else kwargs.get("hx")
        made = self._made
        if made is not None and given is not None and is_given(made, given, generation, module):
            self._acted = generation
        elif given is not None:
            args, kwargs, generation = self._checked(given, args, kwargs, generation)
        output = forward(module, *args, **kwargs)
        if generation != _REPLAYING:
            self._keep(output if self._is_cell else output[1], generation)
        return output

    def _call_compiled(
        self, forward: forwards.Forward, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """The same where a compiler is at work: it may have `forward`, and nothing else."""
        args, kwargs, generation = untraced(self._before)(module, args, kwargs)
        output = forward(module, *args, **kwargs)
        untraced(self._after)(output, generation)
        return output

    def _before(
        self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any], int]:
        is_touched = not self.weights.untouched()
        if is_touched or self._unsure:
            self._look(module, is_touched)
        given = args[1] if len(args) > 1 else kwargs.get("hx")
        if given is None or not self._follows:
            return args, kwargs, self.generation
        return self._checked(given, args, kwargs, self.generation)

    def _after(self, output: Any, generation: int) -> None:
        if self._follows and generation != _REPLAYING:
            self._keep(output if self._is_cell else output[1], generation)

    def _look(self, module: nn.Module, is_touched: bool) -> None:
        # After an update all values are compared, at the first use that is no part of it.
        if self._unsure and not module.training:
            self._unsure = False
            is_touched = is_touched or not self.weights.same_values()
        if is_touched:
            self._judge.look()

    def _checked(
        self, given: Any, args: tuple[Any, ...], kwargs: dict[str, Any], generation: int
    ) -> tuple[tuple[Any, ...], dict[str, Any], int]:
        """The arguments with the state to use instead of a stale one, and whose the outcome is."""
        state = given if type(given) is tuple else (given,)
        is_batch, mended = self._readable(self._fed, state, generation) or (False, None)
        if is_batch:
            return args, kwargs, _REPLAYING
        if mended is not None:
            hx = mended if type(given) is tuple else mended[0]
            if len(args) > 1:
                args = (*args[:1], hx, *args[2:])
            else:
                kwargs = {**kwargs, "hx": hx}
        return args, kwargs, generation

    def _fed(self, state: tuple[Tensor, ...], generation: int) -> tuple[bool, tuple[Tensor, ...] | None]:
        """Whether the state is of a batch that is replayed, and the one to use instead if it is stale."""
        if is_replay():
            return False, None
        if in_batch():
            if self._acted != generation:
                self._judge.note_replay(self)
            return True, None
        self._acted = generation
        stale = self.stale_columns(state)
        return False, self._judge.judge(self, state, stale) if stale else None

    def _keep(self, returned: Any, generation: int) -> None:
        """This state was made by the weights of that generation."""
        # The hidden state tells for the cell state that goes with it.
        first: Tensor = returned[0] if type(returned) is tuple else returned
        has_graph = first.requires_grad
        if has_graph:
            first = first.detach()
        if first.dtype is torch.float32 and first.is_cpu:
            try:
                marks = first.numpy()[..., :: self._stride]
            except (RuntimeError, NotImplementedError) as error:
                self._made = None
                self._count_unreadable((first,), error)
                return
            octets = marks.tobytes()
            made: Made = (returned, generation, marks, octets)
            self._unread.append((octets, marks.shape, self._is_cell, generation))
        else:
            part = first[..., :: self._stride].clone()
            made = (returned, generation, None, b"")
            self._unread.append((part, tuple(part.shape), self._is_cell, generation))
        # It would keep its whole graph.
        self._made = None if has_graph else made
        if len(self._unread) > self._table.unread_limit:
            self._table.trim()

    def _readable(self, function: Callable[..., Any], state: tuple[Tensor, ...], *args: Any) -> Any:
        """Run it; a state that has no values to read (inside vmap, a fake tensor) is counted, not judged."""
        try:
            return function(state, *args)
        except (RuntimeError, NotImplementedError) as error:
            self._count_unreadable(state, error)
            return None

    def _count_unreadable(self, state: tuple[Tensor, ...], error: Exception) -> None:
        if not any(is_opaque(tensor) for tensor in state):
            raise error
        self._judge.note_unreadable(error)


keep_out(Watch.call)
keep_out(Watch._call_compiled)
