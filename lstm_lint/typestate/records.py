"""Dicts that stand for members: ``pop = [{"net": net, "h": h}, …]``, and what is written into one of them.

An entry that is written to a dict is there under each name of it, and in the list or dict that it was taken from:
``for m in pop: out, m["h"] = m["net"](x, m["h"])``. All members of a list share one summary.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.typestate.paths import Path, Place
from lstm_lint.typestate.state import State
from lstm_lint.typestate.values import NOTHING, Value, join_values, packed, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

Pairs = dict[object, Value]


def write(place: Place, target: facts.Subscript, base: Value, key: object, value: Value, state: State) -> None:
    """Write an entry of a dict whose keys are known; ``place`` is that of the variable the target begins with."""
    others = set(base.src)
    if isinstance(target.value, facts.Subscript):
        others.add(place)  # of what the dict stands in
    else:
        others.discard(place)
        held = state.get(place) or NOTHING
        state.put(place, _dict(held, dict(base.keys or ()) | {key: value}))
    for other in others:
        there = state.get(other)
        new = None if there is None else _written(there, frozenset(dict(base.keys or ())), key, value)
        if new is not None:
            state.put(other, new)


def within(value: Value) -> Iterable[Value]:
    """The values of the entries of a dict, and of those in them."""
    for _, part in value.keys or ():
        yield part
        yield from within(part)


def is_member(value: Value) -> bool:
    """Whether a value is a dict with objects of known classes in it."""
    return bool(value.keys) and any(part.refs and part.types for _, part in value.keys or ())


def has_members(value: Value) -> bool:
    """Whether a value is such a dict or a collection of them."""
    return is_member(value) or (value.element is not None and is_member(value.element))


def acts(value: Value) -> bool:
    """Whether a value is a dict with a network in it and a state that this one has made."""
    owners = {tag.owner for _, part in value.keys or () for tag in part.tags}
    return any(owner is not None and owner.starts_with(ref) for owner in owners for ref in objects_in(value))


def objects_in(value: Value) -> frozenset[Path]:
    """The objects in the entries of a dict."""
    return frozenset(ref for part in within(value) for ref in part.refs)


def made_with(run: Interpreter, value: Value, at: Span, state: State) -> frozenset[Path]:
    """The objects in the entries of a dict of which there is one for each such dict that is put in a list.

    They are in nothing else, or made in the same round of a loop: ``net = Net(); pop.append({"net": net})``.
    """
    inside = objects_in(value)
    if not inside:
        return inside
    others = frozenset(ref for _, held in state.items() for ref in held.refs)
    here = _made_in_round(run, at) if inside & others else frozenset()
    frame = str(run.frame.number)
    return frozenset(
        ref
        for ref in inside
        if ref not in others or ((site := ref.root.site) is not None and site.function == frame and site.span in here)
    )


def _made_in_round(run: Interpreter, at: Span) -> frozenset[Span]:
    """Where the expressions are that each round of the innermost loop around one evaluates."""
    rounds = (
        frozenset(expr.span for action in walk.actions(loop.body) for expr in walk.expressions(action))
        for loop in walk.loops(run.frame.body)
    )
    return min((spans for spans in rounds if at in spans), key=len, default=frozenset())


def _dict(held: Value, pairs: Pairs) -> Value:
    return replace(packed(pairs.values()), keys=tuple(pairs.items()), src=held.src)


def _written(held: Value, names: frozenset[object], key: object, value: Value) -> Value | None:
    """What a place holds once an entry was written to the dict of these names in it; None where there is none."""
    pairs = dict(held.keys or ())

    def once_written(part: Value) -> Value:
        return _dict(part, dict(part.keys or ()) | {key: value}) if _is_one(part, names) else part

    if key in pairs:
        return _dict(held, pairs | {key: value})
    inner = [name for name, part in pairs.items() if _is_one(part, names)]
    if inner:
        made = {name: once_written(pairs[name]) for name in inner}
        one_of = made if len(made) == 1 else {name: join_values(pairs[name], part) for name, part in made.items()}
        return _dict(held, pairs | one_of)
    if held.element is not None and _is_one(held.element, names):
        element = once_written(held.element)
        return replace(_around(held, (element,)), element=element)
    if held.items and any(_is_one(item, names) for item in held.items):
        items = tuple(join_values(item, once_written(item)) for item in held.items)
        return replace(_around(held, items), items=items)
    return None


def _is_one(part: Value, names: frozenset[object]) -> bool:
    """Whether a value is such a dict: it has these names, or most of them where one was added since."""
    return part.keys is not None and bool(names & dict(part.keys).keys())


def _around(held: Value, parts: tuple[Value, ...]) -> Value:
    """A collection once its members are these: it carries what they do, and came out of no call itself."""
    whole = packed(parts)
    return replace(held, tags=whole.tags, calls=frozenset(), holds=held.holds | whole.holds)
