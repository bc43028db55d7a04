"""An expression wrapped in ``deepcopy``, with the import that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Applicability, Edit, Fix, Span
from lstm_lint.project.types import Scope
from lstm_lint.typestate.imports import imported

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

_TITLE = "Copy the weights with `deepcopy`"


def deepcopied(trace: Trace, scope: Scope, span: Span) -> Fix | None:
    """The edit that copies the value of the expression at ``span``."""
    path = scope.module.path
    at = trace.layout.at(path, span)
    if at is None:
        return None
    added: tuple[Edit, ...] = ()
    name = _module(scope)
    if name is None:
        found = imported(trace, scope, trace.layout.source(path), at[0], ("copy", "deepcopy"))
        if found is None:
            return Fix(_TITLE, Applicability.DISPLAY, ())
        added, name = found.edits, found.name
    elif trace.project.typing.is_local(name.partition(".")[0], scope):
        return Fix(_TITLE, Applicability.DISPLAY, ())
    before = Span(span.line, span.column, span.line, span.column)
    after = Span(span.end_line, span.end_column, span.end_line, span.end_column)
    return Fix(_TITLE, Applicability.SAFE, (*added, Edit(before, f"{name}("), Edit(after, ")")))


def _module(scope: Scope) -> str | None:
    """``copy.deepcopy`` by the name that the module ``copy`` has at the top of the file."""
    for item in scope.module.facts.imports:
        if item.module == "copy" and item.name is None and not item.level and not item.type_checking:
            top = any(s.parent == -1 and s.span.line == item.span.line for s in scope.module.facts.statements)
            if top:
                return f"{item.local}.deepcopy"
    return None
