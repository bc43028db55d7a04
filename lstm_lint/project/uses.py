"""The names that a function uses, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.memo import by_node
from lstm_lint.vocabulary.names import is_number


@dataclass(frozen=True, slots=True)
class Uses:
    """The names a function uses: plain ones, attributes of ``self``, and attributes of anything else.

    ``handed`` are the attributes of ``self`` that it reads without calling them: a method among them is called later.
    ``later`` are those that lambdas in it read, and functions in it that it hands on.
    """

    plain: frozenset[str]
    own: frozenset[str]
    other: frozenset[str]
    stored: frozenset[str]
    handed: frozenset[str]
    later: frozenset[str]


@by_node
def names_read(body: Shape) -> dict[str, list[facts.Expr | None]]:
    """By name: what a body reads it of as an attribute, and None for each text that spells it, as ``getattr`` takes."""
    found: dict[str, list[facts.Expr | None]] = {}
    for action in walk.actions(body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Attribute):
                found.setdefault(expr.attr, []).append(expr.value)
            elif isinstance(expr, facts.Constant) and isinstance(expr.value, str):
                found.setdefault(expr.value, []).append(None)
    return found


@by_node
def defines(body: Shape) -> bool:
    """Whether a body has functions or classes of its own."""
    return any(isinstance(action, (facts.Define, facts.DefineClass)) for action in walk.actions(body))


@by_node
def read_later(body: Shape) -> tuple[facts.Attribute, ...]:
    """The attributes that the lambdas in a body read, and the functions in it that it names without calling them."""
    return tuple(expr for inner in _outliving(body) for expr in _attributes(inner))


def _attributes(body: Shape) -> Iterator[facts.Attribute]:
    for action in walk.actions(body):
        yield from (expr for expr in walk.expressions(action) if isinstance(expr, facts.Attribute))


def _outliving(body: Shape) -> Iterator[Shape]:
    called = {id(call.func) for call in walk.calls(body)}
    inner: dict[str, Shape] = {}
    for action in walk.actions(body):
        if isinstance(action, facts.Define):
            inner[action.function.name] = action.function.body
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Lambda):
                yield expr.function.body
            elif isinstance(expr, facts.Name) and expr.id in inner and id(expr) not in called:
                yield inner.pop(expr.id)


@by_node
def called_on(body: Shape) -> frozenset[str]:
    """The methods that a body calls itself, rather than by a function that it leaves behind."""
    later = {id(expr) for expr in read_later(body)}
    called = (call.func for call in walk.calls(body) if id(call.func) not in later)
    return frozenset(each.attr for each in called if isinstance(each, facts.Attribute))


@by_node
def handed_on(body: Shape) -> frozenset[str]:
    """The attributes that a body reads without a call, or in what it leaves behind: methods that it gives to others."""
    called = {id(call.func) for call in walk.calls(body)}
    read = (expr for expr in _attributes(body) if id(expr) not in called)
    return frozenset(expr.attr for expr in (*read, *read_later(body)))


def uses_of(function: facts.FunctionFact) -> Uses:
    """The names that a function and those inside it use."""
    first = function.parameters[0].name if function.parameters else ""
    plain: set[str] = set()
    own: set[str] = set()
    other: set[str] = set()
    stored: set[str] = set()
    handed: set[str] = set()
    called: set[int] = set()
    entries = entries_of(function.body)
    todo: list[Shape] = [function.body]
    while todo:
        for action in walk.actions(todo.pop()):
            if isinstance(action, facts.Define):
                todo.append(action.function.body)
                continue
            if isinstance(action, facts.DefineClass):
                todo.append(action.klass.body)
                continue
            for target in action.targets if isinstance(action, facts.Assign) else ():
                if isinstance(action, facts.Assign) and not _is_number(action.value):
                    _stored(target, stored)
                    stored |= {walk.last_name(each) for name in _roots(target) for each in entries.get(name, ())}
            for expr in walk.expressions(action):
                if isinstance(expr, facts.Name):
                    plain.add(expr.id)
                elif isinstance(expr, facts.Attribute):
                    is_own = isinstance(expr.value, facts.Name) and expr.value.id in (first, "self", "cls")
                    is_super = isinstance(expr.value, facts.Call) and walk.last_name(expr.value.func) == "super"
                    (own if is_own or is_super else other).add(expr.attr)
                    if is_own and id(expr) not in called:
                        handed.add(expr.attr)
                elif isinstance(expr, facts.Call):
                    called.add(id(expr.func))
                    if isinstance(expr.func, facts.Attribute) and expr.func.attr == "copy_":
                        _stored(expr.func.value, stored)
                elif isinstance(expr, facts.Constant) and isinstance(expr.value, str) and expr.value.isidentifier():
                    other.add(expr.value)  # getattr(agent, "load")
    later = {expr.attr for expr in read_later(function.body) if walk.chain(expr.value) in (first, "self")}
    return Uses(*map(frozenset, (plain, own, other, stored, handed, later)))


def _is_number(value: facts.Expr) -> bool:
    """Whether a value is written out, or is a number by its name: ``self.h = heads`` keeps no state."""
    if isinstance(value, facts.Constant):
        return True
    return isinstance(value, (facts.Name, facts.Attribute)) and is_number(walk.last_name(value))


_TAKES = frozenset({"get", "setdefault", "pop"})


def entries_of(body: Shape) -> dict[str, list[facts.Expr]]:
    """By variable: the collections that it is an entry of, ``self.sessions`` of ``session = self.sessions[sid]``."""
    found: dict[str, list[facts.Expr]] = {}
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and len(action.targets) == 1 and isinstance(action.targets[0], facts.Name):
            value, name = action.value, action.targets[0].id
            taken = value.func if isinstance(value, facts.Call) else None
            if isinstance(value, facts.Subscript):
                found.setdefault(name, []).append(value.value)
            elif isinstance(taken, facts.Attribute) and taken.attr in _TAKES:
                found.setdefault(name, []).append(taken.value)
    return found


def shared(function: facts.FunctionFact) -> frozenset[str]:
    """The module variables that a function writes: declared ``global``, or dicts and lists whose entries it writes."""
    entries = entries_of(function.body)
    targets = [t for action in walk.actions(function.body) if isinstance(action, facts.Assign) for t in action.targets]
    written = {name for target in targets for name in _roots(target)}
    if not written:
        return function.globals
    written |= {root for name in written for each in entries.get(name, ()) for root in _names(each)}
    own = {parameter.name for parameter in function.parameters} | walk.bindings(function).names.keys()
    return function.globals | (written - own)


def written_in_entries(function: facts.FunctionFact) -> frozenset[str]:
    """The attributes that a function writes of objects kept in a collection: ``session = SESSIONS[sid]``."""
    attributes = {
        (target.value.id, target.attr)
        for action in walk.actions(function.body)
        if isinstance(action, facts.Assign)
        for target in walk.flat(action.targets)
        if isinstance(target, facts.Attribute) and isinstance(target.value, facts.Name)
    }
    if not attributes:
        return frozenset()
    entries = entries_of(function.body)
    own = {parameter.name for parameter in function.parameters} | walk.bindings(function).names.keys()
    shared_by = {name for name, held in entries.items() if any(root not in own for e in held for root in _names(e))}
    return frozenset(attr for name, attr in attributes if name in shared_by)


def _names(container: facts.Expr) -> Iterator[str]:
    held = walk.container(container)
    if isinstance(held, facts.Name):
        yield held.id


def _roots(target: facts.Expr) -> Iterator[str]:
    """The variables of which a target writes an entry: ``session`` of ``session["h"]``."""
    if isinstance(target, facts.Display):
        for item in target.items:
            yield from _roots(item)
    elif isinstance(target, facts.Subscript):
        yield from _names(target)


def _stored(target: facts.Expr, found: set[str]) -> None:
    if isinstance(target, facts.Attribute):
        found.add(target.attr)
    elif isinstance(target, (facts.Subscript, facts.Starred)):
        _stored(target.value, found)
    elif isinstance(target, facts.Display):
        for item in target.items:
            _stored(item, found)
