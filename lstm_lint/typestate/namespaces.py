"""The attributes of an object as a dict: ``self.__dict__["memory"] = None``, ``vars(self).update(memory=None)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.model import Span
from lstm_lint.typestate import keys, unreadable
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_BY_NAME = frozenset({"setattr", "delattr", "__dict__", "vars"})
Store = Callable[..., None]
"""What assigns a value to a target."""


def owner_of(expr: facts.Expr) -> facts.Expr | None:
    """The object whose attributes an expression is the dict of; None for any other."""
    if isinstance(expr, facts.Attribute) and expr.attr == "__dict__":
        return expr.value
    if isinstance(expr, facts.Call) and walk.last_name(expr.func) == "vars" and len(expr.arguments) == 1:
        return expr.arguments[0].value
    return None


def entry(run: Interpreter, target: facts.Subscript, value: Value, state: State, store: Store) -> bool:
    """Assign to an attribute by its name in the dict of an object; whether the target is one."""
    owner = owner_of(target.value)
    if owner is None:
        return False
    names = run.evaluate(target.index, state).spelt
    if len(names) == 1:
        (name,) = names
        store(run, facts.Attribute(owner, name, target.span), value, state)
    else:
        untold(run, run.evaluate(owner, state), target.span, state)
    return True


def update(
    run: Interpreter, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State, store: Store
) -> bool:
    """Assign to several; whether it is the dict of an object that is updated."""
    owner = owner_of(func.value)
    if owner is None:
        return False
    given: dict[object, Value] = {}
    for each in arguments.positional:
        given |= dict(each.keys or ())
    for name, value in (given | dict(arguments.keywords)).items():
        if isinstance(name, str):
            store(run, facts.Attribute(owner, name, expr.span), value, state)
    if arguments.stars or any(each.keys is None for each in arguments.positional):
        untold(run, run.evaluate(owner, state), expr.span, state)
    return True


def untold(run: Interpreter, owner: Value, span: Span, state: State) -> None:
    """Some attribute of an object is another one now, and nobody can say which: each of its states may be."""
    refs = owner.refs

    def is_of_another(place: Place) -> bool:
        return not (isinstance(place, FieldPlace) and place.owner in refs)

    unreadable.forget(run, refs, span, "setattr", state, is_of_another)


def set_in_rounds(run: Interpreter, loop: Loop, after: State) -> set[Place]:
    """The attributes that a loop over their names sets, one in each round: any of an object where they are untold."""
    assert isinstance(loop.head, facts.Iterate)
    frame = run.frame
    if _BY_NAME.isdisjoint(frame.module.facts.mentions if frame.function is None else frame.function.mentions):
        return set()
    names = keys.bound_by(loop.head.target)
    found: set[Place] = set()
    for action in walk.actions(loop.body):
        for owner, name in _named_in(action):
            if not isinstance(name, facts.Name) or name.id not in names:
                continue
            refs = run.quiet().evaluate(owner, after.copy()).refs
            told = run.quiet().evaluate(name, after.copy()).spelt
            found |= {
                place
                for place in after.heap
                if place.owner in refs
                and (not told or any(run.spelling(place.owner, n, after) == place.attr for n in told))
            }
    return found


def _named_in(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """The objects of which an action sets an attribute by a name, and the names."""
    targets = action.targets if isinstance(action, facts.Assign) else ()
    for target in walk.flat(targets):
        if isinstance(target, facts.Subscript) and (owner := owner_of(target.value)) is not None:
            yield owner, target.index
    for call in walk.calls_in(action):
        if walk.last_name(call.func) in ("setattr", "delattr") and len(call.arguments) > 1:
            yield call.arguments[0].value, call.arguments[1].value
