"""The import that a written reset needs: where it goes, and when it must not be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.facts import Statement
from lstm_lint.model import Edit, Span
from lstm_lint.source import Source

if TYPE_CHECKING:
    from lstm_lint.facts import ModuleFacts
    from lstm_lint.typestate.trace import Trace


def imported(
    trace: Trace, path: str, source: Source, statement: Statement, wanted: tuple[str, str]
) -> list[Edit] | None:
    """The edits that make ``name`` of ``module`` known at a statement: none when it is; None when nothing is sound."""
    module, name = wanted
    facts = trace.layout.module(path).facts
    top = _stands_at_top(facts, statement)
    for item in facts.imports:
        if item.module != module or item.name != name or item.local != name or item.type_checking or item.level:
            continue
        where = trace.layout.at(path, item.span)
        if where is None or not _reaches(facts, where[1]):
            continue
        return [] if not top or item.span.line < statement.span.line else None
    if name in facts.mentions:
        return None  # the name is taken, or imported where it does not reach
    line = _line(trace, path, facts, statement) if top else facts.import_line
    if line is None:
        return None
    return [_edit(source, line, f"from {module} import {name}")]


def _stands_at_top(facts: ModuleFacts, statement: Statement) -> bool:
    """Whether a statement runs while the module is imported."""
    parent = statement.parent
    while parent >= 0:
        if facts.statements[parent].kind == "def":
            return False
        parent = facts.statements[parent].parent
    return statement.scope == "" or all(s.kind != "def" for s in facts.statements if s.span == statement.span)


def _reaches(facts: ModuleFacts, statement: Statement) -> bool:
    """Whether a name imported by this statement is known everywhere below: at the top, or in a top-level ``try``."""
    parent = statement.parent
    while parent >= 0:
        if facts.statements[parent].kind not in ("try", "if", "with"):
            return False
        parent = facts.statements[parent].parent
    return True


def _line(trace: Trace, path: str, facts: ModuleFacts, statement: Statement) -> int | None:
    """The line for an import that a module-level statement needs: after the last import above it."""
    if facts.import_line <= statement.span.line:
        return facts.import_line
    ends = [
        found[1].span.end_line
        for item in facts.imports
        if (found := trace.layout.at(path, item.span)) and found[1].parent == -1 and not found[1].shared_line
    ]
    above = [end for end in ends if end < statement.span.line]
    return trace.layout.source(path).line_after(max(above)) if above else None


def _edit(source: Source, line: int, text: str) -> Edit:
    last = len(source.line_starts)
    if line <= last:
        return Edit(Span(line, 1, line, 1), text + source.newline)
    end = len(source.line(last)) + 1
    return Edit(Span(last, end, last, end), source.newline + text)
