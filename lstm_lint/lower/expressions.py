"""Expressions: names, calls, displays, operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from lstm_lint.facts import (
    Argument,
    Attribute,
    Await,
    BoolOp,
    Call,
    Clause,
    Comprehension,
    Conditional,
    Constant,
    DictDisplay,
    Display,
    Expr,
    Name,
    Operation,
    Starred,
    Subscript,
    Walrus,
    Yield,
)
from lstm_lint.facts.private import attribute
from lstm_lint.lower.operators import BINARY, COMPARISON, UNARY
from lstm_lint.lower.unit import EXPRESSIONS, Unit, lowers
from lstm_lint.model import Span

_SINGLETONS = {"None": None, "True": True, "False": False}


@lowers(EXPRESSIONS, cst.Name)
def _name(unit: Unit, node: cst.Name) -> Expr:
    word = node.value
    if word in _SINGLETONS:
        return Constant(_SINGLETONS[word], unit.span(node))
    unit.frame.mentions.add(word)
    return Name(word, unit.span(node))


@lowers(EXPRESSIONS, cst.Attribute)
def _attribute(unit: Unit, node: cst.Attribute) -> Expr:
    attr = node.attr.value
    unit.frame.mentions.add(attr)
    return Attribute(unit.expression(node.value), attribute(attr, unit.prefix), unit.span(node))


@lowers(EXPRESSIONS, cst.Call)
def _call(unit: Unit, node: cst.Call) -> Expr:
    func = unit.expression(node.func)
    return Call(func, arguments(unit, node.args), unit.span(node))


def arguments(unit: Unit, nodes: Sequence[cst.Arg]) -> tuple[Argument, ...]:
    """The arguments of a call or of a class statement."""
    return tuple([_argument(unit, node) for node in nodes])


def _argument(unit: Unit, node: cst.Arg) -> Argument:
    value = unit.expression(node.value)
    if node.keyword is None:
        return Argument(value, None, node.star)
    unit.frame.mentions.add(node.keyword.value)
    return Argument(value, node.keyword.value, node.star)


@lowers(EXPRESSIONS, cst.Subscript)
def _subscript(unit: Unit, node: cst.Subscript) -> Expr:
    value = unit.expression(node.value)
    span = unit.span(node)
    elements = [_slice(unit, element) for element in node.slice]
    if len(elements) == 1 and not _makes_tuple(node.slice[0]):
        return Subscript(value, elements[0], span)
    within = Span(*unit.span(node.slice[0])[:2], *unit.span(node.slice[-1])[2:])
    if any(isinstance(element.slice, cst.Slice) for element in node.slice):
        return Subscript(value, Operation("slice", tuple(elements), within), span)
    return Subscript(value, Display("tuple", tuple(elements), within), span)


def _makes_tuple(only: cst.SubscriptElement) -> bool:
    """Whether the only element of an index makes it a tuple all the same: by a comma, or a star."""
    return isinstance(only.comma, cst.Comma) or (isinstance(only.slice, cst.Index) and only.slice.star is not None)


def _slice(unit: Unit, element: cst.SubscriptElement) -> Expr:
    node = element.slice
    if isinstance(node, cst.Slice):
        span = unit.span(element)
        bounds = (node.lower, node.upper, node.step)
        return Operation("slice", tuple([_or_none(unit, bound, span) for bound in bounds]), span)
    assert isinstance(node, cst.Index)
    value = unit.expression(node.value)
    return Starred(value, unit.span(element)) if node.star else value


def _or_none(unit: Unit, node: cst.BaseExpression | None, span: Span) -> Expr:
    return Constant(None, span) if node is None else unit.expression(node)


@lowers(EXPRESSIONS, cst.Tuple)
def _tuple(unit: Unit, node: cst.Tuple) -> Expr:
    return Display("tuple", _elements(unit, node), unit.span(node))


@lowers(EXPRESSIONS, cst.List)
def _list(unit: Unit, node: cst.List) -> Expr:
    return Display("list", _elements(unit, node), unit.span(node))


@lowers(EXPRESSIONS, cst.Set)
def _set(unit: Unit, node: cst.Set) -> Expr:
    return Display("set", _elements(unit, node), unit.span(node))


def _elements(unit: Unit, node: cst.Tuple | cst.List | cst.Set) -> tuple[Expr, ...]:
    lower = unit.expression
    return tuple([lower(e.value) if type(e) is cst.Element else lower(e) for e in node.elements])


@lowers(EXPRESSIONS, cst.StarredElement)
def _starred(unit: Unit, node: cst.StarredElement) -> Expr:
    return Starred(unit.expression(node.value), unit.span(node))


@lowers(EXPRESSIONS, cst.Dict)
def _dict(unit: Unit, node: cst.Dict) -> Expr:
    return DictDisplay(tuple([_item(unit, element) for element in node.elements]), unit.span(node))


def _item(unit: Unit, element: cst.BaseDictElement) -> tuple[Expr | None, Expr]:
    key = unit.expression(element.key) if isinstance(element, cst.DictElement) else None
    return key, unit.expression(element.value)


@lowers(EXPRESSIONS, cst.UnaryOperation)
def _unary(unit: Unit, node: cst.UnaryOperation) -> Expr:
    return Operation(UNARY[type(node.operator)], (unit.expression(node.expression),), unit.span(node))


@lowers(EXPRESSIONS, cst.BinaryOperation)
def _binary(unit: Unit, node: cst.BinaryOperation) -> Expr:
    left = unit.expression(node.left)
    return Operation(BINARY[type(node.operator)], (left, unit.expression(node.right)), unit.span(node))


@lowers(EXPRESSIONS, cst.BooleanOperation)
def _boolean(unit: Unit, node: cst.BooleanOperation) -> Expr:
    left = unit.expression(node.left)
    right = unit.expression(node.right)
    return BoolOp("and" if isinstance(node.operator, cst.And) else "or", left, right, unit.span(node))


@lowers(EXPRESSIONS, cst.Comparison)
def _comparison(unit: Unit, node: cst.Comparison) -> Expr:
    span = unit.span(node)
    left = unit.expression(node.left)
    result: Expr | None = None
    last = node.comparisons[-1]
    unit.longest_chain = max(unit.longest_chain, len(node.comparisons))
    for target in node.comparisons:
        value = unit.expression(target.comparator)
        middle, again = (value, value) if target is last else _once(value)
        link = Operation(COMPARISON[type(target.operator)], (left, middle), span)
        result = link if result is None else BoolOp("and", result, link, span)
        left = again
    assert result is not None
    return result


def _once(value: Expr) -> tuple[Expr, Expr]:
    """An operand of two comparisons: as it is evaluated, and as it is used again."""
    if isinstance(value, (Name, Attribute, Constant)):
        return value, value
    name = Name("<operand>", value.span)
    return Walrus(name, value, value.span), name


@lowers(EXPRESSIONS, cst.IfExp)
def _conditional(unit: Unit, node: cst.IfExp) -> Expr:
    test = unit.expression(node.test)
    return Conditional(test, unit.expression(node.body), unit.expression(node.orelse), unit.span(node))


@lowers(EXPRESSIONS, cst.NamedExpr)
def _walrus(unit: Unit, node: cst.NamedExpr) -> Expr:
    return Walrus(unit.expression(node.target), unit.expression(node.value), unit.span(node))


@lowers(EXPRESSIONS, cst.Await)
def _await(unit: Unit, node: cst.Await) -> Expr:
    return Await(unit.expression(node.expression), unit.span(node))


@lowers(EXPRESSIONS, cst.Yield)
def _yield(unit: Unit, node: cst.Yield) -> Expr:
    unit.frame.yields = True
    value = node.value.item if isinstance(node.value, cst.From) else node.value
    return Yield(None if value is None else unit.expression(value), unit.span(node))


@lowers(EXPRESSIONS, cst.ListComp)
def _list_comprehension(unit: Unit, node: cst.ListComp) -> Expr:
    return Comprehension("list", None, unit.expression(node.elt), _clauses(unit, node.for_in), unit.span(node))


@lowers(EXPRESSIONS, cst.SetComp)
def _set_comprehension(unit: Unit, node: cst.SetComp) -> Expr:
    return Comprehension("set", None, unit.expression(node.elt), _clauses(unit, node.for_in), unit.span(node))


@lowers(EXPRESSIONS, cst.GeneratorExp)
def _generator(unit: Unit, node: cst.GeneratorExp) -> Expr:
    return Comprehension("generator", None, unit.expression(node.elt), _clauses(unit, node.for_in), unit.span(node))


@lowers(EXPRESSIONS, cst.DictComp)
def _dict_comprehension(unit: Unit, node: cst.DictComp) -> Expr:
    key = unit.expression(node.key)
    return Comprehension("dict", key, unit.expression(node.value), _clauses(unit, node.for_in), unit.span(node))


def starred_dict_comprehension(unit: Unit, node: Any) -> Expr:
    """``{**d for d in dicts}``, which only newer versions of libcst know."""
    return Comprehension("dict", None, unit.expression(node.value), _clauses(unit, node.for_in), unit.span(node))


if hasattr(cst, "StarredDictComp"):
    EXPRESSIONS[cst.StarredDictComp] = starred_dict_comprehension


def _clauses(unit: Unit, node: cst.CompFor | None) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    while node is not None:
        tests = tuple([unit.expression(condition.test) for condition in node.ifs])
        clauses.append(Clause(unit.expression(node.target), unit.expression(node.iter), tests))
        node = node.inner_for_in
    return tuple(clauses)
