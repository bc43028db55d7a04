"""The rows of the vocabulary that a verdict rests on, for ``--why``."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint.project import ClassInfo, ClassRef
from lstm_lint.typestate.recorder import Record
from lstm_lint.vocabulary import ClassRow, MethodRow

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace


def deciding(trace: Trace, records: Iterable[Record]) -> list[str]:
    """What the vocabulary says of the replacement, of the states it met and of the calls that came after it."""
    found: dict[str, None] = {}
    for record in records:
        classes = _classes(trace, record)
        found.update(dict.fromkeys(_replacing(trace, record, classes)))
        found.update(dict.fromkeys(_keeping(trace, record, classes)))
        for fate in sorted(record.fates, key=lambda fate: (fate.how, fate.what)):
            found.update(dict.fromkeys(_acting(trace, fate.what.removesuffix("()"), record, classes)))
    return list(found)


def _classes(trace: Trace, record: Record) -> tuple[ClassRef, ...]:
    """The classes of what gets the weights, of what keeps the states, and of what either is reached through."""
    reached = {t.ref for t in trace.index.root_types.get(record.event.target.root, ())}
    kept = {ref for slotted in record.remedies for ref in slotted.classes}
    known = [ref for ref in (*record.classes, *reached, *kept) if isinstance(ref, (ClassInfo, str))]
    return tuple(sorted(dict.fromkeys(known), key=str))


def _replacing(trace: Trace, record: Record, classes: tuple[ClassRef, ...]) -> Iterator[str]:
    name = record.event.row
    for row, method in _methods(trace, name, classes):
        if method.replaces is not None:
            what = f"the weights of `{method.replaces}`" if method.replaces else "its weights"
            how = ", in small steps" if method.sync else ""
            yield f"{_called(trace, row, name)} replaces {what}{how}"
            return
    for dotted, function in trace.project.vocabulary.functions.items():
        if dotted.rpartition(".")[2] == name and function.replaces is not None:
            yield f"{_of(trace, dotted)} replaces the weights of its argument `{function.replaces.argument}`"
            return


def _keeping(trace: Trace, record: Record, classes: tuple[ClassRef, ...]) -> Iterator[str]:
    names = _slots(record)
    for ref in classes:
        for row in trace.project.classes.rows(ref):
            for state in row.state:
                last = state.slot.rpartition(".")[2]
                if last in names:
                    names.discard(last)
                    driver = f", made by the weights of `{state.driven_by}`" if state.driven_by else ""
                    yield f"{_called(trace, row, state.slot)} is a state{driver}"


def _slots(record: Record) -> set[str]:
    return {slotted.name for slotted in record.remedies if not slotted.local}


def _acting(trace: Trace, name: str, record: Record, classes: tuple[ClassRef, ...]) -> Iterator[str]:
    slots = _slots(record)
    holding = (
        (row, method)
        for row in trace.project.vocabulary.classes.values()
        if any(state.slot.rpartition(".")[2] in slots for state in row.state)
        for method in row.method
        if method.name == name
    )
    for row, method in itertools.chain(_methods(trace, name, classes), holding):
        bound = method.unless or method.resets_with or method.resets_where or method.only_without
        resets = "may reset" if bound else "resets"
        does = [word for word, holds in (("uses", method.uses), (resets, method.resets)) if holds]
        if does or method.state is not None:
            yield f"{_called(trace, row, name)} {' and '.join(does) or 'takes'} the state"
            return
    for dotted, function in trace.project.vocabulary.functions.items():
        if dotted.rpartition(".")[2] == name and (function.resets is not None or function.steps is not None):
            yield f"{_of(trace, dotted)} {'resets' if function.resets is not None else 'uses'} the state"
            return


def _methods(trace: Trace, name: str, classes: tuple[ClassRef, ...]) -> Iterator[tuple[ClassRow, MethodRow]]:
    """The rows of a method, each with the row of its class."""
    for ref in classes:
        for row in trace.project.classes.rows(ref):
            yield from ((row, method) for method in row.method if method.name == name)


def _called(trace: Trace, row: ClassRow, member: str) -> str:
    return _of(trace, row.names[0], f".{member}")


def _of(trace: Trace, dotted: str, member: str = "") -> str:
    return f"`{dotted}{member}` ({trace.project.vocabulary.origins.get(dotted, '')})"
