"""The state that a module returned last, and telling that it is fed again without reading it."""

from __future__ import annotations

import sys
from typing import Any

from torch import Tensor

from lstm_runtime.guards.location import frames

# How many callers up the policy's method shows: ours, the call of the module, hooks of others.
_POLICY_DEPTH = 12

# How many frames torch puts between a module's caller and its `forward`, at most.
_CALL_DEPTH = 4


class Made:
    """A state as the module returned it, and by which generation of weights it was made."""

    __slots__ = ("by", "state")

    def __init__(self, state: Any, by: int) -> None:
        self.state = state
        self.by = by

    def is_unwritten(self) -> bool:
        """Whether its tensors are as they were returned, as far as they count versions."""
        tensors: tuple[Tensor, ...] = self.state if type(self.state) is tuple else (self.state,)
        try:
            for tensor in tensors:
                if tensor._version:
                    return False
        except RuntimeError:  # made in inference mode
            return False
        return True

    def is_masked_by_caller(self) -> bool:
        """Whether a policy of sb3-contrib calls the module with this state, put to zero where episodes began.

        Asked two frames below the module's `forward`.
        """
        frame = sys._getframe(3).f_back
        for _ in range(_CALL_DEPTH):
            if frame is None:
                return False
            if frame.f_code.co_name == "_process_sequence":
                is_theirs = str(frame.f_globals.get("__name__", "")).startswith("sb3_contrib.")
                return is_theirs and frame.f_locals.get("lstm_states") is self.state and self.is_unwritten()
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
