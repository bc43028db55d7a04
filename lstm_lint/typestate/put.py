"""What is put under the names of a dict: ``m["net"] = net``, or several at once: ``m.update(net=net, h=None)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import exchange, marked, phases, records
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.targets import place_of
from lstm_lint.typestate.values import NOTHING, Value, packed, replace
from lstm_lint.vocabulary.names import cannot_be_state

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def entry(
    run: Interpreter, target: facts.Subscript, place: Place, key: object, value: Value, state: State
) -> None:
    """One entry of a dict whose names are known; ``place`` is that of the variable the target begins with."""
    base = run.quiet().evaluate(target.value, state)
    old = dict(base.keys or ()).get(key, NOTHING)
    put = exchange.assigned_entry(run, target, old, value, state)
    if old.tagged or (value.bears_state and not (isinstance(key, str) and cannot_be_state(key))):
        put = phases.arriving(run, place, put, state)
    marked.rewritten(key, state)
    records.write(place, target, run.quiet().evaluate(target.value, state), key, put, state)


def update(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> bool:
    """``update`` of a dict: whether its names are known, and all that are put there."""
    place = place_of(run, func.value, state)
    given: dict[object, Value] = dict(arguments.keywords)
    for each in arguments.positional:
        if each.keys is None:
            return False
        given = dict(each.keys) | given
    if place is None or base.keys is None or arguments.stars:
        return False
    member = records.is_member(base)
    if not member and not base.tags:
        pairs = dict(base.keys) | given
        state.put(place, replace(packed(pairs.values()), keys=tuple(pairs.items())))
        return True
    for key, value in given.items():
        target = facts.Subscript(func.value, facts.Constant(key, expr.span), expr.span)
        entry(run, target, place, key, value, state)
        if member:
            marked.mark(run, target, value, state)
    return True
