"""The state that a module returned last, and telling that it is fed again without looking up its columns."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from torch import nn

from lstm_runtime.guards.location import frames

# How many callers up the policy's method shows: ours, the call of the module, hooks of others.
_POLICY_DEPTH = 12

# How many frames torch puts between a module's caller and its `forward`, at most.
_CALL_DEPTH = 4


# A state as the module returned it, by which generation of weights it was made, its marks as a view of its memory (None
# where to read it would mean to wait for a device), and as they were. A plain tuple, since one is made at every call.
Made = tuple[Any, int, np.ndarray[Any, Any] | None, bytes]


def is_given(made: Made, given: Any, generation: int, module: nn.Module) -> bool:
    """Whether `given` is that state, of this generation, with the marks that it had.

    So does the policy of sb3-contrib if it calls with this state put to zero where episodes began. Asked in the frame
    below the module's `forward`.
    """
    state, by, marks, octets = made
    if by != generation or (given is not state and not _is_masked_by_caller(state, module)):
        return False
    return _is_unwritten(state) if marks is None else marks.tobytes() == octets


def _is_unwritten(state: Any) -> bool:
    try:
        return not any(tensor._version for tensor in (state if type(state) is tuple else (state,)))
    except RuntimeError:  # made in inference mode
        return False


def _is_masked_by_caller(state: Any, module: nn.Module) -> bool:
    if module._forward_pre_hooks:  # one of these may have put another state into its place
        return False
    frame = sys._getframe(4).f_back
    for _ in range(_CALL_DEPTH):
        if frame is None:
            return False
        if frame.f_code.co_name == "_process_sequence":
            is_theirs = str(frame.f_globals.get("__name__", "")).startswith("sb3_contrib.")
            return is_theirs and frame.f_locals.get("lstm_states") is state
        frame = frame.f_back
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
