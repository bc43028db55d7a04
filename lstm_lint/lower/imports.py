"""Import statements, and the line where a new one goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from lstm_lint.facts import BindImport, Import
from lstm_lint.flow import Shape, Step
from lstm_lint.lower.statements import SIMPLE
from lstm_lint.lower.unit import Unit, lowers
from lstm_lint.source import Source

IMPORTS = tuple(
    getattr(cst, name) for name in ("Import", "ImportFrom", "LazyImport", "LazyImportFrom") if hasattr(cst, name)
)


@lowers(SIMPLE, *IMPORTS)
def _import(unit: Unit, node: Any, at: int) -> Shape:
    found = tuple(_from(unit, node) if hasattr(node, "module") else _plain(unit, node))
    unit.imports.extend(found)
    for one in found:
        unit.frame.mentions.update(one.module.split("."), one.target.split("."), (one.local, one.name or one.local))
    return Step(BindImport(found), at)


def _plain(unit: Unit, node: cst.Import) -> Iterator[Import]:
    for alias in node.names:
        dotted = _dotted(alias.name)
        local = _local(alias)
        module = dotted if local else dotted.partition(".")[0]
        yield Import(local or module, module, None, 0, dotted, unit.span(alias), unit.type_checking)


def _from(unit: Unit, node: cst.ImportFrom) -> Iterator[Import]:
    module = "" if node.module is None else _dotted(node.module)
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        yield Import("*", module, "*", level, "", unit.span(node), unit.type_checking)
        return
    for alias in node.names:
        name = _dotted(alias.name)
        yield Import(_local(alias) or name, module, name, level, "", unit.span(alias), unit.type_checking)


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    assert isinstance(node, cst.Name)
    return ".".join(reversed([*parts, node.value]))


def _local(alias: cst.ImportAlias) -> str:
    """The name after ``as``, or nothing."""
    if alias.asname is None:
        return ""
    assert isinstance(alias.asname.name, cst.Name)
    return alias.asname.name.value


def import_line(unit: Unit, module: cst.Module, source: Source) -> int:
    """The line before which a new import goes: after the last one at the top, else after docstring and comments."""
    last: cst.CSTNode | None = None
    for node in module.body:
        if isinstance(node, cst.SimpleStatementLine) and any(isinstance(small, IMPORTS) for small in node.body):
            last = node
    if last is None and module.body and _is_docstring(module.body[0]):
        last = module.body[0]
    return _line_of_first_code(source) if last is None else source.line_after(unit.span(last).end_line)


def _is_docstring(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.SimpleStatementLine) or not isinstance(node.body[0], cst.Expr):
        return False
    return isinstance(node.body[0].value, (cst.SimpleString, cst.ConcatenatedString))


def _line_of_first_code(source: Source) -> int:
    number = 1
    while number <= len(source.line_starts) and source.line(number).lstrip(" \t\f").startswith("#"):
        number += 1
    return number
