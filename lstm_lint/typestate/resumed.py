"""Rounds of a coroutine that waits in each: ``async for message in socket: …; await socket.send(answer)``.

While it waits other coroutines of the same object run, so that what a round finds need not be what the last one left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.values import Phase, Tag, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def between(run: Interpreter, loop: Loop, state: State) -> None:
    """The states of a method's object are met by the next round as they are met by a call from outside."""
    frame = run.frame
    if frame.function is None or frame.klass is None or not frame.function.is_async or not _waits(loop):
        return
    own = run.project.symbols.function_info(frame.module, frame.klass, frame.function)
    if run.project.callers.is_replacing(own):
        return  # what it replaces itself it knows of

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        own = isinstance(place, FieldPlace) and place.owner.root.kind == "self"
        return frozenset({replace(tag, cause="entry")}) if own and tag.phase is Phase.CARRYING else None

    state.retag(change)


def _waits(loop: Loop) -> bool:
    exprs = (expr for action in walk.actions(loop.body) for expr in walk.expressions(action))
    return any(isinstance(expr, facts.Await) for expr in exprs)
