"""Calls that a loop comes to again and again: a watcher's load, and not that of what waits for the first weights."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Try
from lstm_lint.model import Span


def called_for_ever(shape: Shape, span: Span) -> facts.Call | None:
    """The call at a place if it stands in a ``while`` that goes on after it."""
    for loop in walk.loops(shape):
        call = walk.call_at(loop.body, span)
        if call is not None and loop.test is not None and not _leaves_after(loop.body, span):
            return call
    return None


def _leaves_after(shape: Shape, span: Span) -> bool:
    """Whether the suite that a call stands in, or one around it, ends by leaving the loop."""
    if isinstance(shape, Sequence):
        end = walk.ending(shape)
        leaves = end is not None and end.kind != "continue"
        holding = walk.call_at(shape, span) is not None
        return holding and (leaves or any(_leaves_after(part, span) for part in shape.shapes))
    if isinstance(shape, Branch):
        return _leaves_after(shape.then, span) or _leaves_after(shape.orelse, span)
    if isinstance(shape, Try):
        return _leaves_after(shape.body, span) or _leaves_after(shape.orelse, span)
    return isinstance(shape, Loop) and _leaves_after(shape.body, span)
