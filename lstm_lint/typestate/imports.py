"""How the code at a place comes by the function that a written reset calls: what is imported, and what has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lstm_lint.facts import Import, Statement
from lstm_lint.model import Edit, Span
from lstm_lint.source import Source

if TYPE_CHECKING:
    from lstm_lint.facts import ModuleFacts
    from lstm_lint.project import Module
    from lstm_lint.project.types import Scope
    from lstm_lint.typestate.trace import Trace


class Known(NamedTuple):
    """A function that the code at a place can call: what has to be added for that, and the name it has there."""

    edits: tuple[Edit, ...]
    name: str


def imported(trace: Trace, scope: Scope, source: Source, statement: int, wanted: tuple[str, str]) -> Known | None:
    """How the code at a statement comes by ``name`` of ``module``; None where no import of it would be sound."""
    name = wanted[1]
    facts = scope.module.facts
    found = _at_hand(trace, scope, statement, wanted)
    if found is not None:
        return Known((), found) if not trace.project.typing.is_local(found, scope) else None
    if name in facts.mentions:
        return None  # the name is taken, or imported where it does not reach
    line = _line(trace, scope.module.path, facts, statement)
    return None if line is None else Known((_edit(source, line, f"from {wanted[0]} import {name}"),), name)


def _at_hand(trace: Trace, scope: Scope, statement: int, wanted: tuple[str, str]) -> str | None:
    """The name that the function has at a statement already, if it has one."""
    module, facts = scope.module, scope.module.facts
    at = facts.statements[statement]
    inside = _function(facts, statement)
    for item in facts.imports:
        if (_absolute(item, module), item.name) != wanted or item.type_checking:
            continue
        where = trace.layout.at(module.path, item.span)
        if where is None:
            continue
        above = item.span.line < at.span.line
        if (above or inside >= 0) and _reaches(facts, where[1]):
            return item.local
        if above and where[1].parent == inside >= 0:
            return item.local
    function = facts.functions.get(wanted[1]) if module.name == wanted[0] else None
    if function is not None and (inside >= 0 or function.span.line < at.span.line):
        return wanted[1]
    return None


def _absolute(item: Import, module: Module) -> str:
    """The module that an import names, counted from the top."""
    if not item.level:
        return item.module
    parts = module.package.split(".")
    return ".".join([*parts[: len(parts) - item.level + 1], item.module]).strip(".")


def _function(facts: ModuleFacts, statement: int) -> int:
    """The function that a statement stands in; -1 for one that runs while the module is imported."""
    parent = facts.statements[statement].parent
    while parent >= 0 and facts.statements[parent].kind != "def":
        parent = facts.statements[parent].parent
    return parent


def _reaches(facts: ModuleFacts, statement: Statement) -> bool:
    """Whether a name imported by this statement is known everywhere below: at the top, or in a top-level ``try``."""
    parent = statement.parent
    while parent >= 0:
        if facts.statements[parent].kind not in ("try", "if", "with"):
            return False
        parent = facts.statements[parent].parent
    return True


def _line(trace: Trace, path: str, facts: ModuleFacts, statement: int) -> int | None:
    """The line for an import that a statement needs.

    After the last import at the top of the module. One below what the statement stands in may be too late, since what
    is in between may call it; then after the last one above.
    """
    top = statement
    while facts.statements[top].parent >= 0:
        top = facts.statements[top].parent
    if facts.import_line <= facts.statements[top].span.line:
        return facts.import_line
    ends = [
        found[1].span.end_line
        for item in facts.imports
        if (found := trace.layout.at(path, item.span)) and found[1].parent == -1 and not found[1].shared_line
    ]
    above = [end for end in ends if end < facts.statements[top].span.line]
    if above:
        return trace.layout.source(path).line_after(max(above))
    return facts.import_line if _function(facts, statement) >= 0 else None


def _edit(source: Source, line: int, text: str) -> Edit:
    last = len(source.line_starts)
    if line <= last:
        return Edit(Span(line, 1, line, 1), text + source.ending(max(line - 1, 1)))
    end = len(source.line(last)) + 1
    return Edit(Span(last, end, last, end), source.ending(last) + text)
