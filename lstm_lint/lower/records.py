"""Assignments that name a record as it is put under a key: spelt out, they are two steps that each name one thing."""

from __future__ import annotations

from lstm_lint.facts import Assign, Attribute, Call, DictDisplay, Expr, Name, Operation, Subscript
from lstm_lint.flow import EMPTY, Branch, Sequence, Shape, Step


def spelt_out(targets: tuple[Expr, ...], value: Expr, at: int) -> Shape | None:
    """``rec = table[key] = {…}`` as ``table[key] = {…}; rec = table[key]``, and ``rec = table.setdefault(key, {…})``.

    The second writes where there is no such key. None for any other assignment.
    """
    if len(targets) == 2 and _is_record(value):
        names = [target for target in targets if isinstance(target, Name)]
        entries = [target for target in targets if isinstance(target, Subscript)]
        if names and entries:
            return Sequence((Step(Assign((entries[0],), value), at), Step(Assign((names[0],), entries[0]), at)), at)
    if len(targets) == 1 and isinstance(value, Call) and isinstance(value.func, Attribute):
        given = [argument.value for argument in value.arguments if not argument.star and argument.keyword is None]
        if value.func.attr == "setdefault" and len(given) == len(value.arguments) == 2 and _is_record(given[1]):
            entry = Subscript(value.func.value, given[0], value.span)
            lacks = Operation("not in", (given[0], value.func.value), value.span)
            first = Branch(lacks, Step(Assign((entry,), given[1]), at), EMPTY, at)
            return Sequence((first, Step(Assign(targets, entry), at)), at)
    return None


def _is_record(value: Expr) -> bool:
    return isinstance(value, DictDisplay) and bool(value.items)
