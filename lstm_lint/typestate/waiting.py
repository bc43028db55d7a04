"""Loops in which a coroutine waits: others go on in the middle of a round's episode, and may replace weights there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.project import FunctionInfo
from lstm_lint.project.looks import is_anew
from lstm_lint.typestate.frame import Frame


def waits(loop: Loop) -> bool:
    """Whether a loop waits for something and goes on after that."""
    asked = loop.test is not None and any(isinstance(expr, facts.Await) for expr in walk.expressions(loop.test))
    return asked or _is_awaited(loop.head) or _waits(loop.body)


def locks(body: Shape, loop: Loop) -> frozenset[str]:
    """The names of what a function has entered around a loop, and leaves after it: ``async with self.lock``."""
    return frozenset(_held(body, loop))


def entered(functions: Iterable[FunctionInfo]) -> frozenset[str]:
    """The names of what functions enter."""
    return frozenset(
        name
        for function in functions
        for action in walk.actions(function.fact.body)
        if isinstance(action, facts.Enter) and (name := _lock(action))
    )


def _waits(shape: Shape) -> bool:
    if isinstance(shape, Step):
        return any(isinstance(expr, facts.Await) for expr in walk.expressions(shape.action))
    if isinstance(shape, Sequence):
        end = walk.ending(shape)
        return (end is None or end.kind == "continue") and any(map(_waits, shape.shapes))
    if isinstance(shape, Branch):
        awaited = any(isinstance(expr, facts.Await) for expr in walk.expressions(shape.test))
        return awaited or any(_waits(arm) and not _begins_anew(arm) for arm in (shape.then, shape.orelse))
    if isinstance(shape, Loop):
        return waits(shape)
    if isinstance(shape, Try):
        return any(map(_waits, (shape.body, shape.orelse, shape.final)))
    return False


def _is_awaited(head: object) -> bool:
    return isinstance(head, facts.Iterate) and head.is_async


def _begins_anew(arm: Shape) -> bool:
    """Whether what follows on a test makes something anew: an episode has ended, and nothing waits within one."""
    return any(isinstance(action, facts.Assign) and is_anew(action.value) for action in walk.actions(arm))


def _held(shape: Shape, loop: Loop) -> Iterator[str]:
    parts = walk.parts(shape)
    for before, part in zip((None, *parts), parts, strict=False):
        if not any(each is loop for each in walk.loops(part)):
            continue
        if isinstance(before, Step) and isinstance(before.action, facts.Enter) and isinstance(part, Try):
            yield _lock(before.action)
        yield from _held(part, loop)


def _lock(action: facts.Enter) -> str:
    """The name of an object that is there before it is entered, and after."""
    return walk.last_name(action.item) if isinstance(action.item, (facts.Name, facts.Attribute)) else ""


def has_joined(frames: tuple[Frame, ...], loop: Loop) -> bool:
    """Whether those that come to a loop wait for the end of a thread before it: ``watcher.join()``."""
    inner = [frame.call.span if frame.call is not None else None for frame in frames[1:]]
    spans = [*inner, min(walk.spans(loop.body), default=None)]
    return any(
        walk.last_name(call.func) == "join" and all(each.keyword is not None for each in call.arguments)
        for frame, span in zip(frames, spans, strict=True)
        if span is not None
        for call in walk.calls(frame.body)
        if call.span < span
    )
