"""Walks over the facts: the actions of a shape, the expressions of an action, and the bindings a function makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Literal

from lstm_lint import facts
from lstm_lint.flow import Branch, Leave, Loop, Sequence, Shape, Step, Try
from lstm_lint.memo import by_node
from lstm_lint.model import Span

_EXPRESSIONS = frozenset({
    facts.Name, facts.Attribute, facts.Call, facts.Subscript, facts.Constant, facts.Display, facts.DictDisplay,
    facts.Operation, facts.BoolOp, facts.Conditional, facts.Walrus, facts.Comprehension, facts.Lambda, facts.Await,
    facts.Yield, facts.Starred,
})  # fmt: skip
_FIELDS: dict[type, tuple[str, ...]] = {}


def actions(shape: Shape) -> Iterator[object]:
    """Every action and test of a shape, in source order; nested definitions are not entered."""
    todo: list[object] = [shape]  # no recursion: in a long chain of `elif` each arm stands in the one before
    while todo:
        part = todo.pop()
        if isinstance(part, Step):
            yield part.action
        elif isinstance(part, Sequence):
            todo.extend(reversed(part.shapes))
        elif isinstance(part, Branch):
            yield part.test
            todo += (part.orelse, part.then)
        elif isinstance(part, Loop):
            if part.head is not None:
                yield part.head
            if part.test is not None:
                yield part.test
            todo += (part.orelse, part.body)
        elif isinstance(part, Try):
            todo += (part.final, part.orelse)
            for handler in reversed(part.handlers):
                todo += (handler.body, Step(handler.action))
            todo.append(part.body)
        else:
            assert isinstance(part, Leave)


def expressions(node: object) -> Iterator[facts.Expr]:
    """Every expression in an action or expression, itself included, outermost first; lambdas are entered."""
    todo: list[object] = [node]
    while todo:
        item = todo.pop()
        kind = type(item)
        if kind is tuple:
            todo.extend(reversed(item))  # type: ignore[call-overload]
            continue
        names = _FIELDS.get(kind)
        if names is None:
            names = _FIELDS[kind] = _names_of_parts(kind)
        if not names:
            if kind in _EXPRESSIONS:
                yield item  # type: ignore[misc]
            elif kind is facts.FunctionFact and item.name == "<lambda>":  # type: ignore[attr-defined]
                todo.extend(reversed(list(actions(item.body))))  # type: ignore[attr-defined]
            continue
        if kind in _EXPRESSIONS:
            yield item  # type: ignore[misc]
        for name in names:
            part = getattr(item, name)
            if part is not None and part.__class__ is not str:
                todo.append(part)


def _names_of_parts(kind: type) -> tuple[str, ...]:
    """The fields that expressions may be in, last first; none for a definition and for what is no part of the facts."""
    if kind in (facts.FunctionFact, facts.ClassFact) or not hasattr(kind, "__dataclass_fields__"):
        return ()
    return tuple(f.name for f in reversed(fields(kind)) if f.name != "span")


@dataclass(frozen=True, slots=True)
class Binding:
    """One way a name or an attribute of self gets its value.

    ``value``: from the expression itself; ``element``: from its elements; ``enter``: from entering it;
    ``annotation``: declared so; ``item``: from item ``index`` of it.
    """

    how: Literal["value", "element", "enter", "annotation", "item"]
    expr: facts.Expr
    index: int = -1


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a function binds: local names, and attributes of its first parameter; by name also what lists there get.

    ``appended`` are those in variables, ``filled`` those in attributes.
    """

    names: dict[str, list[Binding]]
    attributes: dict[str, list[Binding]]
    returns: list[facts.Expr]
    yields: list[facts.Expr]
    appended: dict[str, list[facts.Expr]]
    filled: dict[str, list[facts.Expr]]


@by_node
def bindings(function: facts.FunctionFact) -> Bindings:
    """All bindings in a function's own body."""
    return _collect(function.body, function.parameters[0].name if function.parameters else None)


@by_node
def bound_in(body: Shape) -> Bindings:
    """All bindings of names in a body."""
    return _collect(body, None)


def module_bindings(module: facts.ModuleFacts) -> Bindings:
    """All bindings at the top level of a module."""
    return _collect(module.body, None)


