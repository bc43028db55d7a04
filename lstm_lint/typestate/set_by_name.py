"""``setattr(model, name, value)``: an assignment to each attribute that the name may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import assign, namespaces
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def store(run: Interpreter, expr: facts.Call, arguments: Arguments, state: State) -> None:
    """Put a value in the attributes of an object that are named by a string, or by any of several.

    A state that is one of them comes along with the network that made it. Where the name cannot be told, it may be any.
    """
    owner, name, value = arguments.positional[:3]
    names = sorted(name.spelt)
    if not names:
        namespaces.untold(run, owner, expr.span, state)
    plain = walk.chain(expr.arguments[0].value) is not None and len(expr.arguments) == len(arguments.positional)
    given = [value if len(names) == 1 or not plain else _under(run, expr, attr, value, state) for attr in names]
    along = len(names) > 1 and any(each.tags for each in given)
    for attr, each in zip(names, given, strict=True):
        if plain and not along:
            assign.store(run, facts.Attribute(expr.arguments[0].value, attr, expr.span), each, state)
            continue
        for ref in owner.refs:
            assign.write(run, FieldPlace(ref, attr), each, state, expr.span)


def _under(run: Interpreter, expr: facts.Call, attr: str, value: Value, state: State) -> Value:
    """The value where the name is this one: ``setattr(self, part, deepcopy(getattr(other, part)))``."""
    name, given = expr.arguments[1].value, expr.arguments[2].value
    if not isinstance(name, facts.Name) or all(
        not isinstance(each, facts.Name) or each.id != name.id for each in walk.expressions(given)
    ):
        return value
    here = state.copy()
    place = run.local_place(name.id, here)
    here.put(place, replace(here.get(place) or Value(), const=facts.Constant(attr, name.span), words=frozenset()))
    return run.quiet().evaluate(given, here)
