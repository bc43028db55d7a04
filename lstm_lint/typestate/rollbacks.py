"""Weights that an object had before come back: which states they made, and which were made by others since."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from lstm_lint.typestate import phases, saved
from lstm_lint.typestate.objects import touches
from lstm_lint.typestate.paths import Path, Place
from lstm_lint.typestate.values import Event, Phase, Tag, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_HOOK = re.compile(r"_?on_")


def made_by_others(run: Interpreter, target: Path, source: Value | None, state: State) -> Callable[[Place, Tag], bool]:
    """Tells of a state whether weights made it that an object had after those that it gets back now.

    When a method left them in an attribute nobody knows; but a hook of a callback runs between two rollouts.
    """
    if source is None or (source.weights_of and not source.copied and not saved.is_exact(source)):
        return lambda place, tag: False
    if not source.weights_of:
        in_hook = run.frame.klass is not None and run.project.classes.kind(run.frame.klass) == "callback"
        in_hook = in_hook and run.frame.function is not None and _HOOK.match(run.frame.function.name) is not None
        return lambda place, tag: in_hook and tag.phase is Phase.CARRYING
    known = [made for path, made in state.kept.items() if path.starts_with(target) or target.starts_with(path)]
    since = frozenset[Place]().union(*known)
    return lambda place, tag: tag.phase is Phase.CARRYING and (not known or place in since)


def restored(run: Interpreter, target: Path, state: State, back: Event) -> None:
    """The weights are those again that made a state which no other weights have read since.

    What their coming ``back`` has made stale stays so.
    """

    def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase is not Phase.STALE or tag.owner is None or tag.event == back:
            return None
        if not touches(run, target, tag.owner, state):
            return None
        phases.settle(run, frozenset({tag}), "restored", None, state)
        return frozenset({Tag(Phase.CARRYING, tag.owner, strength=tag.strength, cause="advance")})

    state.retag(change)
