"""Rows of a table of states that are out of it for a while: taken at the beginning, put back at the end.

``h = table[i]``, a loop that steps an environment with ``h``, ``table[i] = h``: an episode that ends in the loop ends
for ``h``. What stands in the table meanwhile is never read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, flow, walk
from lstm_lint.memo import by_node
from lstm_lint.model import Span
from lstm_lint.typestate import storing
from lstm_lint.typestate.paths import Local, Place

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter


def is_superseded(run: Interpreter, place: Place, span: Span) -> bool:
    """Whether an entry in a place, at this point of the code under way, is overwritten before anything reads it."""
    name = place.name.rpartition(":")[2] if isinstance(place, Local) else place.attr
    inner = [frame.call.span if frame.call is not None else None for frame in run.frames[1:]]
    return any(
        at is not None and _is_out(frame.body, name, at)
        for frame, at in zip(run.frames, [*inner, span], strict=True)
    )


def _is_out(body: Shape, name: str, span: Span) -> bool:
    """Whether an entry of a table of that name is out of it at a call."""
    for shapes, at in _ways(body, span):
        around = shapes[at]
        if _names(around, name) or _leaves(around):
            continue
        after = next((each for each in shapes[at + 1 :] if _names(each, name)), None)
        put = _written(after, name) if after is not None else None
        bound = set(walk.bound_in(around).names)
        if put is None or not put.key.isdisjoint(bound):
            continue
        if any(put.key <= each.key and each.names & put.names & bound for each in _taken(shapes[:at], name)):
            return True
    return False


class _Entry(NamedTuple):
    """What the key of an entry is made of, and the variables that it is put into, or is made of."""

    key: frozenset[str]
    names: frozenset[str]


def _ways(shape: Shape, span: Span) -> Iterator[tuple[Sequence[Shape], int]]:
    """The sequences of statements around a call, outermost first, and where in each it stands."""
    shapes = shape.shapes if isinstance(shape, flow.Sequence) else walk.parts(shape)
    for at, each in enumerate(shapes):
        if span in walk.spans(each):
            if isinstance(shape, flow.Sequence):
                yield shapes, at
            yield from _ways(each, span)


def _leaves(shape: Shape, looped: bool = False) -> bool:
    """Whether some way out of a shape leads past what comes after it."""
    if isinstance(shape, flow.Leave):
        return shape.kind == "return" or (shape.kind != "raise" and not looped)
    return any(_leaves(part, looped or isinstance(shape, flow.Loop)) for part in walk.parts(shape))


def _names(shape: Shape, name: str) -> bool:
    return name in _named(shape)


@by_node
def _named(shape: Shape) -> frozenset[str]:
    """The variables and attributes of a shape, each by its last name."""
    return frozenset(
        walk.last_name(expr)
        for action in walk.actions(shape)
        for expr in walk.expressions(action)
        if isinstance(expr, (facts.Name, facts.Attribute))
    )


def _is_called(expr: object, name: str) -> bool:
    return isinstance(expr, (facts.Name, facts.Attribute)) and walk.last_name(expr) == name


def _written(shape: Shape, name: str) -> _Entry | None:
    """The entry that a statement writes, where that is all that it does with the table."""
    action = shape.action if isinstance(shape, flow.Step) else None
    entries = [(t, value) for t, value in storing.pairs(action) if isinstance(t, facts.Subscript)]
    written = [_Entry(_made_of(t.index), _made_of(value)) for t, value in entries if _is_called(t.value, name)]
    named = sum(_is_called(expr, name) for expr in walk.expressions(action))
    return written[0] if len(written) == named == 1 else None


def _taken(shapes: Iterable[Shape], name: str) -> Iterator[_Entry]:
    """The entries that variables were given."""
    for shape in shapes:
        action = shape.action if isinstance(shape, flow.Step) else None
        for expr in walk.expressions(action.value) if isinstance(action, facts.Assign) else ():
            if isinstance(expr, facts.Subscript) and _is_called(expr.value, name):
                yield _Entry(_made_of(expr.index), frozenset(walk.bound_in(shape).names))


def _made_of(expr: facts.Expr) -> frozenset[str]:
    return frozenset(filter(None, map(walk.chain, walk.expressions(expr))))
