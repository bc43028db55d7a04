"""The state that a module returned last, and telling that it is fed again without reading it."""

from __future__ import annotations

import sys
from operator import attrgetter
from typing import Any

from lstm_runtime.guards.location import frames

# How many callers up the policy's method shows: ours, the call of the module, hooks of others.
_POLICY_DEPTH = 12

# How many frames torch puts between a module's caller and its `forward`, at most.
_CALL_DEPTH = 4


# A state as the module returned it, and by which generation of weights it was made.
Made = tuple[Any, int]

_version_of = attrgetter("_version")


def is_given(made: Made, given: Any, generation: int) -> bool:
    """Whether `given` is that state, of this generation, and nobody wrote to it as far as tensors count versions.

    So does the policy of sb3-contrib if it calls with this state put to zero where episodes began. Asked in the frame
    below the module's `forward`.
    """
    state, by = made
    if by != generation:
        return False
    try:
        if given is state or _is_masked_by_caller(state):
            return not any(map(_version_of, state if type(state) is tuple else (state,)))
    except RuntimeError:  # made in inference mode
        pass
    return False


def _is_masked_by_caller(state: Any) -> bool:
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
