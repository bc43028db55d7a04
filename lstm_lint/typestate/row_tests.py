"""Under which conditions a line of a body runs in a round of its loop: the tests around it, and those that leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step
from lstm_lint.model import Span

PICKS = frozenset({"nonzero", "flatnonzero", "argwhere", "where", "compress", "nonzero_static"})
"""Calls that give the places where a mask is true."""


class Test(NamedTuple):
    """A test, or what a loop over the rows in question goes through, and how it came out."""

    expr: facts.Expr
    holds: bool

    @property
    def text(self) -> str | None:
        """The same for the same test wherever it is written, and for its negation with the other outcome."""
        plain = self.plain
        said = spoken(plain.expr)
        return None if said is None else f"{plain.holds} {said}"

    @property
    def plain(self) -> Test:
        """The test without a ``not`` before it."""
        test = self
        while isinstance(test.expr, facts.Operation) and test.expr.op in ("not", "~"):
            test = Test(test.expr.operands[0], not test.holds)
        return test

    def ways(self) -> list[list[Test]]:
        """What it says, each with the ways in which it may be so: ``a or b`` in two, ``a and b`` is two of them."""
        plain = self.plain
        if not isinstance(plain.expr, facts.BoolOp):
            return [[plain]]
        left, right = Test(plain.expr.left, plain.holds).ways(), Test(plain.expr.right, plain.holds).ways()
        if (plain.expr.op == "and") is plain.holds:
            return left + right
        return [one + other for one in left for other in right]


class Around(NamedTuple):
    """The tests around a line, outermost first; the loops that are not over some rows; the tests inside the last."""

    tests: tuple[Test, ...] = ()
    loops: tuple[Loop, ...] = ()
    inner: tuple[Test, ...] = ()

    def under(self, *tests: Test) -> Around:
        """The same with more tests around it."""
        return Around((*tests, *self.tests), self.loops, self.inner if self.loops else (*tests, *self.inner))


def around(body: Shape, is_here: Callable[[object], bool]) -> Around | None:
    """What surrounds the first action of a body that is the one; None where there is none."""
    if isinstance(body, Step):
        return Around() if is_here(body.action) else None
    if isinstance(body, Sequence):
        left: list[Test] = []
        for part in body.shapes:
            found = around(part, is_here)
            if found is not None:
                return found.under(*left)
            if isinstance(part, Branch):
                left.extend(_leaving(part))
        return None
    if isinstance(body, Branch):
        if is_here(body.test):
            return Around()
        for arm, holds in ((body.then, True), (body.orelse, False)):
            found = around(arm, is_here)
            if found is not None:
                return found.under(Test(body.test, holds)) if isinstance(body.test, _EXPRESSIONS) else found
        return None
    if isinstance(body, Loop):
        found = around(body.body, is_here)
        if found is None:
            return around(body.orelse, is_here)
        if isinstance(body.head, facts.Iterate) and not _goes_through_all(body.head.iterable):
            return found.under(Test(body.head.iterable, True))
        return found._replace(loops=(body, *found.loops))
    return next((found for part in walk.parts(body) if (found := around(part, is_here)) is not None), None)


def call_around(body: Shape, span: Span) -> Around | None:
    """What surrounds a call of a body."""
    return around(body, lambda action: any(call.span == span for call in walk.calls_in(action)))


_EXPRESSIONS = (
    facts.Name, facts.Attribute, facts.Subscript, facts.Call, facts.Operation, facts.BoolOp, facts.Constant,
)  # fmt: skip


def _leaving(branch: Branch) -> list[Test]:
    """``if not over: continue``: what follows runs where it is over."""
    if not isinstance(branch.test, _EXPRESSIONS):
        return []
    ends = [walk.ending(arm) is not None for arm in (branch.then, branch.orelse)]
    return [Test(branch.test, ends[1])] if ends[0] is not ends[1] else []


_ALL = frozenset({"range", "enumerate", "zip", "items", "values", "keys", "tqdm", "trange"})


def _goes_through_all(iterable: facts.Expr) -> bool:
    """Whether a loop is one over all there is, by count or by number, and not over some rows."""
    if isinstance(iterable, facts.Call):
        return walk.last_name(iterable.func) in _ALL
    return False


def spoken(expr: object) -> str | None:
    """An expression in words, the same for the same one at another place; None for what is not plain."""
    if isinstance(expr, facts.Name):
        return expr.id
    if isinstance(expr, facts.Constant):
        return repr(expr.value)
    if isinstance(expr, facts.Attribute):
        inner = [spoken(expr.value)]
        head = f".{expr.attr}"
    elif isinstance(expr, facts.Subscript):
        inner, head = [spoken(expr.value), spoken(expr.index)], "[]"
    elif isinstance(expr, facts.Operation):
        inner, head = [spoken(each) for each in expr.operands], expr.op
    elif isinstance(expr, facts.BoolOp):
        inner, head = [spoken(expr.left), spoken(expr.right)], expr.op
    elif isinstance(expr, facts.Call) and not any(each.star for each in expr.arguments):
        inner, head = [spoken(expr.func), *(spoken(each.value) for each in expr.arguments)], "()"
    else:
        return None
    return None if None in inner else f"{head}({', '.join(each or '' for each in inner)})"
