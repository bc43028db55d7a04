"""Stands in for `forward` of recurrent classes, so that what watches a module is asked before each of its calls.

Not with torch's hooks: a module that has any leaves the short way through `Module.__call__`, which alone costs about as
much as a look at the weights. And a copy or a pickle of the module has nothing of it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import partial, wraps
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType
from typing import Any, Protocol

from torch import nn

from lstm_runtime.guards.hook import forget_compiled, keep_out, traces_layers

# The rest of a call of a module: its own `forward`, with the state (None: it starts from nothing).
Forward = Callable[[nn.Module, Any, Any], Any]

# What is done instead: it is given the rest, the module, the input and the state.
Run = Callable[[Forward, nn.Module, Any, Any], Any]


class Watcher(Protocol):
    """What is asked instead of the module's own `forward`."""

    def call(self, forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        """Run `forward(module, input, state)`, with what has to be done before and after."""


_VARYING = CO_VARARGS | CO_VARKEYWORDS

# Held weakly: the process must not keep a guard alive, nor its model.
_Refs = tuple["weakref.ref[Watcher]", ...]

_lock = threading.RLock()
_stand_ins: dict[type, _StandIn] = {}
# Of stand-ins that could not be removed, since others had put something in front: they may come to the front again.
_left: dict[type, dict[int, Run]] = {}


class Post:
    """The place of a watcher at one module, from which it is asked at each call, for as long as it lives.

    Raises TypeError for a module that has a `forward` of its own, which hides that of its class.
    """

    def __init__(self, module: nn.Module, watcher: Watcher) -> None:
        if "forward" in vars(module):
            raise TypeError(f"this {type(module).__name__} was given a `forward` of its own and cannot be guarded")
        self._owner = next(kind for kind in type(module).__mro__ if "forward" in vars(kind))
        self._key = id(module)
        end: Callable[..., None] = partial(_forget, self._owner, self._key)
        self._ref = weakref.ref(watcher, end)
        with _lock:
            stand_in = _stand_ins.get(self._owner)
            if stand_in is None:
                stand_in = _stand_ins[self._owner] = _StandIn(self._owner)
            stand_in.man(self._key, (*stand_in.refs.get(self._key, ()), self._ref))

    def shorten(self, run: Run) -> bool:
        """Have `run` called instead of the watcher, if it is alone. Returns whether it is so.

        It must not keep the watcher alive.
        """
        with _lock:
            stand_in = _stand_ins.get(self._owner)
            if stand_in is None or stand_in.refs.get(self._key) != (self._ref,):
                return False
            stand_in.runs[self._key] = run
            return True

    def end(self) -> None:
        """Be asked no more."""
        _forget(self._owner, self._key, self._ref)


def _forget(owner: type, key: int, ref: weakref.ref[Watcher]) -> None:
    with _lock:
        stand_in = _stand_ins.get(owner)
        if stand_in is None or ref not in stand_in.refs.get(key, ()):
            return
        stand_in.man(key, tuple(one for one in stand_in.refs[key] if one is not ref))
        if not stand_in.refs:
            stand_in.remove()
            del _stand_ins[owner]


class _StandIn:
    """In the place of one class's `forward`, while modules of it are watched."""

    def __init__(self, owner: Any) -> None:
        self.refs: dict[int, _Refs] = {}
        self.runs = _left.pop(owner, {})
        self._owner = owner
        self._original: Callable[..., Any] = vars(owner)["forward"]
        self._forward = _dispatching(self._original, self.runs)
        owner.forward = self._forward
        # Compilers leave recurrent layers alone, unless they are told to trace these as well.
        if not issubclass(owner, nn.RNNBase) or traces_layers():
            forget_compiled()

    def man(self, key: int, refs: _Refs) -> None:
        """Have these asked at the calls of a module."""
        if refs:
            self.refs[key], self.runs[key] = refs, _asking(refs)
        else:
            del self.refs[key], self.runs[key]

    def remove(self) -> None:
        """Put the class back as it was; if others have put something there since, it is left, and passes on."""
        if vars(self._owner).get("forward") is self._forward:
            self._owner.forward = self._original
        else:
            _left[self._owner] = self.runs


def _dispatching(original: Callable[..., Any], runs: dict[int, Run]) -> Callable[..., Any]:
    """What stands in for `original`: with its own parameters if they are those of torch's, which costs less."""
    with_state = _with_state  # the stand-in has other globals than this module's

    def exact(self: nn.Module, input: Any, hx: Any = None) -> Any:
        run = runs.get(id(self))
        return original(self, input, hx) if run is None else run(original, self, input, hx)

    def any_other(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
        run = runs.get(id(self))
        if run is None:
            return original(self, *args, **kwargs)
        state = kwargs["hx"] if "hx" in kwargs else args[1] if len(args) > 1 else None
        return run(with_state(original, args, kwargs), self, args[0] if args else None, state)

    forward = exact if _is_as_torchs(original) else any_other
    # TorchScript compiles the source of what is wrapped, and looks names up in the globals of what wraps it.
    known = getattr(original, "__globals__", forward.__globals__)
    stand_in = FunctionType(forward.__code__, known, "forward", forward.__defaults__, forward.__closure__)
    return keep_out(wraps(original)(stand_in))


def _is_as_torchs(forward: Callable[..., Any]) -> bool:
    if not isinstance(forward, FunctionType):
        return False
    code = forward.__code__
    takes = code.co_varnames[: code.co_argcount], forward.__defaults__, code.co_kwonlyargcount, code.co_flags & _VARYING
    return takes == (("self", "input", "hx"), (None,), 0, 0)


def _with_state(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Forward:
    """The rest of a call with these arguments, once the state is given."""

    def rest(module: nn.Module, input: Any, state: Any) -> Any:
        if "hx" in kwargs:
            return original(module, *args, **{**kwargs, "hx": state})
        given = (args[0], state, *args[2:]) if len(args) > 1 else args
        return original(module, *given, **kwargs)

    return rest


def _asking(refs: _Refs) -> Run:
    """Asks all of them, the first one first."""

    def run(forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        for ref in reversed(refs):
            watcher = ref()
            if watcher is not None:
                forward = partial(watcher.call, forward)
        return forward(module, input, state)

    return keep_out(run)
