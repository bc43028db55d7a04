"""Classes whose constructor decides whether an object is recurrent: one row of their own for each way it comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lstm_lint.vocabulary.schema import ClassRow, Condition


def with_choices(row: ClassRow) -> Iterator[ClassRow]:
    """The row, and what its constructor makes by the argument that decides.

    Of an object that comes from elsewhere nothing tells how it was made.
    """
    plain = ClassRow(names=(), kind=row.kind, recurrent="unknown", bases=row.names[:1])
    if row.stateless_if is not None:
        yield replace(plain, names=(stateless(row, row.stateless_if),), recurrent="no")
    condition = row.recurrent_if
    if condition is None:
        yield row
        return
    yield replace(row, state=tuple(replace(state, strength="unknown") for state in row.state))
    sure = tuple(replace(state, strength="proven") for state in row.state)
    perhaps = tuple(replace(state, strength="inferred") for state in row.state)
    yes, maybe, no = (chosen(row, condition, verdict) for verdict in (True, None, False))
    yield replace(plain, names=(yes,), recurrent="yes", state=sure)
    yield replace(plain, names=(maybe,), state=perhaps)
    yield replace(plain, names=(no,), recurrent="no")


def chosen(row: ClassRow, condition: Condition, verdict: bool | None) -> str:
    """The name of what the constructor makes, None for: nothing tells."""
    how = {True: f"{condition.argument}={condition.value!r}", None: f"{condition.argument}=?", False: "not recurrent"}
    return f"{row.names[0]}({how[verdict]})"


def stateless(row: ClassRow, condition: Condition) -> str:
    """The name of what the constructor makes when it is told that nothing is to be carried over."""
    return f"{row.names[0]}({condition.argument}={condition.value!r})"
