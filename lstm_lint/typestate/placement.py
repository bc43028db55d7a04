"""Where to write it: after the last replacing statement that every path to the use passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from lstm_lint.facts import Statement
from lstm_lint.model import Applicability, Edit, Fix, Span
from lstm_lint.source import Source
from lstm_lint.typestate.imports import imported
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.remedy import Remedy, remedy_for, scope_of
from lstm_lint.typestate.spelling import LEFT_OUT
from lstm_lint.typestate.unsure import may_load_nothing
from lstm_lint.vocabulary import ClassRow

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict


TRAINS_AFTER = "what follows trains the new weights on the rollout of the old ones"
RELATED = "earlier weights of its own could still use a memory that a reset throws away"
_LEAVING = frozenset({"return", "continue", "break"})
_ENDING = frozenset({"raise", "sys.exit", "exit", "quit"})


def plan(trace: Trace, verdict: Verdict) -> Fix | None:
    """The fix of a stale or harmless verdict, None where there is nothing sound to write."""
    remedy = remedy_for(trace, verdict)
    found = trace.layout.statement(verdict.site)
    if remedy is None or found is None or not trace.layout.module(verdict.site.path).data:
        return None
    if verdict.futile or is_futile_place(trace, verdict):
        title = f"{remedy.title}, and move the replacement to `_on_rollout_start`: in `_on_step` a reset has no effect"
        return Fix(title, Applicability.DISPLAY, ())
    if trains_after(trace, verdict):
        return Fix(f"{remedy.title}, and move both to `_on_rollout_start`: {TRAINS_AFTER}", Applicability.DISPLAY, ())
    if verdict.record.rollback:
        either = f"Re-warm the state, or {remedy.title[0].lower()}{remedy.title[1:]}"
        return Fix(f"{either}: {RELATED}", Applicability.DISPLAY, ())
    index = _climb(trace, verdict, found[0])
    table = trace.layout.module(verdict.site.path).facts.statements
    source = trace.layout.source(verdict.site.path)
    statement = table[index]
    if statement.kind not in ("simple", "for", "while", "if", "try", "with", "match"):
        return Fix(remedy.title, Applicability.DISPLAY, ())
    applicability = remedy.applicability
    inside = verdict.site.function.rpartition(".")[2]
    if any(line.endswith(f".{inside}()") for line in remedy.lines):
        return Fix(remedy.title, Applicability.DISPLAY, ())  # the reset would call itself
    if _used_inside(trace, verdict, index) or _leaves(source, statement) or ".<lambda>" in verdict.site.function:
        return Fix(remedy.title, Applicability.DISPLAY, ())
    in_test = table[found[0]].arm == "elif"  # of an arm that the ones before it may have kept from being asked
    if in_test or may_load_nothing(trace, verdict) or _is_in_class_body(table, index):
        return Fix(f"{remedy.title}, only where weights were replaced", Applicability.DISPLAY, ())
    if any(LEFT_OUT in line for line in remedy.lines):
        return Fix(remedy.title, Applicability.DISPLAY, ())
    if applicability is Applicability.SAFE and "[" in remedy.lines[0]:
        applicability = Applicability.UNSAFE  # which object an index means is for the reader to say
    added: tuple[Edit, ...] = ()
    if remedy.imported is not None:
        known = imported(trace, scope_of(trace, verdict.site), source, index, remedy.imported)
        if known is None:
            return Fix(remedy.title, Applicability.DISPLAY, ())
        added, remedy = known.edits, remedy.called(known.name)
    edit = insertion(source, statement, remedy)
    if edit is None:
        return Fix(remedy.title, Applicability.DISPLAY, ())
    runtime = bool(added) and remedy.imported is not None and remedy.imported[0] == "lstm_runtime"
    return Fix(remedy.title, applicability, (*added, edit), imports_runtime=runtime)


def _is_in_class_body(table: Sequence[Statement], index: int) -> bool:
    """Whether a name that is bound there would be one of a class."""
    while (index := table[index].parent) >= 0 and table[index].kind != "def":
        if table[index].kind == "class":
            return True
    return False


def trains_after(trace: Trace, verdict: Verdict) -> bool:
    """Whether the replacement runs in a callback hook after which the new weights train on the old ones' rollout."""
    return _is_in_hook(trace, verdict, lambda row: row.trains_after)


