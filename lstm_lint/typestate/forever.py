"""What a loop comes to again and again: a watcher's load, and not that of what waits for the first weights."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Try
from lstm_lint.model import Span
from lstm_lint.project import Project
from lstm_lint.typestate import streams


def done_for_ever(project: Project, shape: Shape, span: Span) -> str | None:
    """What stands at a place, a call or an assignment, if that is in a loop that goes on after it.

    Such are a ``while``, and a ``for`` over what goes on coming.
    """
    for loop in walk.loops(shape):
        text = _written(loop.body, span)
        if text is not None and not _leaves_after(loop.body, span) and streams.lasts(project, loop):
            return text
    return None


def _written(shape: Shape, span: Span) -> str | None:
    """The call at a place, or the assignment to what is there, for a reader."""
    call = walk.call_at(shape, span)
    if call is not None:
        return f"{walk.last_name(call.func)}()"
    for action in walk.actions(shape):
        for target in _targets(action):
            if target.span == span:
                return f"{walk.render(target) or walk.last_name(target)} = …"
    return None


def _targets(action: object) -> Iterator[facts.Expr]:
    """What an assignment writes to, each part of a tuple too: ``slot.policy, slot.stamp = fresh, now``."""
    todo = list(action.targets) if isinstance(action, facts.Assign) else []
    while todo:
        target = todo.pop()
        yield target
        todo += target.items if isinstance(target, facts.Display) else ()


def _leaves_after(shape: Shape, span: Span) -> bool:
    """Whether the suite that a call stands in, or one around it, ends by leaving the loop."""
    if isinstance(shape, Sequence):
        end = walk.ending(shape)
        leaves = end is not None and end.kind != "continue"
        holding = _written(shape, span) is not None
        return holding and (leaves or any(_leaves_after(part, span) for part in shape.shapes))
    if isinstance(shape, Branch):
        return _leaves_after(shape.then, span) or _leaves_after(shape.orelse, span)
    if isinstance(shape, Try):
        return _leaves_after(shape.body, span) or _leaves_after(shape.orelse, span)
    return isinstance(shape, Loop) and _leaves_after(shape.body, span)