def _collect(body: Shape, first: str | None) -> Bindings:
    found = Bindings({}, {}, [], [], {}, {})
    for action in actions(body):
        if isinstance(action, facts.Assign):
            for target in action.targets:
                if action.annotation is not None:
                    _bind(target, Binding("annotation", action.annotation), first, found)
                _bind(target, Binding("value", action.value), first, found)
        elif isinstance(action, facts.Declare):
            _bind(action.target, Binding("annotation", action.annotation), first, found)
        elif isinstance(action, facts.Iterate):
            _bind(action.target, Binding("element", action.iterable), first, found)
        elif isinstance(action, facts.Enter):
            if action.target is not None:
                _bind(action.target, Binding("enter", action.item), first, found)
        elif isinstance(action, facts.Return) and action.value is not None:
            found.returns.append(action.value)
        for expr in expressions(action):
            if isinstance(expr, facts.Walrus):
                _bind(expr.target, Binding("value", expr.value), first, found)
            elif isinstance(expr, facts.Yield) and expr.value is not None:
                found.yields.append(expr.value)
            elif isinstance(expr, facts.Call) and len(expr.arguments) == 1:
                _fill(expr, first, found)
    return found


def _fill(call: facts.Call, first: str | None, found: Bindings) -> None:
    """Note what a list gets: ``agents.append(agent)``, ``self.agents.append(agent)``."""
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr != "append":
        return
    filled = func.value
    if isinstance(filled, facts.Name):
        found.appended.setdefault(filled.id, []).append(call.arguments[0].value)
    elif isinstance(filled, facts.Attribute) and isinstance(filled.value, facts.Name) and filled.value.id == first:
        found.filled.setdefault(filled.attr, []).append(call.arguments[0].value)


def _bind(target: facts.Expr, binding: Binding, first: str | None, found: Bindings) -> None:
    if isinstance(target, facts.Name):
        found.names.setdefault(target.id, []).append(binding)
    elif isinstance(target, facts.Attribute):
        if first is not None and isinstance(target.value, facts.Name) and target.value.id == first:
            found.attributes.setdefault(target.attr, []).append(binding)
    elif isinstance(target, facts.Display):
        values = binding.expr
        paired = binding.how == "value" and isinstance(values, facts.Display) and len(values.items) == len(target.items)
        for index, item in enumerate(target.items):
            if paired and isinstance(values, facts.Display):
                _bind(item, Binding("value", values.items[index]), first, found)
            elif binding.how in ("value", "element"):
                how: Literal["item", "element"] = "item" if binding.how == "value" else "element"
                _bind(item, Binding(how, binding.expr, index), first, found)


def chain(expr: facts.Expr) -> str | None:
    """``a.b.c`` for a plain name or attribute chain, else None."""
    parts: list[str] = []
    while isinstance(expr, facts.Attribute):
        parts.append(expr.attr)
        expr = expr.value
    if not isinstance(expr, facts.Name):
        return None
    return ".".join([expr.id, *reversed(parts)])


@by_node
def chains(node: object) -> frozenset[str]:
    """The variables in an action or expression, and the attributes as the source writes them."""
    return frozenset(found for each in expressions(node) if (found := chain(each)) is not None)


def root(expr: facts.Expr) -> facts.Expr:
    """What attributes and entries are taken of, one after the other: ``a`` of ``a.b[c].d``."""
    while isinstance(expr, (facts.Attribute, facts.Subscript)):
        expr = expr.value
    return expr


def container(expr: facts.Expr) -> facts.Expr:
    """What entries are taken of, one after the other: ``a.b`` of ``a.b[c][d]``."""
    while isinstance(expr, facts.Subscript):
        expr = expr.value
    return expr


def is_none(expr: facts.Expr | None) -> bool:
    """Whether an expression is the literal ``None``."""
    return isinstance(expr, facts.Constant) and expr.value is None


def last_name(expr: facts.Expr) -> str:
    """What an expression ends in: the attribute that is read, or the name itself; empty for anything else."""
    return str(getattr(expr, "attr", getattr(expr, "id", "")))


def render(expr: facts.Expr) -> str | None:
    """An expression as source text, for chains with subscripts and calls; None for anything else."""
    if isinstance(expr, facts.Name):
        return expr.id
    if isinstance(expr, facts.Constant):
        return repr(expr.value)
    if isinstance(expr, facts.Attribute):
        base = render(expr.value)
        return None if base is None else f"{base}.{expr.attr}"
    if isinstance(expr, facts.Subscript):
        base, index = render(expr.value), render(expr.index)
        return None if base is None else f"{base}[{index or '…'}]"
    if isinstance(expr, facts.Call):
        base = render(expr.func)
        return None if base is None else f"{base}({'…' if expr.arguments else ''})"
    return None


def is_whole(index: facts.Expr) -> bool:
    """Whether a subscript is ``[:]`` or ``[...]``: everything at once."""
    if isinstance(index, facts.Constant):
        return index.value is ...
    return (
        isinstance(index, facts.Operation)
        and index.op == "slice"
        and all(map(is_none, index.operands))
    )


@by_node
def calls(shape: Shape) -> tuple[facts.Call, ...]:
    """Every call in a shape; nested definitions are not entered."""
    return tuple(call for action in actions(shape) for call in calls_in(action))


