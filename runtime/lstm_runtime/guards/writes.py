"""Stands in for `data` and the writing methods of `nn.Parameter`, to know which line of the user's wrote to weights.

While somebody watches a parameter; others pass through. It tells who wrote. That a parameter was written to shows in
its version, its address or its values as well, whichever way the write took, but for one: a tensor that `.data` has
handed out counts versions of its own.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import torch
from torch import Tensor, nn

from lstm_runtime.guards.hook import CAN_KEEP_OUT, keep_out
from lstm_runtime.guards.trail import DATA, Trail, Write, written_now

_Refs = tuple["weakref.ref[Trail]", ...]

_lock = threading.RLock()
_watched: dict[int, _Refs] = {}
_stand_ins: dict[str, Any] = {}


def watch(trail: Trail, ids: frozenset[int]) -> Callable[[], None]:
    """Have writes to the parameters with these ids told to `trail`, for as long as it lives; returns what ends it."""
    end: Callable[..., None] = partial(_forget, ids)
    ref = weakref.ref(trail, end)
    with _lock:
        if ids and not _watched:
            _install()
        for key in ids:
            _watched[key] = (*_watched.get(key, ()), ref)
    return partial(end, ref)


def _forget(ids: frozenset[int], ref: weakref.ref[Trail]) -> None:
    with _lock:
        for key in ids:
            left = tuple(one for one in _watched.pop(key, ()) if one is not ref)
            if left:
                _watched[key] = left
        if not _watched:
            _remove()


def _tell(refs: _Refs, method: Callable[..., None], key: int, how: str, *more: Any) -> None:
    write = written_now(how)
    # The function of a library that the user called says more than what that did in the end.
    write = Write(write.number, write.spot.through or how, write.spot)
    for ref in refs:
        trail = ref()
        if trail is not None:
            method(trail, key, write, *more)


_data: Any = torch.Tensor.data

# In-place methods that leave the values alone.
_HARMLESS = frozenset({"requires_grad_", "detach_", "rename_", "share_memory_"})

_OPERATORS = (
    *("__setitem__", "__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__"),
    *("__iand__", "__ior__", "__ixor__", "__ilshift__", "__irshift__"),
)


def _read_data(self: nn.Parameter) -> Tensor:
    alias: Tensor = _data.__get__(self)
    refs = _watched.get(id(self))
    if refs is not None:
        _tell(refs, Trail.handed_out, id(self), DATA, alias)
    return alias


def _set_data(self: nn.Parameter, value: Tensor) -> None:
    _data.__set__(self, value)
    refs = _watched.get(id(self))
    if refs is not None:
        _tell(refs, Trail.replaced, id(self), ".data = ...")


def _calling(name: str, told: Callable[..., None]) -> Callable[..., Any]:
    """The tensor's method of that name; afterwards, the trails of a watched parameter are told."""
    original = getattr(torch.Tensor, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        refs = _watched.get(id(self))
        if refs is not None:
            _tell(refs, told, id(self), name)
        return result

    return keep_out(wraps(original)(method), with_callees=True)


def _make() -> dict[str, Any]:
    names = {name for name in dir(torch.Tensor) if name.endswith("_") and not name.startswith("_")}
    names = (names - _HARMLESS) | {name for name in _OPERATORS if hasattr(torch.Tensor, name)}
    writing = {name: _calling(name, Trail.wrote) for name in sorted(names)}
    methods = {**writing, "detach": _calling("detach", Trail.handed_out)}
    if not CAN_KEEP_OUT:  # compiled, `_read_data` would call itself
        return methods
    get, put = keep_out(_read_data, with_callees=True), keep_out(_set_data, with_callees=True)
    return methods | {"data": property(get, put, doc=_data.__doc__)}


def _install() -> None:
    if not _stand_ins:
        _stand_ins.update(_make())
    for name, stand_in in _stand_ins.items():
        if name not in vars(nn.Parameter):  # one that torch, or somebody else, has put there stays
            setattr(nn.Parameter, name, stand_in)


def _remove() -> None:
    for name, stand_in in _stand_ins.items():
        if vars(nn.Parameter).get(name) is stand_in:
            delattr(nn.Parameter, name)
