"""Seeing that an attribute of a plain object is assigned, as in `model.policy = other`.

A descriptor on the class, since nothing of a guard may lie in the object's own `__dict__`: it would be saved with it.
The value stays where it was, in the instance, so that copies and saved files are as without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MISSING = object()

Listener = Callable[[object, str], None]


class Slot:
    """Stands for one attribute of a class while somebody listens, and tells of assignments and of reads."""

    def __init__(self, kind: type, name: str) -> None:
        self._kind = kind
        self._name = name
        self._before: Any = vars(kind).get(name, _MISSING)
        # What the class would have done: a property of its own, or a default value.
        self._inherited: Any = getattr(kind, name, _MISSING)
        self.assigned: list[Listener] = []
        self.read: list[Listener] = []
        self._is_attribute = not hasattr(type(self._inherited), "__set__")

    def __get__(self, instance: Any, kind: type) -> Any:
        # A rollout reads its policy at each step.
        if self._is_attribute and not self.read:
            try:
                return instance.__dict__[self._name]
            except (AttributeError, KeyError):
                pass
        if instance is None:
            if self._inherited is _MISSING:
                raise AttributeError(f"type object {kind.__name__!r} has no attribute {self._name!r}")
            return self._inherited
        if self.read:
            for listener in tuple(self.read):
                listener(instance, self._name)
        if not self._is_attribute:
            return self._inherited.__get__(instance, kind)
        value = vars(instance).get(self._name, self._inherited)
        if value is _MISSING:
            raise AttributeError(f"{type(instance).__name__!r} object has no attribute {self._name!r}")
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        if not self._is_attribute:
            self._inherited.__set__(instance, value)
        else:
            vars(instance)[self._name] = value
        for listener in tuple(self.assigned):
            listener(instance, self._name)

    def __delete__(self, instance: Any) -> None:
        if self._name not in vars(instance):
            raise AttributeError(self._name)
        del vars(instance)[self._name]

    def remove(self) -> None:
        """Put the class back as it was."""
        if vars(self._kind).get(self._name) is not self:
            return
        if self._before is _MISSING:
            delattr(self._kind, self._name)
        else:
            setattr(self._kind, self._name, self._before)


_slots: dict[tuple[type, str], Slot] = {}


def listen(kind: type, name: str, listener: Listener) -> Callable[[], None]:
    """Have `listener(instance, name)` called after each assignment; returns what ends it."""
    slot = _slots.get((kind, name))
    if slot is None:
        slot = _slots[kind, name] = Slot(kind, name)
        setattr(kind, name, slot)
    slot.assigned.append(listener)

    def end() -> None:
        if listener in slot.assigned:
            slot.assigned.remove(listener)
        if not slot.assigned and _slots.get((kind, name)) is slot:
            slot.remove()
            del _slots[kind, name]

    return end


def on_read(kind: type, name: str, listener: Listener) -> Callable[[], None]:
    """Have `listener(instance, name)` called before each read, while somebody listens for assignments as well."""
    slot = _slots[kind, name]
    slot.read.append(listener)

    def end() -> None:
        if listener in slot.read:
            slot.read.remove(listener)

    return end
