"""Modules that libraries put together of modules: ``behaviour = TensorDictSequential(policy, exploration)``.

What replaces the weights of a part replaces those that the whole acts with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.composed import takes_parts
from lstm_lint.typestate import tensordicts
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import Value, joined, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def by_name(call: facts.Call, whole: Value, arguments: Arguments, state: State) -> Value:
    """What torch makes of a dict of modules that is written out: it has the same entries, and holds each of them."""
    given = arguments.positional[0] if len(arguments.positional) == 1 else None
    if walk.last_name(call.func) != "ModuleDict" or given is None or not given.keys:
        return whole
    own = tuple((key, _entry(whole, key, part, state)) for key, part in given.keys)
    return replace(whole, keys=own, element=joined([entry for _, entry in own]))


def _entry(whole: Value, key: object, part: Value, state: State) -> Value:
    """A part by its name in the whole, which goes with that where another whole is put in its place."""
    if not part.refs:
        return part
    places = [FieldPlace(path, f"[{key!r}]") for path in whole.refs]
    entry = replace(part, refs=frozenset(place.owner.child(place.attr) for place in places))
    for place in places:
        state.heap[place] = entry
    return entry


def taken_in(run: Interpreter, name: str, whole: Value, arguments: Arguments, state: State) -> Value:
    """What a library's class of this name makes of what it is given: it holds each part, under its number."""
    if not takes_parts(name):
        return whole
    given = (*arguments.positional, *(value for _, value in arguments.keywords))
    kind = tensordicts.network(run, name, given, state)
    for path in whole.refs:
        for at, part in enumerate(given):
            if part.refs:
                state.heap[FieldPlace(path, str(at))] = part
        if kind is not None and not path.attrs:
            run.index.root_types[path.root] = frozenset({kind})
    return whole if kind is None else replace(whole, types=frozenset({kind}))
