"""Literals: numbers, strings and their concatenations, f-strings."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Any

import libcst as cst

from lstm_lint.facts import Constant, Expr, Operation
from lstm_lint.lower.unit import EXPRESSIONS, Unit, lowers


@lowers(EXPRESSIONS, cst.Integer, cst.Float, cst.Imaginary)
def _number(unit: Unit, node: cst.BaseNumber) -> Expr:
    text: str = node.value  # type: ignore[attr-defined]
    try:
        value = int(text) if text.isdecimal() and (text[0] != "0" or text == "0") else ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):  # Python refuses decimal integers of over 4,300 digits
        return Operation("number", (), unit.span(node))
    return Constant(value, unit.span(node))


@lowers(EXPRESSIONS, cst.Ellipsis)
def _ellipsis(unit: Unit, node: cst.Ellipsis) -> Expr:
    return Constant(..., unit.span(node))


@lowers(EXPRESSIONS, cst.SimpleString)
def _string(unit: Unit, node: cst.SimpleString) -> Expr:
    value = _evaluated(node)
    if isinstance(value, str) and value.isidentifier():
        unit.frame.mentions.add(value)
    return Constant(value, unit.span(node))


def _evaluated(node: cst.SimpleString) -> str | bytes:
    text = node.value
    quote = text[0]
    if "\\" not in text and "\r" not in text and quote in "\"'":
        return text[3:-3] if text[1:3] == quote * 2 and len(text) > 2 else text[1:-1]
    with warnings.catch_warnings():  # an escape that Python does not know is a matter for other linters
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return node.raw_value
    return value if isinstance(value, (str, bytes)) else node.raw_value


@lowers(EXPRESSIONS, cst.ConcatenatedString)
def _concatenated(unit: Unit, node: cst.ConcatenatedString) -> Expr:
    parts = list(_parts(node))
    values = [_evaluated(part) for part in parts if isinstance(part, cst.SimpleString)]
    if len(values) == len(parts):
        whole = _joined(values)
        if isinstance(whole, str) and whole.isidentifier():
            unit.frame.mentions.add(whole)
        return Constant(whole, unit.span(node))
    operands = [operand for part in parts for operand in _interpolated(unit, part)]
    return Operation("fstring", tuple(operands), unit.span(node))


def _joined(values: list[str | bytes]) -> str | bytes:
    texts = [value for value in values if isinstance(value, str)]
    return "".join(texts) if texts else b"".join([value for value in values if isinstance(value, bytes)])


def _parts(node: cst.BaseString) -> Iterator[cst.BaseString]:
    """The strings written side by side, from the left."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _fstring(unit: Unit, node: Any) -> Expr:
    return Operation("fstring", tuple(_interpolated(unit, node)), unit.span(node))


def _interpolated(unit: Unit, node: Any) -> list[Expr]:
    """What stands in the braces of an f-string or t-string, also in format specifications."""
    if isinstance(node, cst.SimpleString):
        return []
    unit.fstrings.append(node)
    return _braces(unit, node.parts)


def _braces(unit: Unit, parts: Any) -> list[Expr]:
    found: list[Expr] = []
    for part in parts:
        if hasattr(part, "expression"):
            found.append(unit.expression(part.expression))
            found.extend(_braces(unit, part.format_spec or ()))
    return found


EXPRESSIONS[cst.FormattedString] = _fstring
if hasattr(cst, "TemplatedString"):
    EXPRESSIONS[cst.TemplatedString] = _fstring
