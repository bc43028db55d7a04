"""Weights that an object had before come back: which states they made, and which were made by others since."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import between_hooks, phases, saved
from lstm_lint.typestate.objects import is_single, touches
from lstm_lint.typestate.paths import Path, Place, is_copy
from lstm_lint.typestate.spelling import receiver_text
from lstm_lint.typestate.values import Event, Phase, Tag, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_HOOK = re.compile(r"_?on_")


def made_by_others(run: Interpreter, target: Path, source: Value | None, state: State) -> Callable[[Place, Tag], bool]:
    """Tells of a state whether weights made it that an object had after those that it gets back now.

    When a method left them in an attribute nobody knows; but a hook of a callback runs between two rollouts,
    and one of what is trained between two steps of its training.
    """
    if source is None or (source.weights_of and not source.copied and not saved.is_exact(source)):
        return lambda place, tag: False
    if not source.weights_of:
        in_hook = run.frame.klass is not None and run.project.classes.kind(run.frame.klass) == "callback"
        in_hook = in_hook and run.frame.function is not None and _HOOK.match(run.frame.function.name) is not None
        in_hook = in_hook or between_hooks.is_trained(run, source)
        return lambda place, tag: in_hook and tag.phase is Phase.CARRYING
    known = [made for path, made in state.kept.items() if path.starts_with(target) or target.starts_with(path)]
    since = frozenset[Place]().union(*known)
    return lambda place, tag: tag.phase is Phase.CARRYING and (not known or place in since)


def restored(run: Interpreter, target: Path, state: State, back: Event) -> None:
    """The weights are those again that made a state which no other weights have read since.

    What their coming ``back`` has made stale stays so.
    """

    _restore(run, lambda event, owner: event != back and touches(run, target, owner, state), state)


def put_back(run: Interpreter, gone: Sequence[Path], value: Value, state: State) -> list[Path]:
    """Those of the objects that are exchanged as a whole in whose place a copy of themselves comes.

    A copy that comes in the place of one is told when it first does: the copies of one object go by one name.
    """
    if not value.refs or value.mixed or not all(is_copy(ref.root) for ref in value.refs):
        return []
    if not all(is_single(run, path, state) for path in gone):
        return []
    return [path for path in gone if path in value.weights_of and not is_copy(path.root)]


def earlier(back: Collection[Path], copy: Value) -> Value:
    """The weights of objects as they were when the copy was made that comes in their place."""
    return Value(weights_of=frozenset(back), src=copy.src, copied=True)


def returned(run: Interpreter, path: Path, target: facts.Attribute, value: Value, row: str, state: State) -> None:
    """An object that made states is back where it was, or a copy of it is, after others had their turn in its place.

    ``row`` is that of the events that put them there.
    """
    if not value.refs or not state.loads:
        return  # nothing is stale yet
    copies = all(is_copy(ref.root) for ref in value.refs)
    back = value.refs | (value.weights_of if copies else frozenset())
    here, name = (run.site(target.span), run.chain()), receiver_text(run, target, path, state)

    def gone_for_it(event: Event, owner: Path) -> bool:
        if event.row != row or event.receiver != name or (event.site, event.chain) == here:
            return False
        return any(owner.starts_with(each) for each in back)

    _restore(run, gone_for_it, state)


def _restore(run: Interpreter, ended: Callable[[Event, Path], bool], state: State) -> None:
    """What was stale is so no more where the time of the weights that made it so has ``ended``."""

    def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase is not Phase.STALE or tag.owner is None or tag.event is None or not ended(tag.event, tag.owner):
            return None
        phases.settle(run, frozenset({tag}), "restored", None, state)
        return frozenset({Tag(Phase.CARRYING, tag.owner, strength=tag.strength, cause="advance")})

    state.retag(change)
