"""Tensordicts that lose the state that they carry: its entries are taken out, or all rows are said to begin.

A recurrent network of TorchRL makes an initial state where it finds none, and where ``is_init`` is true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.typestate import phases, tensordicts
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.values import NOTHING, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_BEGINS = "is_init"
_PAIRED = {"h": "c", "c": "h"}


def method(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value | None:
    """A method of a tensordict, or of its ``is_init``, after which it has no state to go on from; None: of another."""
    given = arguments.positional
    if func.attr == "fill_" and len(given) == 1 and _is_one(given[0]):
        return NOTHING if all_begin(run, func.value, expr.span, state) else None
    if func.attr == "set" and len(given) == 2 and given[0].literal() == _BEGINS and _is_one(given[1]):
        return _reset(run, base, expr.span, state)
    if func.attr not in ("exclude", "select") or not tensordicts.carries(run, base, state):
        return None
    if _is_left_without(func.attr, expr):
        if any(name == "inplace" and value.literal() is not False for name, value in arguments.keywords):
            return _reset(run, base, expr.span, state)
        return NOTHING
    return None


def all_begin(run: Interpreter, entry: facts.Expr, span: Span, state: State) -> bool:
    """All rows of an entry become true: where that is ``is_init`` of what carries a state, this begins anew."""
    owner = _holder(entry)
    base = run.quiet().evaluate(owner, state) if owner is not None else NOTHING
    return _reset(run, base, span, state) is not None


def _reset(run: Interpreter, base: Value, span: Span, state: State) -> Value | None:
    if not tensordicts.carries(run, base, state):
        return None
    phases.reset_in_place(run, base, span, state)
    return base


def _holder(entry: facts.Expr) -> facts.Expr | None:
    """What ``td["is_init"]`` and ``td.get("is_init")`` are an entry of."""
    if isinstance(entry, facts.Subscript) and _key(entry.index) == _BEGINS:
        return entry.value
    if isinstance(entry, facts.Call) and isinstance(entry.func, facts.Attribute) and entry.func.attr == "get":
        return entry.func.value if entry.arguments and _key(entry.arguments[0].value) == _BEGINS else None
    return None


def _is_one(value: Value) -> bool:
    return value.ones or value.literal() in (True, 1, 1.0)


def _is_left_without(how: str, expr: facts.Call) -> bool:
    """Whether no state is left behind; keys that are not spelt out may be those of all of it."""
    given = [argument for argument in expr.arguments if argument.keyword is None]
    keys = [None if argument.star else _key(argument.value) for argument in given]
    states = {key for key in keys if key is not None and "recurrent" in key}
    if how == "select":
        return not states and not tensordicts.CARRIES.intersection(key for key in keys if key is not None)
    return None in keys or (bool(states) and all(_other_half(key) in states for key in states))


def _other_half(key: str) -> str:
    """The entry that a network reads along with this one: of an LSTM, ``…_c`` beside ``…_h``."""
    stem, _, last = key.rpartition("_")
    return f"{stem}_{_PAIRED[last]}" if last in _PAIRED else key


def _key(expr: facts.Expr) -> str | None:
    """The last part of a key that is spelt out."""
    if isinstance(expr, facts.Display) and expr.items:
        return _key(expr.items[-1])
    return expr.value if isinstance(expr, facts.Constant) and isinstance(expr.value, str) else None
