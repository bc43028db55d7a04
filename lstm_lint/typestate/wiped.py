"""States that a mask has wiped wherever a flag is true: an end of an episode under that flag does not let them go on.

``h = h * ~done[:, None]``, and only then ``if done.all(): obs = env.reset()``. A mask over some rows leaves the others
as they were, so nothing else is said of the state.
"""

from __future__ import annotations

import re

from lstm_lint.typestate.values import Guard, Phase, Tag, Value, replace

_WIPED = "<wiped "
_TOKEN = re.compile(r"⟨[^⟨⟩]*⟩")
_ASKING = re.compile(r"(any|all|bool|\.any\(\[\]\)|\.all\(\[\]\)|\[-?\d+\]|[|(), ])*")
"""What is left of a condition that is true only where one of the flags in it is, once these are taken out."""


def guard(atom: str) -> Guard:
    """The mark of a state that is wiped where a flag is true."""
    return Guard(f"{_WIPED}{atom}>", True)


def under(value: Value, guards: frozenset[Guard]) -> Value:
    """What is carried on in a value, under these conditions."""
    tags = frozenset(_marked(tag, guards) for tag in value.tags)
    items = None if value.items is None else tuple(under(item, guards) for item in value.items)
    element = None if value.element is None else under(value.element, guards)
    return replace(value, tags=tags, items=items, element=element)


def _marked(tag: Tag, guards: frozenset[Guard]) -> Tag:
    return tag.under(tag.guards | guards) if tag.phase is Phase.CARRYING else tag


def before(tag: Tag, guards: dict[str, bool]) -> bool:
    """Whether a mask has wiped a state already where one of these conditions holds."""
    wiped = {guard.atom[len(_WIPED) : -1] for guard in tag.guards if guard.atom.startswith(_WIPED)}
    return bool(wiped) and any(holds and _asks_for(atom, wiped) for atom, holds in guards.items())


def _asks_for(atom: str, wiped: set[str]) -> bool:
    if atom in wiped:
        return True
    asked = set(_TOKEN.findall(atom))
    return bool(asked) and asked <= wiped and _ASKING.fullmatch(_TOKEN.sub("", atom)) is not None


def of(value: Value) -> frozenset[Guard]:
    """The flags that have wiped all that a value carries, whichever network made it."""
    if not value.tags:
        return frozenset()
    common = frozenset.intersection(*(tag.guards for tag in value.tags))
    return frozenset(guard for guard in common if guard.atom.startswith(_WIPED))
