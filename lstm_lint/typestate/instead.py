"""The reset that was meant, in the place of a statement that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Applicability, Edit, Fix, Span
from lstm_lint.project import ClassRef
from lstm_lint.project.types import Scope
from lstm_lint.typestate.imports import imported
from lstm_lint.typestate.recorder import Slotted
from lstm_lint.typestate.remedy import field_remedy

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

_STATE = "_last_lstm_states"
_EFFECTS = (facts.Walrus, facts.Await, facts.Yield)


def is_plain_assignment(action: object, target: Span) -> bool:
    """Whether the target at ``target`` is all that an assignment is for: a reset in its place then loses nothing."""
    return (
        isinstance(action, facts.Assign)
        and action.annotation is None
        and [each.span for each in action.targets] == [target]
        and not any(isinstance(expr, _EFFECTS) for expr in walk.expressions(action))
    )


def reset_instead(
    trace: Trace, scope: Scope, span: Span, holder: str, classes: frozenset[ClassRef], how: Applicability
) -> Fix | None:
    """The statement at ``span`` replaced by the reset of an algorithm, which the code there writes ``holder``.

    All of the statement goes: where it holds anything else, ``how`` has to be to display the title only.
    """
    path = scope.module.path
    at = trace.layout.at(path, span)
    classes = classes or frozenset({"sb3_contrib.RecurrentPPO"})
    remedy = field_remedy(trace, Slotted((holder,), _STATE, "proven", classes, "carrying"), holder)
    if at is None or remedy is None or not holder:
        return None
    index, statement = at
    alone = not statement.one_line and not statement.shared_line
    if how is Applicability.DISPLAY or statement.arm == "elif" or (len(remedy.lines) > 1 and not alone):
        return Fix(remedy.title, Applicability.DISPLAY, ())
    source = trace.layout.source(path)
    added: tuple[Edit, ...] = ()
    if remedy.imported is not None:
        found = imported(trace, scope, source, index, remedy.imported)
        if found is None:
            return Fix(remedy.title, Applicability.DISPLAY, ())
        added, remedy = found.edits, remedy.called(found.name)
    indent, newline = source.indent(statement.span.line), source.ending(statement.span.end_line)
    step = "\t" if indent.startswith("\t") else "    "
    text = f"{newline}{indent}".join(each.replace("{indent}", step) for each in remedy.lines)
    runtime = bool(added) and remedy.imported is not None and remedy.imported[0] == "lstm_runtime"
    return Fix(f"{remedy.title} instead", how, (*added, Edit(statement.span, text)), imports_runtime=runtime)
