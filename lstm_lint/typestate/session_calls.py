"""The methods of what a script keeps: ``st.session_state.get("h")``, ``.setdefault("net", Net())``, ``.pop("h")``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import assign, sessions
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.attributes import attribute_of
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import NOTHING, Value, join_values

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_TAKES = frozenset({"get", "setdefault", "pop"})


def method(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value | None:
    """What a method of a session gives, which is done to it; None for any other object, and for any other method."""
    if not run.project.has_sessions or len(base.refs) != 1:
        return None
    (session,) = base.refs
    if not sessions.is_one(run, session):
        return None
    if func.attr == "clear":
        sessions.empty(session, state)
        return NOTHING
    if func.attr == "update":
        _fill(run, func, expr, arguments, state)
        return NOTHING
    key = arguments.positional[0].literal() if func.attr in _TAKES and arguments.positional else None
    if not isinstance(key, str):
        return None
    default = arguments.positional[1] if len(arguments.positional) > 1 else NOTHING
    return _taken(run, base, facts.Attribute(func.value, key, expr.span), func.attr, default, state)


def _taken(run: Interpreter, base: Value, target: facts.Attribute, how: str, default: Value, state: State) -> Value:
    """What is under a key; ``setdefault`` puts it there where nothing is, and ``pop`` leaves nothing."""
    (session,) = base.refs
    held = state.heap.get(FieldPlace(session, target.attr))
    if how == "setdefault" and (held is None or held.is_none):
        assign.store(run, target, default, state)
        return attribute_of(run, base, target.attr, state)
    if held is None:
        return default
    found = attribute_of(run, base, target.attr, state)
    if how == "pop":
        assign.store(run, target, Value(const=facts.Constant(None, target.span)), state)
    return found if how == "setdefault" else join_values(found, default)


def _fill(run: Interpreter, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State) -> None:
    given: dict[object, Value] = dict(arguments.keywords)
    for each in arguments.positional:
        given |= dict(each.keys or ())
    for name, value in given.items():
        if isinstance(name, str):
            assign.store(run, facts.Attribute(func.value, name, expr.span), value, state)
