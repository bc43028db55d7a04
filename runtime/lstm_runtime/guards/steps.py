"""Steps of a recurrent policy of sb3-contrib: knowing, in its layers, which call of the policy's `forward` they are in.

A policy has a layer for the actor and one for the critic, and runs both in each step. What is noted of the step ends
with it, so that nothing that was found out for one call of a layer is ever used for another step's.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import wraps
from threading import get_ident
from types import CodeType, FunctionType
from typing import Any

from torch import nn

from lstm_runtime.guards.hook import keep_out

_FORWARD = ("self", "obs", "lstm_states", "episode_starts", "deterministic")
_MASKING = "_process_sequence"


class Step:
    """A call of the policy that is under way in one thread.

    `critics` is the state that the critic's layer may be fed without more ado. `keep` has what the layers returned in
    this step, `pi` and `vf`, remembered; they are None where that was done already.
    """

    __slots__ = ("critics", "is_begun", "keep", "pi", "vf")

    def __init__(self) -> None:
        self.is_begun = False
        self.critics: Any = None
        self.pi: Any = None
        self.vf: Any = None
        self.keep: Callable[[Step], None] | None = None


# Those under way, by thread.
Steps = dict[int, Step]

_lock = threading.RLock()
# By the id of the policy. Nothing in it keeps a guard or a model alive.
_followed: dict[int, Steps] = {}
_originals: dict[type, Any] = {}
_stand_ins: dict[Any, Any] = {}


class Policy:
    """A policy of sb3-contrib: its steps are in `steps` from `follow` on, for as long as this lives.

    `masking` is the code that puts states to zero where episodes begin, before it calls a layer with them.
    """

    def __init__(self, policy: nn.Module, owner: type) -> None:
        self.steps: Steps = {}
        self.masking: CodeType | None = getattr(getattr(owner, _MASKING, None), "__code__", None)
        self._key, self._owner = id(policy), owner
        self.end = weakref.finalize(self, _forget, self._key, self.steps)
        self.end.atexit = False

    def follow(self) -> None:
        """Note its steps."""
        with _lock:
            if self.end.alive and _followed.get(self._key) is not self.steps:
                _followed[self._key] = self.steps
                _stand_in(self._owner)


def policy_class(module: nn.Module) -> type | None:
    """The class of sb3-contrib whose `forward` a policy has, or can call in its own; None if it is no such policy."""
    for kind in type(module).__mro__:
        if kind.__module__.startswith("sb3_contrib.") and "forward" in vars(kind):
            forward = _originals.get(kind, vars(kind)["forward"])
            return kind if _is_as_known(forward) else None
    return None


def _is_as_known(forward: object) -> bool:
    if not isinstance(forward, FunctionType):
        return False
    code = forward.__code__
    return code.co_varnames[: code.co_argcount] == _FORWARD and forward.__defaults__ == (False,)


def _stand_in(owner: Any) -> None:
    if vars(owner)["forward"] is _stand_ins.get(owner):
        return
    original = vars(owner)["forward"]
    _originals.setdefault(owner, original)
    owner.forward = _stand_ins[owner] = _noting(original)


def _noting(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def forward(self: Any, obs: Any, lstm_states: Any, episode_starts: Any, deterministic: bool = False) -> Any:
        steps = _followed.get(id(self))
        if steps is None:
            return original(self, obs, lstm_states, episode_starts, deterministic)
        thread = get_ident()
        steps[thread] = step = Step()
        try:
            return original(self, obs, lstm_states, episode_starts, deterministic)
        finally:
            steps.pop(thread, None)
            if step.keep is not None:
                step.keep(step)

    return keep_out(forward)


def _forget(key: int, steps: Steps) -> None:
    with _lock:
        if _followed.get(key) is steps:
            del _followed[key]
        if _followed:
            return
        while _stand_ins:
            owner, stand_in = _stand_ins.popitem()
            # If others have put something in front since, it is left, and passes on.
            if vars(owner).get("forward") is stand_in:
                owner.forward = stand_in.__wrapped__
        _originals.clear()
