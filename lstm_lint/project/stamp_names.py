"""What is a stamp: what goes by the name of one, a version or a generation, and what is used as one.

It is compared to what somebody copies it to, whatever it is called: ``if self.seen != self.swaps`` goes with
``self.seen = self.swaps``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Shape, Step
from lstm_lint.memo import by_node
from lstm_lint.model import Span
from lstm_lint.vocabulary.names import looks_like_state

SAME = frozenset({"==", "!=", "is", "is not"})
ORDER = frozenset({"<", ">", "<=", ">="})
_STAMP = re.compile(
    r"(^|_)(gen|generation|version|ver|epoch|stamp|serial|revision|rev|release|tag|era|iteration|mtime|token|hash|edition"
    r"|timestamp)s?(_|$)",
    re.IGNORECASE,
)


def goes_by(expr: facts.Expr) -> str:
    """What a stamp would be called, in the singular: it may be an entry of a record, or one of many."""
    key = expr.index.value if isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Constant) else None
    name = key if isinstance(key, str) else walk.last_name(walk.container(expr))
    return name.strip("_").removesuffix("s")


class _Used(NamedTuple):
    """What functions do with pairs of names, as with the two stamps of weights and of a state."""

    copied: frozenset[tuple[str, str]]
    compared: frozenset[frozenset[str]]
    counted: frozenset[str]


class StampNames:
    """Tells stamps from anything else; what functions do is looked at once it is asked for."""

    def __init__(self, functions: Iterable[facts.FunctionFact]) -> None:
        self._functions = list(functions)
        self._used: _Used | None = None
        self._by_use: frozenset[str] | None = None

    def of(self, expr: facts.Expr) -> str:
        """The name of a stamp; empty for anything else."""
        name = goes_by(expr)
        return name if name and (_STAMP.search(name) or name in self._used_as_one()) else ""

    def all_of(self, expr: facts.Expr, function: facts.FunctionFact) -> frozenset[str]:
        """The names of a stamp: a variable goes by those of what its function takes it out of, too."""
        names = {self.of(expr)}
        if isinstance(expr, facts.Name):
            taken = [each.expr for each in walk.bindings(function).names.get(expr.id, ()) if each.how == "value"]
            names |= {self.of(each) for each in taken if isinstance(each, (facts.Attribute, facts.Subscript))}
        return frozenset(names - {""})

    def are_alike(self, operands: tuple[facts.Expr, ...]) -> bool:
        """Whether two stamps are of one kind: they go by one name, or one is written from the other somewhere."""
        one, other = (goes_by(each) if _is_entry(each) else walk.last_name(each).strip("_") for each in operands)
        copied = self._what_is_done().copied
        first, second = map(goes_by, operands)
        return one == other or (first != second and bool({(first, second), (second, first)} & copied))

    def compares(self, expr: facts.Operation) -> bool:
        """Whether two things are asked for being the same, or which is the later one of two stamps, not of a limit."""
        return len(expr.operands) == 2 and (expr.op in SAME or (expr.op in ORDER and self.are_alike(expr.operands)))

    def is_copied(self, to: str, other: str) -> bool:
        """Whether some function writes what goes by the one name from what goes by the other."""
        return (to, other) in self._what_is_done().copied

    def written_at(self, function: facts.FunctionFact, span: Span) -> frozenset[str]:
        """The stamps that a function writes: those by use only beside what stands there, as one of the weights is."""
        return frozenset(
            name
            for body, by_name in ((function.body, True), (arm_of(function, span), False))
            for target in _targets(body)
            if isinstance(walk.container(target), facts.Attribute)
            and (name := goes_by(target))
            and (not by_name or _STAMP.search(name))
        )

    def _used_as_one(self) -> frozenset[str]:
        """The names of what is used as a stamp."""
        if self._by_use is None:
            used = self._what_is_done()
            pairs = [pair for pair in used.copied if frozenset(pair) in used.compared and not looks_like_state(pair[1])]
            counted = {name for name in used.counted if frozenset((name,)) in used.compared}
            self._by_use = frozenset().union(counted, *pairs)
        return self._by_use

    def _what_is_done(self) -> _Used:
        if self._used is None:
            copied = frozenset(pair for function in self._functions for pair in _copies(function))
            compared = frozenset(pair for function in self._functions for pair in _comparisons(function))
            self._used = _Used(copied, compared, frozenset(name for each in self._functions for name in _counts(each)))
        return self._used


def _targets(body: Shape) -> Iterator[facts.Expr]:
    for action in walk.actions(body):
        if isinstance(action, facts.Assign):
            yield from walk.flat(action.targets)
        elif isinstance(action, facts.Augment):
            yield action.target


def arm_of(function: facts.FunctionFact, span: Span) -> Shape:
    """The innermost arm of a test, or body of a loop, that something stands in; the function's where it is in none."""
    return _arms(function.body).get(span, function.body)


@by_node
def _arms(body: Shape) -> dict[Span, Shape]:
    """By the place of an expression: the innermost arm or body that it stands in."""
    found: dict[Span, Shape] = {}
    todo = [(body, body)]  # no recursion: in a long chain of `elif` each arm stands in the one before
    while todo:
        shape, arm = todo.pop()
        if isinstance(shape, Step):
            found.update((expr.span, arm) for expr in walk.expressions(shape.action))
        else:
            todo += [(part, part if isinstance(shape, (Branch, Loop)) else arm) for part in walk.parts(shape)]
    return found


def _copies(function: facts.FunctionFact) -> Iterator[tuple[str, str]]:
    """What a function writes from what: two names, or two objects that have it under one."""
    for action in walk.actions(function.body):
        if not isinstance(action, facts.Assign):
            continue
        for target in action.targets:
            for each, value in walk.paired(target, action.value):
                if value is not None and _are_two(each, value):
                    yield goes_by(each), goes_by(value)


def _comparisons(function: facts.FunctionFact) -> Iterator[frozenset[str]]:
    """The pairs of names that a function asks whether they are the same."""
    for action in walk.actions(function.body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Operation) and expr.op in SAME and len(expr.operands) == 2:
                one, other = expr.operands
                if _are_two(one, other):
                    yield frozenset((goes_by(one), goes_by(other)))


def _counts(function: facts.FunctionFact) -> Iterator[str]:
    """The attributes that a function counts up by one."""
    for action in walk.actions(function.body):
        if not isinstance(action, facts.Augment) or isinstance(action.target, facts.Name):
            continue
        if action.op == "+" and isinstance(action.value, facts.Constant) and action.value.value == 1:
            yield goes_by(action.target)


def _are_two(one: facts.Expr, other: facts.Expr) -> bool:
    """Whether two names are told apart: by what they are, or as attributes of two objects."""
    if not (goes_by(one) and goes_by(other)):
        return False
    if goes_by(one) != goes_by(other):
        return True
    return not isinstance(one, facts.Name) and not isinstance(other, facts.Name) and one != other


def _is_entry(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Subscript)
