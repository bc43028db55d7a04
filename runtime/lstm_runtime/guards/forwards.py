"""Stands in for `forward` of recurrent classes, so that what watches a module is asked before each of its calls.

Not with torch's hooks: a module that has any leaves the short way through `Module.__call__`, which alone costs about as
much as a look at the weights. And a copy or a pickle of the module has nothing of it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import partial, wraps
from types import FunctionType
from typing import Any, Protocol

from torch import nn

from lstm_runtime.guards.hook import forget_compiled, keep_out, traces_layers

Forward = Callable[..., Any]


class Watcher(Protocol):
    """What is asked instead of the module's own `forward`."""

    def call(self, forward: Forward, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run `forward(module, *args, **kwargs)`, with what has to be done before and after."""


# Held weakly: the process must not keep a guard alive, nor its model.
_Refs = tuple["weakref.ref[Watcher]", ...]

_lock = threading.RLock()
_stand_ins: dict[type, _StandIn] = {}
# Of stand-ins that could not be removed, since others had put something in front: they may come to the front again.
_left: dict[type, dict[int, _Refs]] = {}


def watch(module: nn.Module, watcher: Watcher) -> Callable[[], None]:
    """Have `watcher` asked at each call of the module, for as long as it lives; returns what ends it.

    Raises TypeError for a module that has a `forward` of its own, which hides that of its class.
    """
    if "forward" in vars(module):
        raise TypeError(f"this {type(module).__name__} was given a `forward` of its own and cannot be guarded")
    owner = next(kind for kind in type(module).__mro__ if "forward" in vars(kind))
    key = id(module)
    with _lock:
        stand_in = _stand_ins.get(owner)
        if stand_in is None:
            stand_in = _stand_ins[owner] = _StandIn(owner)
        end: Callable[..., None] = partial(_forget, owner, key)
        ref = weakref.ref(watcher, end)
        stand_in.watched[key] = (*stand_in.watched.get(key, ()), ref)
    return partial(end, ref)


def _forget(owner: type, key: int, ref: weakref.ref[Watcher]) -> None:
    with _lock:
        stand_in = _stand_ins.get(owner)
        if stand_in is None:
            return
        left = tuple(one for one in stand_in.watched.pop(key, ()) if one is not ref)
        if left:
            stand_in.watched[key] = left
        if not stand_in.watched:
            stand_in.remove()
            del _stand_ins[owner]


class _StandIn:
    """In the place of one class's `forward`, while modules of it are watched."""

    def __init__(self, owner: Any) -> None:
        self.watched: dict[int, _Refs] = _left.pop(owner, {})
        self._owner = owner
        self._original: Forward = vars(owner)["forward"]
        self._forward = _dispatching(self._original, self.watched)
        owner.forward = self._forward
        # Compilers leave recurrent layers alone, unless they are told to trace these as well.
        if not issubclass(owner, nn.RNNBase) or traces_layers():
            forget_compiled()

    def remove(self) -> None:
        """Put the class back as it was; if others have put something there since, it is left, and passes on."""
        if vars(self._owner).get("forward") is self._forward:
            self._owner.forward = self._original
        else:
            _left[self._owner] = self.watched


def _dispatching(original: Forward, watched: dict[int, _Refs]) -> Forward:
    through = _through

    def forward(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
        refs = watched.get(id(self))
        if refs is None:
            return original(self, *args, **kwargs)
        if len(refs) == 1:
            watcher = refs[0]()
            if watcher is not None:
                return watcher.call(original, self, args, kwargs)
        return through(refs, original)(self, *args, **kwargs)

    # TorchScript compiles the source of what is wrapped, and looks names up in the globals of what wraps it.
    known = getattr(original, "__globals__", forward.__globals__)
    code, closure = forward.__code__, forward.__closure__
    return keep_out(wraps(original)(FunctionType(code, known, "forward", None, closure)))


def _through(refs: _Refs, forward: Forward) -> Forward:
    """A `forward` that asks all of them, the first one first."""
    for ref in reversed(refs):
        watcher = ref()
        if watcher is not None:
            forward = _asking(watcher, forward)
    return forward


def _asking(watcher: Watcher, forward: Forward) -> Forward:
    return lambda module, *args, **kwargs: watcher.call(forward, module, args, kwargs)