def _is_in_hook(trace: Trace, verdict: Verdict, hooks: Callable[[ClassRow], tuple[str, ...]]) -> bool:
    if not trace.in_callback(verdict):
        return False
    entry, _, klass_id = verdict.record.event.entry.partition("|")
    klass = trace.layout.klass(klass_id)
    name = entry.rpartition(".")[2]
    return klass is not None and any(name in hooks(row) for row in trace.project.classes.rows(klass))


def is_futile_place(trace: Trace, verdict: Verdict) -> bool:
    """Whether the replacement runs in a callback hook where no reset has any effect."""
    return _is_in_hook(trace, verdict, lambda row: row.futile_resets_in)


def _climb(trace: Trace, verdict: Verdict, index: int) -> int:
    """From the replacing statement outwards, as long as the reset belongs after what encloses it."""
    layout, path = trace.layout, verdict.site.path
    table = layout.module(path).facts.statements
    group = _group(trace, verdict)
    while True:
        statement = table[index]
        if statement.arm == "elif":
            index = statement.parent
            continue
        parent = table[statement.parent] if statement.parent >= 0 else None
        if parent is not None and _uses_in(trace, verdict, statement.parent):
            parent = None  # what is used in there has to be reset in there
        if parent is not None and _covers_all(trace, path, statement.parent, group):
            index = statement.parent
            continue
        if (
            parent is not None
            and parent.kind == "try"
            and statement.arm == "body"
            and not _jumps(trace, path, statement.parent)
            and _falls_through(trace, path, statement.parent)
        ):
            index = statement.parent
            continue
        if parent is not None and parent.kind == "with" and _swallows(trace, path, parent):
            index = statement.parent
            continue
        following = [i for i, s in layout.children(path, statement.parent) if s.arm == statement.arm and i > index]
        moved = _last_of_group(trace, verdict, index, following, group)
        if moved == index:
            return index
        index = moved


def _group(trace: Trace, verdict: Verdict) -> dict[int, Verdict]:
    """The statements that make the same state stale."""
    found: dict[int, Verdict] = {}
    holders = {(s.holder(verdict.depth), s.name) for s in verdict.record.remedies}
    for other in trace.verdicts:
        same = other.outcome == verdict.outcome and other.site.path == verdict.site.path
        if not same or other.site.function != verdict.site.function:
            continue
        if holders & {(s.holder(other.depth), s.name) for s in other.record.remedies}:
            at = trace.layout.statement(other.site)
            if at is not None:
                found[at[0]] = other
    return found


def _covers_all(trace: Trace, path: str, parent: int, group: dict[int, Verdict]) -> bool:
    """Whether each arm of an ``if`` with an ``else`` replaces the weights and hands the stale state on.

    Each arm of a long chain of ``elif`` asks it of all those behind it, for the same group.
    """
    known = trace.covering.setdefault((path, frozenset(group)), {})
    if parent not in known:
        known[parent] = _is_covered(trace, path, parent, group)
    return known[parent]


def _is_covered(trace: Trace, path: str, parent: int, group: dict[int, Verdict]) -> bool:
    if trace.layout.module(path).facts.statements[parent].kind != "if":
        return False
    source = trace.layout.source(path)
    members = [member for member, other in group.items() if not _uses_in(trace, other, parent)]
    arms: dict[str, bool] = {}
    for index, statement in trace.layout.children(path, parent):
        if statement.arm == "elif":
            arms["orelse"] = _covers_all(trace, path, index, group)
        elif _first_word(source, statement) in _LEAVING | _ENDING:
            arms[statement.arm] = False  # what comes after the `if` is not met from here
        else:
            hit = trace.layout.any_inside(path, members, index)
            arms[statement.arm] = arms.get(statement.arm, False) or hit
    return len(arms) > 1 and all(arms.values())


