"""What a recurrent module made: the state that it returned last, and the marks of those that it returned before.

A rollout feeds each state back once, as it was or put to zero where episodes began. That the state given is the one
returned last is told without a look into its columns.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lstm_runtime.guards.forwards import Forward, Run
from lstm_runtime.guards.hook import keep_out
from lstm_runtime.guards.location import frames
from lstm_runtime.guards.marks import MarkTable, stride
from lstm_runtime.guards.quick import never

# How many callers up the policy's method shows: ours, the call of the module, hooks of others.
_POLICY_DEPTH = 12

# How many frames at least, and at most, are between `is_last` and the module's caller: ours, and torch's.
_NEAREST, _CALL_DEPTH = 3, 8

# Of states larger than this, in octets, only the marks are noted.
LARGE = 1 << 16

# A state as the module returned it, by which generation of weights it was made, a view of the values that were noted
# (None where to read them would mean to wait for a device), and these. A plain tuple, since one is made at every call.
Last = tuple[Any, int, np.ndarray[Any, Any] | None, bytes]


class Made:
    """The states that one module made, and the generation of weights that made them.

    `table` has the marks of all of them, or will have: they are given to `note`, with a generation and `width`, how
    many values a column has in a layer. `last` is the one that was returned last. `acted` is the generation of the last
    use of a state that was no replay.
    """

    def __init__(self, capacity: int) -> None:
        self.table = MarkTable(capacity)
        self.acted = 0
        self.note = self.table.unread.append
        self.last: Last | None = None
        self.width = 1

    def shape(self, depth: int, width: int) -> None:
        """From now on the states are of so many layers (times directions), and of so many values in each."""
        self.table.depth, self.width = depth, width
        self.last = None

    def forget_last(self) -> None:
        """Have a look into the columns of whatever is fed next."""
        self.last = None

    def take_over(self, returned: Any, generation: int) -> None:
        """This is the state that was returned last; it is noted already. It has no other values as long as its versions
        are what they were.
        """
        self.last = (returned, generation, None, b"")

    def is_last(self, given: Any, generation: int, module: nn.Module) -> bool:
        """Whether `given` is the state returned last, by this generation, with the values that it had.

        So does the policy of sb3-contrib if it calls with this state put to zero where episodes began.
        """
        last = self.last
        if last is None:
            return False
        state, by, view, octets = last
        if by != generation or (given is not state and not _is_masked_by_caller(state, module)):
            return False
        return is_unwritten(state) if view is None else view.tobytes() == octets

    def keep(self, returned: Any, generation: int) -> None:
        """This state was made by the weights of that generation."""
        self.acted = generation
        # The hidden state tells for the cell state that goes with it.
        first: Tensor = returned[0] if type(returned) is tuple else returned
        try:
            if first.dtype is torch.float32:
                view = first.numpy()
                octets = view.tobytes()
                if len(octets) < LARGE:
                    self.last = (returned, generation, view, octets)
                    self.note((octets, generation, self.width))
                    return
        except (RuntimeError, TypeError, NotImplementedError):
            pass  # with a graph, on a device, or without values
        self._keep_marks(returned, first, generation)

    def _keep_marks(self, returned: Any, first: Tensor, generation: int) -> None:
        has_graph = first.requires_grad
        part = (first.detach() if has_graph else first)[..., :: stride(self.width)]
        width = int(part.shape[-1])
        if first.dtype is torch.float32 and first.is_cpu:
            view = part.numpy()
            self.last = (returned, generation, view, view.tobytes())
            self.note((view.tobytes(), generation, width))
        else:
            self.last = (returned, generation, None, b"")
            self.note((part.clone(), generation, width))
        if has_graph:  # all of which it would keep
            self.last = None


class Closer(Protocol):
    """Who looks closer."""

    def call_closely(self, forward: Forward, module: nn.Module, input: Any, state: Any, is_untouched: bool) -> Any:
        """A call of the module of which a quick look cannot say that all is well; `is_untouched`: the weights are."""


# Says that the weights are untouched.
Look = Callable[[], bool]

# Finds the closer, if it still lives.
Ask = Callable[[], Closer | None]


def when_found(look: Look, ask: Ask) -> Run:
    """A call of a module whose states are not remembered: mostly no write shows."""

    def run(forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        if not look():
            closer = ask()
            if closer is not None:
                return closer.call_closely(forward, module, input, state, False)
        return forward(module, input, state)

    return run


def when_followed(look: Look, made: Made, generation: int, is_cell: bool, ask: Ask) -> Run:
    """A call of a module whose states are remembered: mostly no write shows, and it is fed what it made last."""

    def run(forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        is_untouched = look()
        if not is_untouched or state is None or not made.is_last(state, generation, module):
            closer = ask()
            if closer is not None:
                return closer.call_closely(forward, module, input, state, is_untouched)
        output = forward(module, input, state)
        made.keep(output if is_cell else output[1], generation)
        return output

    return run


def is_unwritten(state: Any) -> bool:
    try:
        return not any(tensor._version for tensor in (state if type(state) is tuple else (state,)))
    except RuntimeError:  # made in inference mode
        return False


def _is_masked_by_caller(state: Any, module: nn.Module) -> bool:
    if module._forward_pre_hooks:  # one of these may have put another state into its place
        return False
    for depth, frame in enumerate(frames(sys._getframe(1 + _NEAREST))):
        if frame.f_code.co_name == "_process_sequence":
            is_theirs = str(frame.f_globals.get("__name__", "")).startswith("sb3_contrib.")
            return is_theirs and frame.f_locals.get("lstm_states") is state
        if _NEAREST + depth > _CALL_DEPTH:
            break
    return False


def in_batch() -> bool:
    """Whether the module runs on recorded states: `evaluate_actions` of a policy calls it."""
    for depth, frame in enumerate(frames(sys._getframe(1))):
        # Also `torch_dynamo_resume_in_evaluate_actions_at_...`.
        if "evaluate_actions" in frame.f_code.co_name:
            return True
        if depth > _POLICY_DEPTH:
            break
    return False


# All of a kind have one code.
keep_out(when_found(never, lambda: None))
keep_out(when_followed(never, Made(0), 0, False, lambda: None))
keep_out(Made.keep, with_callees=True)
keep_out(Made.is_last, with_callees=True)
