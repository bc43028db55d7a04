"""Statements: each becomes a shape, and an entry in the table of statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from lstm_lint.facts import (
    Assign,
    Augment,
    Constant,
    Declare,
    Delete,
    Display,
    Evaluate,
    Expr,
    Name,
    Operation,
    Raise,
    Return,
    Starred,
    Statement,
    Subscript,
)
from lstm_lint.flow import EMPTY, Branch, Leave, Sequence, Shape, Step
from lstm_lint.lower import records
from lstm_lint.lower.operators import AUGMENTED
from lstm_lint.lower.unit import STATEMENTS, Place, Unit, lowers

SIMPLE: dict[type, Callable[[Unit, Any, int], Shape]] = {}
"""How each simple statement is lowered, given its index in the table."""


def suite(unit: Unit, body: cst.BaseSuite, place: Place) -> Shape:
    """The statements of an indented block or of a suite on its header's line."""
    if isinstance(body, cst.SimpleStatementSuite):
        return _line(unit, body, Place(place.parent, place.arm, one_line=True))
    return block(unit, body.body, place)


def block(unit: Unit, nodes: Any, place: Place) -> Shape:
    """Statements one after another."""
    shapes = [STATEMENTS[type(node)](unit, node, place) for node in nodes]
    return shapes[0] if len(shapes) == 1 else Sequence(tuple(shapes))


@lowers(STATEMENTS, cst.SimpleStatementLine)
def _line(unit: Unit, line: cst.SimpleStatementLine | cst.SimpleStatementSuite, place: Place) -> Shape:
    shared = len(line.body) > 1
    shapes: list[Shape] = []
    for node in line.body:
        span = unit.span(node)
        at = len(unit.statements)
        unit.statements.append(
            Statement(span, span, place.parent, place.arm, "simple", place.one_line, shared, unit.scope)
        )
        shapes.append(SIMPLE[type(node)](unit, node, at))
    return shapes[0] if len(shapes) == 1 else Sequence(tuple(shapes))


@lowers(SIMPLE, cst.Expr)
def _expression(unit: Unit, node: cst.Expr, at: int) -> Shape:
    return Step(Evaluate(unit.expression(node.value)), at)


@lowers(SIMPLE, cst.Pass)
def _pass(unit: Unit, node: cst.Pass, at: int) -> Shape:
    return Sequence((), at)


@lowers(SIMPLE, cst.Break)
def _break(unit: Unit, node: cst.Break, at: int) -> Shape:
    return Leave("break", at)


@lowers(SIMPLE, cst.Continue)
def _continue(unit: Unit, node: cst.Continue, at: int) -> Shape:
    return Leave("continue", at)


@lowers(SIMPLE, cst.Return)
def _return(unit: Unit, node: cst.Return, at: int) -> Shape:
    value = None if node.value is None else unit.expression(node.value)
    return Sequence((Step(Return(value), at), Leave("return", at)), at)


@lowers(SIMPLE, cst.Raise)
def _raise(unit: Unit, node: cst.Raise, at: int) -> Shape:
    value = None if node.exc is None else unit.expression(node.exc)
    cause = () if node.cause is None else (Step(Evaluate(unit.expression(node.cause.item)), at),)
    return Sequence((*cause, Step(Raise(value), at), Leave("raise", at)), at)


@lowers(SIMPLE, cst.Assert)
def _assert(unit: Unit, node: cst.Assert, at: int) -> Shape:
    test = unit.expression(node.test)
    fail: Shape = Leave("raise", at)
    if node.msg is not None:
        fail = Sequence((Step(Evaluate(unit.expression(node.msg)), at), fail), at)
    return Branch(test, EMPTY, fail, at)


@lowers(SIMPLE, cst.Assign)
def _assign(unit: Unit, node: cst.Assign, at: int) -> Shape:
    value = unit.expression(node.value)
    targets = tuple([unit.expression(target.target) for target in node.targets])
    if unit.namespace is not None:
        for target in targets:
            bind(unit, target, value)
    return records.spelt_out(targets, value, at) or Step(Assign(targets, value), at)


@lowers(SIMPLE, cst.AnnAssign)
def _annotated(unit: Unit, node: cst.AnnAssign, at: int) -> Shape:
    annotation = unit.expression(node.annotation.annotation)
    target = unit.expression(node.target)
    if unit.namespace is not None and isinstance(target, Name):
        unit.namespace.annotations[target.id] = annotation
    if node.value is None:
        return Step(Declare(target, annotation), at)
    value = unit.expression(node.value)
    if unit.namespace is not None:
        bind(unit, target, value)
    return Step(Assign((target,), value, annotation), at)


@lowers(SIMPLE, cst.AugAssign)
def _augmented(unit: Unit, node: cst.AugAssign, at: int) -> Shape:
    target, value = unit.expression(node.target), unit.expression(node.value)
    if unit.namespace is not None and isinstance(target, Name) and target.id == "__all__":
        more = _strings(value)
        known = unit.namespace.exports
        unit.namespace.exports = None if more is None or known is None else known + more
    return Step(Augment(target, AUGMENTED[type(node.operator)], value), at)


@lowers(SIMPLE, cst.Del)
def _delete(unit: Unit, node: cst.Del, at: int) -> Shape:
    target = unit.expression(node.target)
    targets = target.items if isinstance(target, Display) else (target,)
    return Step(Delete(targets), at)


@lowers(SIMPLE, cst.Global)
def _global(unit: Unit, node: cst.Global, at: int) -> Shape:
    names = {item.name.value for item in node.names}
    unit.frame.globals |= names
    unit.frame.mentions |= names
    return Sequence((), at)


@lowers(SIMPLE, cst.Nonlocal)
def _nonlocal(unit: Unit, node: cst.Nonlocal, at: int) -> Shape:
    names = {item.name.value for item in node.names}
    unit.frame.nonlocals |= names
    unit.frame.mentions |= names
    return Sequence((), at)


@lowers(SIMPLE, cst.TypeAlias)
def _type_alias(unit: Unit, node: cst.TypeAlias, at: int) -> Shape:
    value = unit.expression(node.value)
    target = unit.expression(node.name)
    if unit.namespace is not None:
        bind(unit, target, value)
    return Step(Assign((target,), value), at)


def bind(unit: Unit, target: Expr, value: Expr) -> None:
    """Notes the assignment in the module or class whose suite it is in; unpacking gives each name its element."""
    assert unit.namespace is not None
    if isinstance(target, Name):
        unit.namespace.assignments.setdefault(target.id, []).append(value)
        if target.id == "__all__":
            unit.namespace.exports = _strings(value)
    elif isinstance(target, Starred):
        bind(unit, target.value, value)
    elif isinstance(target, Display):
        for name, element in zip(target.items, _unpacked(target, value), strict=True):
            bind(unit, name, element)


def _unpacked(target: Display, value: Expr) -> list[Expr]:
    """For each target, what of ``value`` it gets."""
    given = value.items if isinstance(value, Display) else ()
    if any(isinstance(item, Starred) for item in (*target.items, *given)):
        return [Operation("unpack", (value,), item.span) for item in target.items]
    if len(given) == len(target.items):
        return list(given)
    return [Subscript(value, Constant(index, item.span), item.span) for index, item in enumerate(target.items)]


def _strings(value: Expr) -> tuple[str, ...] | None:
    """The strings of a literal list or tuple of nothing else."""
    if not isinstance(value, Display) or value.kind == "set":
        return None
    items = [item.value if isinstance(item, Constant) else None for item in value.items]
    texts = [item for item in items if isinstance(item, str)]
    return tuple(texts) if len(texts) == len(items) else None
