"""Tables that have a state for each of several networks, under the key by which the one at work was taken out.

``self.parked[self.name] = self.h; self.name = name; self.net = self.bank[name]; self.h = self.parked.get(name)``: what
is parked stays right whichever network is at work. In a table whose keys are seats or environments it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.looks import is_anew
from lstm_lint.project.symbols import ClassInfo, FunctionInfo

_TAKES = frozenset({"get", "pop", "setdefault"})


Keyed = tuple[facts.FunctionFact, facts.Expr]
"""A method, and a key that it uses."""


class Entry(NamedTuple):
    """An entry of a collection that an object holds, by the names of both in the source; ``at`` is the line."""

    table: str
    key: facts.Expr
    at: int


def parked(function: facts.FunctionFact | None, klass: ClassInfo | None, span: Span) -> frozenset[str]:
    """The tables out of which a method takes the state of the network that it puts to work at a place.

    Each network's is put there under its own name before another one comes.
    """
    if function is None or klass is None:
        return frozenset()
    own = _first(function)
    actions = [action for action in walk.actions(function.body) if walk.has(action, span)]
    key = next((key for action in actions if (key := _key_of(action, own, function)) is not None), None)
    kept = list(_kept(function, own))
    names = {key, *(value for target, value, _ in kept if target == key and value is not None)} - {None}
    current = {target: line for target, value, line in kept if value in names or target == key}
    read = {
        entry.table
        for action in walk.actions(function.body)
        for entry in _taken(action, own)
        if _text(entry.key) in {*names, *current}
    }
    return frozenset(table for table in read if current and _is_by_name(table, klass, function, current))


def _is_by_name(table: str, klass: ClassInfo, function: facts.FunctionFact, current: dict[str, int]) -> bool:
    """Whether what a table gets is put there under the name of the network at work, as it is before another one comes.
    """
    written = [(method, entry) for method in klass.fact.functions.values() for entry in _written(method, table)]
    for method, entry in written:
        text = _text(entry.key)
        if isinstance(entry.key, facts.Name):
            text = next((value for target, value, _ in _renamed(method) if target == text), text)
        if text not in current or (method is function and entry.at >= current[text]):
            return False
    return bool(written)


def of_seats(
    table: str, klass: ClassInfo, picked: Sequence[Keyed], functions: Sequence[FunctionInfo]
) -> bool:
    """Whether the keys of a table have nothing to do with those by which networks are ``picked``, as far as is seen."""
    keys: set[str | None] = {_text(key) for _, key in picked}
    for method, key in picked:
        own = _first(method)
        keys |= {target for target, value, _ in _kept(method, own) if value == _text(key)}
        keys |= {value for target, value, _ in _kept(method, own) if target == _text(key)}
    written = [(method, e.key) for method in klass.fact.functions.values() for e in _written(method, table)]
    if not written or not all(isinstance(key, facts.Name) and _is_handed_in(method, key.id) for method, key in written):
        return False
    if any(_text(key) in keys for _, key in written):
        return False
    return not any(_are_handed_the_same(each.fact, picked, written) for each in functions)


def _are_handed_the_same(
    caller: facts.FunctionFact,
    picked: Sequence[Keyed],
    written: Sequence[Keyed],
) -> bool:
    """Whether some code names a network and a seat by one and the same thing."""
    named = set(_handed(caller, picked))
    seats = set(_handed(caller, written)) | {_text(key) for method, key in written if method is caller}
    return not named.isdisjoint(seats)


def _handed(
    caller: facts.FunctionFact, keyed: Sequence[Keyed]
) -> Iterator[str | None]:
    """What a function hands to methods for the keys that they are handed."""
    for call in walk.calls(caller.body):
        for method, key in keyed:
            if walk.last_name(call.func) != method.name or not isinstance(key, facts.Name):
                continue
            names = [parameter.name for parameter in method.parameters[1:]]
            given = walk.argument_of(call, key.id, names.index(key.id)) if key.id in names else None
            if given is not None and _text(given) is not None:
                yield _text(given)


def _is_handed_in(method: facts.FunctionFact, name: str) -> bool:
    return any(parameter.name == name for parameter in method.parameters[1:])


def _first(function: facts.FunctionFact) -> str:
    return function.parameters[0].name if function.parameters else ""


def _text(expr: facts.Expr) -> str | None:
    return walk.render(expr)


def _key_of(action: object, own: str, function: facts.FunctionFact) -> str | None:
    """The key under which an action takes something out of a collection of the object, by way of a variable too."""
    for entry in _taken(action, own):
        return _text(entry.key)
    value = action.value if isinstance(action, facts.Assign) else None
    bound = walk.bindings(function).names.get(value.id, []) if isinstance(value, facts.Name) else []
    if len(bound) == 1 and bound[0].how == "value":
        return next((_text(entry.key) for entry in _taken(bound[0].expr, own)), None)
    return None


def _taken(part: object, own: str) -> Iterator[Entry]:
    """The entries of its object's collections that an action reads."""
    written = [id(target) for target in walk.flat(part.targets)] if isinstance(part, facts.Assign) else []
    for expr in walk.expressions(part):
        if isinstance(expr, facts.Subscript) and id(expr) not in written:
            table, key = expr.value, expr.index
        elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.arguments:
            table, key = expr.func.value, expr.arguments[0].value
            if expr.func.attr not in _TAKES:
                continue
        else:
            continue
        if isinstance(table, facts.Attribute) and walk.chain(table.value) == own:
            yield Entry(table.attr, key, expr.span.line)


def _written(function: facts.FunctionFact, table: str) -> Iterator[Entry]:
    """Where a method puts something else than an initial state in an entry of a table."""
    own = _first(function)
    for action in walk.actions(function.body):
        for whole in action.targets if isinstance(action, facts.Assign) else ():
            for target, value in walk.paired(whole, action.value) if isinstance(action, facts.Assign) else ():
                blank = value is not None and is_anew(value)
                if isinstance(target, facts.Subscript) and walk.chain(target.value) == f"{own}.{table}" and not blank:
                    yield Entry(table, target.index, target.span.line)


def _kept(function: facts.FunctionFact, own: str) -> Iterator[tuple[str, str | None, int]]:
    """What attributes of its object a method sets, to what, and where."""
    for action in walk.actions(function.body):
        for whole in action.targets if isinstance(action, facts.Assign) else ():
            for target, value in walk.paired(whole, action.value) if isinstance(action, facts.Assign) else ():
                if isinstance(target, facts.Attribute) and walk.chain(target.value) == own and value is not None:
                    yield f"{own}.{target.attr}", _text(value), target.span.line


def _renamed(function: facts.FunctionFact) -> Iterator[tuple[str, str | None, int]]:
    """What variables a method binds once, to what, and where: ``before = self.name``."""
    for name, bound in walk.bindings(function).names.items():
        if len(bound) == 1 and bound[0].how == "value":
            yield name, _text(bound[0].expr), bound[0].expr.span.line
