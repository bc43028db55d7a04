"""Where environments of the project say that an episode has ended: the places in what their ``step`` returns."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.symbols import FunctionInfo


def places_of_ends(classes: Classes, ref: ClassRef, names_an_end: Callable[[str], bool]) -> frozenset[int]:
    """The places in a tuple that ``step`` returns which are made of something named for an end."""
    step = classes.method(ref, "step")
    if not isinstance(step, FunctionInfo):
        return frozenset()
    return frozenset(
        place
        for action in walk.actions(step.fact.body)
        if isinstance(action, facts.Return) and isinstance(action.value, facts.Display)
        for place, item in enumerate(action.value.items)
        if any(names_an_end(walk.last_name(expr)) for expr in walk.expressions(item))
    )