def _falls_through(trace: Trace, path: str, parent: int) -> bool:
    """Whether some handler of a ``try`` goes on after it, so that a failed load reaches the use as well.

    Not when a handler may return or go to another round: on that way a reset behind the ``try`` is not met.
    """
    layout, source = trace.layout, trace.layout.source(path)
    handlers = [(index, s) for index, s in layout.children(path, parent) if s.arm.startswith("handler")]
    table = layout.module(path).facts.statements
    for first, _ in handlers:
        if any(_first_word(source, table[index]) in _LEAVING for index in layout.under(path, first)):
            return False
    lasts = {statement.arm: _first_word(source, statement) for _, statement in handlers}
    return bool(lasts.keys()) and not _ENDING.issuperset(lasts.values())


def _first_word(source: Source, statement: Statement) -> str:
    found = re.match(r"[\w.]*", source.line(statement.span.line)[statement.span.column - 1 :])
    return found[0] if found else ""


def _swallows(trace: Trace, path: str, parent: Statement) -> bool:
    header = trace.layout.source(path).line(parent.span.line)
    return "suppress(" in header


def _last_of_group(trace: Trace, verdict: Verdict, index: int, following: list[int], group: Collection[int]) -> int:
    """The last statement of the same suite that replaces weights of the same object with no use before it."""
    used = [f.site for f in verdict.fates if f.how == "used" and f.site is not None]
    best = index
    for candidate in following:
        if any(_is_at(trace, site, candidate) for site in used):
            break
        if candidate in group:
            best = candidate
        elif not any(member in group for member in following if member > candidate):
            break
    return best


def _is_at(trace: Trace, site: Site, statement: int) -> bool:
    at = trace.layout.statement(site)
    return at is not None and trace.layout.inside(site.path, at[0], statement)


def _used_inside(trace: Trace, verdict: Verdict, index: int) -> bool:
    """Whether the use stands in the very statement after which the reset would go, or in a suite that it heads."""
    if verdict.helper and trace.layout.module(verdict.site.path).facts.statements[index].kind == "simple":
        return False
    return _uses_in(trace, verdict, index)


def _uses_in(trace: Trace, verdict: Verdict, index: int) -> bool:
    """Whether a stale state is used inside a statement."""
    at = trace.layout.statement(verdict.site)
    return any(
        fate.how == "used"
        and fate.site is not None
        and fate.site.path == verdict.site.path
        and _is_at(trace, fate.site, index)
        and _comes_after(trace, verdict.site, fate.site, index, at[0] if at else -1)
        for fate in verdict.fates
    )


def _comes_after(trace: Trace, load: Site, use: Site, index: int, statement: int) -> bool:
    """Whether a use is met after the load without leaving the statement: a loop's next round does not count."""
    if index == statement:
        return True
    return (use.span.line, use.span.column) > (load.span.line, load.span.column)


def _leaves(source: Source, statement: Statement) -> bool:
    """Whether nothing after the statement is reached: ``return load(…)``."""
    return statement.kind == "simple" and _first_word(source, statement) in ("return", "raise", "yield")


def _jumps(trace: Trace, path: str, parent: int) -> bool:
    """Whether the body of a ``try`` ends by leaving: what follows the ``try`` is only met after an exception."""
    body = [s for _, s in trace.layout.children(path, parent) if s.arm == "body"]
    return _first_word(trace.layout.source(path), body[-1]) in _LEAVING | {"raise"}


def insertion(source: Source, statement: Statement, remedy: Remedy) -> Edit | None:
    """The lines of a remedy after a statement, None where they cannot stand there."""
    span = statement.span
    at = Span(span.end_line, span.end_column, span.end_line, span.end_column)
    if statement.kind == "simple" and (statement.one_line or statement.shared_line):
        if any("{indent}" in line or line.startswith("for ") for line in remedy.lines):
            return None
        return Edit(at, "".join(f"; {line}" for line in remedy.lines))
    indent = source.indent(span.line)
    if source.line(span.line)[: span.column - 1].strip():
        return None
    step = "\t" if indent.startswith("\t") else "    "
    last = source.line(span.end_line)
    end = len(last) + 1
    rest = last[span.end_column - 1 :].strip()
    if rest and not rest.startswith(("#", ";")):
        return None
    newline = source.ending(span.end_line)
    text = "".join(f"{newline}{indent}{each.replace('{indent}', step)}" for each in remedy.lines)
    return Edit(Span(span.end_line, end, span.end_line, end), text)


__all__ = ["insertion", "plan"]
