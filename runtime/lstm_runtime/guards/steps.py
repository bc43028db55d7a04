"""Steps of a recurrent policy of sb3-contrib: a rollout feeds back to the policy what it returned last.

A policy has a layer for the actor and mostly one for the critic, and runs both in each step. So its layers know in
which call of the policy's `forward` they are, and with what state. What is noted of a step ends with it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import wraps
from threading import get_ident
from types import FunctionType
from typing import Any

from torch import nn

from lstm_runtime.guards.hook import keep_out

_FORWARD = ("self", "obs", "lstm_states", "episode_starts", "deterministic")

# What comes between `forward` and the layers: from the state that a policy is given to the one that a layer is fed.
_BETWEEN = ("extract_features", "_process_sequence")

# In the place of what a step was given: its layers need not be asked any more; it is not what they return that counts.
PASSED, BROKEN = object(), object()


class Chain:
    """The steps of a policy on weights of one generation.

    `given` has what those that are under way were given, by thread. `last` is what the last one returned, if each layer
    had made its part.
    """

    __slots__ = ("given", "last")

    def __init__(self) -> None:
        self.given: dict[int, Any] = {}
        self.last: Any = None


_lock = threading.RLock()
# By the id of the policy. Nothing in it keeps a guard or a model alive.
_followed: dict[int, Chain] = {}
_originals: dict[type, Any] = {}
_stand_ins: dict[Any, Any] = {}


class Policy:
    """A policy of sb3-contrib: its steps are noted from `follow` on, for as long as this lives.

    `keeps_outputs` says that nothing behind its layers is known to write to what they put out.
    """

    def __init__(self, policy: nn.Module, owner: type) -> None:
        self.keeps_outputs = _is_theirs(getattr(type(getattr(policy, "mlp_extractor", None)), "forward", None))
        self._key, self._owner = id(policy), owner
        self._chains: list[Chain] = []
        self.end = weakref.finalize(self, _forget, self._key, self._chains)
        self.end.atexit = False

    def follow(self, chain: Chain) -> None:
        """Note its steps in this from now on."""
        with _lock:
            if self.end.alive and _followed.get(self._key) is not chain:
                self._chains[:] = [chain]
                _followed[self._key] = chain
                _stand_in(self._owner)


def policy_class(module: nn.Module) -> type | None:
    """The class of sb3-contrib whose `forward` a policy has, or can call in its own; None if it is no such policy.

    Nor is one that feeds its layers something else than what `forward` is given.
    """
    kind = type(module)
    if not all(_is_theirs(getattr(kind, name, None)) for name in _BETWEEN):
        return None
    for owner in kind.__mro__:
        if owner.__module__.startswith("sb3_contrib.") and "forward" in vars(owner):
            forward = _originals.get(owner, vars(owner)["forward"])
            return owner if _is_as_known(forward) else None
    return None


def _is_theirs(function: object) -> bool:
    return isinstance(function, FunctionType) and function.__module__.startswith(("sb3_contrib.", "stable_baselines3."))


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
        chain = _followed.get(id(self))
        if chain is None:
            return original(self, obs, lstm_states, episode_starts, deterministic)
        given, thread = chain.given, get_ident()
        given[thread] = lstm_states
        try:
            returned = original(self, obs, lstm_states, episode_starts, deterministic)
        finally:
            came_to = given.pop(thread, None)
        chain.last = None if came_to is BROKEN else returned[3]
        return returned

    return keep_out(forward)


def _forget(key: int, chains: list[Chain]) -> None:
    with _lock:
        if _followed.get(key) in chains:
            del _followed[key]
        if _followed:
            return
        while _stand_ins:
            owner, stand_in = _stand_ins.popitem()
            # If others have put something in front since, it is left, and passes on.
            if vars(owner).get("forward") is stand_in:
                owner.forward = stand_in.__wrapped__
        _originals.clear()
