"""Compound statements: branches, loops, ``try``, ``with`` and ``match``."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import Any

import libcst as cst

from lstm_lint.facts import (
    Assign,
    Attribute,
    Catch,
    Enter,
    Exit,
    Expr,
    Iterate,
    Match,
    Name,
    Operation,
    Statement,
    Swallow,
)
from lstm_lint.flow import EMPTY, Branch, Handler, Loop, Sequence, Shape, Step, Try
from lstm_lint.lower.patterns import matched
from lstm_lint.lower.statements import suite
from lstm_lint.lower.unit import STATEMENTS, Place, Unit, lowers
from lstm_lint.model import Span


def _enter(unit: Unit, node: Any, place: Place, kind: str) -> int:
    """Adds the compound statement to the table, before those of its suites."""
    span = unit.span(node)
    one_line = isinstance(node.body, cst.SimpleStatementSuite)
    unit.statements.append(
        Statement(
            span, unit.header(node.body, span), place.parent, place.arm, kind, one_line=one_line, scope=unit.scope
        )
    )
    return len(unit.statements) - 1


def _orelse(unit: Unit, node: cst.Else | None, at: int) -> Shape:
    return EMPTY if node is None else suite(unit, node.body, Place(at, "orelse"))


@lowers(STATEMENTS, cst.If)
def _if(unit: Unit, node: cst.If, place: Place) -> Shape:
    at = _enter(unit, node, place, "if")
    test = unit.expression(node.test)
    guarded = _asks_type_checking(test)
    then = _typed_suite(unit, node.body, Place(at), guarded is True)
    if isinstance(node.orelse, cst.If):
        return Branch(test, then, _if(unit, node.orelse, Place(at, "elif")), at)
    if node.orelse is None:
        return Branch(test, then, EMPTY, at)
    return Branch(test, then, _typed_suite(unit, node.orelse.body, Place(at, "orelse"), guarded is False), at)


def _asks_type_checking(test: Expr) -> bool | None:
    """True for ``TYPE_CHECKING``, False for its negation, else None."""
    if isinstance(test, Operation) and test.op == "not":
        inner = _asks_type_checking(test.operands[0])
        return None if inner is None else not inner
    name = test.id if isinstance(test, Name) else test.attr if isinstance(test, Attribute) else ""
    return True if name == "TYPE_CHECKING" else None


def _typed_suite(unit: Unit, body: cst.BaseSuite, place: Place, type_checking: bool) -> Shape:
    before = unit.type_checking
    unit.type_checking = before or type_checking
    shape = suite(unit, body, place)
    unit.type_checking = before
    return shape


@lowers(STATEMENTS, cst.While)
def _while(unit: Unit, node: cst.While, place: Place) -> Shape:
    at = _enter(unit, node, place, "while")
    test = unit.expression(node.test)
    body = suite(unit, node.body, Place(at))
    return Loop(None, test, body, _orelse(unit, node.orelse, at), at)


@lowers(STATEMENTS, cst.For)
def _for(unit: Unit, node: cst.For, place: Place) -> Shape:
    at = _enter(unit, node, place, "for")
    iterable = unit.expression(node.iter)
    head = Iterate(unit.expression(node.target), iterable, node.asynchronous is not None)
    body = suite(unit, node.body, Place(at))
    return Loop(head, None, body, _orelse(unit, node.orelse, at), at)


@lowers(STATEMENTS, cst.Try, cst.TryStar)
def _try(unit: Unit, node: cst.Try | cst.TryStar, place: Place) -> Shape:
    at = _enter(unit, node, place, "try")
    body = suite(unit, node.body, Place(at))
    handlers = tuple([_handler(unit, one, Place(at, f"handler{i}")) for i, one in enumerate(node.handlers)])
    orelse = _orelse(unit, node.orelse, at)
    final = EMPTY if node.finalbody is None else suite(unit, node.finalbody.body, Place(at, "final"))
    return Try(body, handlers, orelse, final, at)


def _handler(unit: Unit, node: Any, place: Place) -> Handler:
    exception = None if node.type is None else unit.expression(node.type)
    bound = None if node.name is None else unit.expression(node.name.name)
    name = bound.id if isinstance(bound, Name) else None
    return Handler(Catch(exception, name), suite(unit, node.body, place))


@lowers(STATEMENTS, cst.With)
def _with(unit: Unit, node: cst.With, place: Place) -> Shape:
    at = _enter(unit, node, place, "with")
    items = [_with_item(unit, item) for item in node.items]
    unit.longest_chain = max(unit.longest_chain, len(items))
    shape = suite(unit, node.body, Place(at))
    for enter in reversed(items):
        shape = _managed(enter, shape, at)
    return shape


def _with_item(unit: Unit, item: cst.WithItem) -> Enter:
    value = unit.expression(item.item)
    return Enter(value, None if item.asname is None else unit.expression(item.asname.name))


def _managed(enter: Enter, body: Shape, at: int) -> Shape:
    swallow = Handler(Swallow(enter.item), EMPTY)
    return Sequence((Step(enter, at), Try(body, (swallow,), EMPTY, Step(Exit(enter.item), at), at)), at)


@lowers(STATEMENTS, cst.Match)
def _match(unit: Unit, node: cst.Match, place: Place) -> Shape:
    span = unit.span(node)
    header = Span(span.line, span.column, *unit.positions.colon_after(node.subject))
    at = len(unit.statements)
    unit.statements.append(Statement(span, header, place.parent, place.arm, "match", scope=unit.scope))
    subject = unit.expression(node.subject)
    if _is_chain(subject):
        return Sequence((_cases(unit, subject, node.cases, at),), at)
    name = Name("<match>", subject.span)
    step = Step(Assign((name,), subject), at)
    return Sequence((step, _cases(unit, name, node.cases, at)), at)


def _is_chain(value: Expr) -> bool:
    while isinstance(value, Attribute):
        value = value.value
    return isinstance(value, Name)


def _cases(unit: Unit, subject: Expr, cases: Many[cst.MatchCase], parent: int) -> Shape:
    """The cases from the first to the last, each in the ``orelse`` of the one before."""
    tests: list[tuple[int, Match, Shape]] = []
    for number, case in enumerate(cases):
        at = _enter(unit, case, Place(parent, f"case{number}"), "case")
        test = matched(unit, subject, case)
        tests.append((at, test, suite(unit, case.body, Place(at))))
    unit.longest_chain = max(unit.longest_chain, len(tests))
    shape: Shape = EMPTY
    for index, match, body in reversed(tests):
        shape = Branch(match, body, shape, index)
    return shape
