"""Variables that only pass through a function: bound there, outside of any loop, and gone when it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.placed import LOADS
from lstm_lint.typestate.paths import Local, Place

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


def passes_by(run: Interpreter, place: Place) -> bool:
    """Whether what a call makes of a variable cannot be a step of a state: ``hidden = self.mlp(hidden, latent)``.

    It is no parameter, no loop binds it, and the function replaces no weights between two of its bindings.
    """
    frame = run.live_frame(place.frame) if isinstance(place, Local) else None
    if frame is None or frame.function is None or not isinstance(place, Local):
        return False
    key = (id(frame.function), place.name)
    found = run.index.passing.get(key)
    if found is None:
        found = run.index.passing[key] = _passes(frame.function, place.name)
    return found


def _passes(function: facts.FunctionFact, name: str) -> bool:
    if any(parameter.name == name for parameter in function.parameters) or not LOADS.isdisjoint(function.mentions):
        return False
    if function.is_generator or name in function.globals | function.nonlocals:
        return False
    inner = [action.function for action in walk.actions(function.body) if isinstance(action, facts.Define)]
    if any(name in each.mentions for each in inner):
        return False
    return not any(
        isinstance(part, facts.Name) and part.id == name
        for loop in walk.loops(function.body)
        for action in walk.actions(loop.body)
        for target in _targets(action)
        for part in walk.expressions(target)
    )


def _targets(action: object) -> tuple[facts.Expr, ...]:
    if isinstance(action, facts.Assign):
        return action.targets
    return (action.target,) if isinstance(action, (facts.Augment, facts.Iterate)) else ()
