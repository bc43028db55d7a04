"""Which adapter knows where an object keeps its carried state."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lstm_runtime.adapters import modules, stable_baselines
from lstm_runtime.states import StateSlot

Slots = Callable[[object], Iterable[StateSlot]]

_registered: dict[str, Slots] = {}


def register_adapter(kind: type | str, slots: Callable[[object], Iterable[StateSlot]]) -> None:
    """Say where objects of a class keep their carried state; the last word on the class and its subclasses.

    `kind` is the class or its import path (`"package.module.Class"`, which need not be imported yet). `slots` gets the
    object and returns a `StateSlot` for each attribute that holds state. A second call for the same class replaces
    the first.
    """
    _registered[kind if isinstance(kind, str) else _path(kind)] = slots


def slots_of(model: object) -> list[StateSlot]:
    """The attributes that hold `model`'s carried state.

    Empty for an object that is known to carry none. Raises TypeError for an object that no adapter knows.
    """
    for kind in type(model).__mro__:
        slots = _registered.get(_path(kind))
        if slots is not None:
            return list(slots(model))
    for find in (stable_baselines.slots, modules.slots):
        found = find(model)
        if found or (found is not None and stable_baselines.hint(model) is None):
            return found
    raise TypeError(_unknown(model))


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _unknown(model: object) -> str:
    known = [stable_baselines.KNOWS, modules.KNOWS]
    if _registered:
        known.append(f"the registered {', '.join(sorted(_registered))}")
    hint = stable_baselines.hint(model) or "tell where it keeps its state with lstm_runtime.register_adapter"
    what = f"the class {_path(model)}" if isinstance(model, type) else f"a {_path(type(model))}"
    return f"no recurrent state is known of {what}. Known are: {'; '.join(known)}. For this one, {hint}"
