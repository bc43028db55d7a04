"""Assignments that name a record as it is put under a key: spelt out, they are two steps that each name one thing."""

from __future__ import annotations

from lstm_lint import walk
from lstm_lint.facts import Assign, Attribute, Call, DictDisplay, Display, Expr, Name, Operation, Subscript
from lstm_lint.flow import EMPTY, Branch, Sequence, Shape, Step

_DRAWN = frozenset({"uuid1", "uuid4", "token_hex", "token_urlsafe", "token_bytes"})


def spelt_out(targets: tuple[Expr, ...], value: Expr, at: int) -> Shape | None:
    """``rec = table[key] = {…}`` as ``table[key] = {…}; rec = table[key]``, and ``rec = table.setdefault(key, {…})``.

    The second writes where there is no such key, and gives a new record where the key is drawn there and then. None for
    any other assignment.
    """
    if len(targets) == 2 and _is_record(value):
        names = [target for target in targets if isinstance(target, Name)]
        entries = [target for target in targets if isinstance(target, Subscript)]
        if names and entries:
            return Sequence((Step(Assign((entries[0],), value), at), Step(Assign((names[0],), entries[0]), at)), at)
    if len(targets) == 1 and isinstance(value, Call) and isinstance(value.func, Attribute):
        given = [argument.value for argument in value.arguments if not argument.star and argument.keyword is None]
        if value.func.attr == "setdefault" and len(given) == len(value.arguments) == 2 and _is_record(given[1]):
            if _is_drawn(given[0]):
                return Step(Assign(targets, given[1]), at)
            entry = Subscript(value.func.value, given[0], value.span)
            lacks = Operation("not in", (given[0], value.func.value), value.span)
            first = Branch(lacks, Step(Assign((entry,), given[1]), at), EMPTY, at)
            return Sequence((first, Step(Assign(targets, entry), at)), at)
    return None


def _is_record(value: Expr) -> bool:
    """A dictionary that is written out, or what is made of a class, by how classes are spelt: ``Book(mid=mid)``."""
    if isinstance(value, Call):
        return walk.last_name(value.func)[:1].isupper()
    return isinstance(value, DictDisplay) and bool(value.items)


def _is_drawn(key: Expr) -> bool:
    """Whether a key is an id that no other draw gives, or has one in it: ``str(uuid4())``, ``(name, uuid4().hex)``."""
    if isinstance(key, Display):
        return any(map(_is_drawn, key.items))
    if isinstance(key, Attribute):
        return _is_drawn(key.value)
    if not isinstance(key, Call):
        return False
    name = walk.last_name(key.func)
    return name in _DRAWN or (name == "str" and len(key.arguments) == 1 and _is_drawn(key.arguments[0].value))