@by_node
def names(shape: Shape) -> frozenset[str]:
    """The variables and attributes that a shape names, and its literal strings."""
    parts = (expr for action in actions(shape) for expr in expressions(action))
    found = (getattr(e, "id", getattr(e, "attr", getattr(e, "value", None))) for e in parts)
    return frozenset(each for each in found if isinstance(each, str))


@by_node
def variables(shape: Shape) -> frozenset[str]:
    """The variables that a shape names; nested definitions are not entered."""
    return frozenset(e.id for action in actions(shape) for e in expressions(action) if isinstance(e, facts.Name))


def variables_in(node: object) -> frozenset[str]:
    """The variables that an action or expression names; lambdas are entered."""
    return frozenset(expr.id for expr in expressions(node) if isinstance(expr, facts.Name))


def calls_in(node: object) -> Iterator[facts.Call]:
    """Every call in an action or expression, outermost first."""
    return (expr for expr in expressions(node) if isinstance(expr, facts.Call))


def call_at(shape: Shape, span: Span) -> facts.Call | None:
    """The call of a shape that stands there."""
    return next((call for call in calls(shape) if call.span == span), None)


@by_node
def spans(shape: Shape) -> frozenset[Span]:
    """Where the expressions of a shape stand."""
    return frozenset(expr.span for action in actions(shape) for expr in expressions(action))


def has(node: object, span: Span) -> bool:
    """Whether an expression of an action or expression stands there."""
    return any(expr.span == span for expr in expressions(node))


def flat(targets: Iterable[facts.Expr]) -> Iterator[facts.Expr]:
    """The targets of an assignment, those of tuples one by one."""
    for target in targets:
        if isinstance(target, facts.Display):
            yield from flat(target.items)
        else:
            yield target


def part_name(expr: object) -> str | None:
    """What an attribute is called, or an entry of a dict that is spelt out: ``net`` of ``m.net`` and ``m["net"]``."""
    if isinstance(expr, facts.Attribute):
        return expr.attr
    index = expr.index if isinstance(expr, facts.Subscript) else None
    return index.value if isinstance(index, facts.Constant) and isinstance(index.value, str) else None


def argument_of(call: facts.Call, name: str, position: int) -> facts.Expr | None:
    """One argument of a call as it is written."""
    for argument in call.arguments:
        if argument.keyword == name:
            return argument.value
    plain = [argument.value for argument in call.arguments if argument.keyword is None and not argument.star]
    return plain[position] if 0 <= position < len(plain) else None


def paired(target: facts.Expr, value: facts.Expr) -> Iterator[tuple[facts.Expr, facts.Expr | None]]:
    """Each single target of an assignment with what it gets, None where that is taken apart out of view."""
    if not isinstance(target, facts.Display):
        yield target, value
    elif isinstance(value, facts.Display) and len(value.items) == len(target.items):
        for item, part in zip(target.items, value.items, strict=True):
            yield from paired(item, part)
    else:
        yield from ((item, None) for item in target.items)


def zipped(value: facts.Expr, index: int) -> facts.Expr | None:
    """What the variable at an index goes through in a loop over a ``zip``."""
    if not isinstance(value, facts.Call) or last_name(value.func) != "zip":
        return None
    return value.arguments[index].value if 0 <= index < len(value.arguments) else None


def ending(shape: Shape) -> Leave | None:
    """The jump that a suite ends with."""
    while isinstance(shape, Sequence) and shape.shapes:
        shape = shape.shapes[-1]
    return shape if isinstance(shape, Leave) else None


def leaves(shape: Shape) -> bool:
    """Whether there is a jump anywhere in a shape."""
    return isinstance(shape, Leave) or any(map(leaves, parts(shape)))


def parts(shape: Shape) -> tuple[Shape, ...]:
    """The shapes that a shape is made of, in source order."""
    if isinstance(shape, Sequence):
        return shape.shapes
    if isinstance(shape, Branch):
        return shape.then, shape.orelse
    if isinstance(shape, Loop):
        return shape.body, shape.orelse
    if isinstance(shape, Try):
        return shape.body, *(handler.body for handler in shape.handlers), shape.orelse, shape.final
    return ()


@by_node
def branches(shape: Shape) -> tuple[Branch, ...]:
    """Every branch of a shape, outermost first; nested definitions are not entered."""
    return tuple(each for each in _compound(shape) if isinstance(each, Branch))


@by_node
def loops(shape: Shape) -> tuple[Loop, ...]:
    """Every loop of a shape, outermost first; nested definitions are not entered."""
    return tuple(each for each in _compound(shape) if isinstance(each, Loop))


def _compound(shape: Shape) -> Iterator[Shape]:
    if isinstance(shape, (Branch, Loop)):
        yield shape
    for part in parts(shape):
        yield from _compound(part)
