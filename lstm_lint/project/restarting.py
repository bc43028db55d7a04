"""Environments of the project that begin anew by themselves where an episode has ended.

``self.x[done] = 0`` or ``self.reset(done)`` in ``step``.
"""

from __future__ import annotations

from collections.abc import Callable

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.symbols import FunctionInfo


def restarts(classes: Classes, ref: ClassRef, names_an_end: Callable[[str], bool]) -> bool:
    """Whether ``step`` calls ``reset``, or writes what that writes in the rows of those whose episode is over."""
    reset, step = classes.method(ref, "reset"), classes.method(ref, "step")
    if not isinstance(reset, FunctionInfo) or not isinstance(step, FunctionInfo):
        return False
    own = step.fact.parameters[0].name if step.fact.parameters else ""
    if any(walk.chain(call.func) == f"{own}.reset" for call in walk.calls(step.fact.body)):
        return True
    begun = {
        target.attr
        for action in walk.actions(reset.fact.body)
        if isinstance(action, facts.Assign)
        for target in action.targets
        if isinstance(target, facts.Attribute)
    }
    again = {
        target.value.attr
        for action in walk.actions(step.fact.body)
        if isinstance(action, facts.Assign)
        for target in action.targets
        if isinstance(target, facts.Subscript)
        and isinstance(target.value, facts.Attribute)
        and isinstance(target.index, facts.Name)
        and names_an_end(target.index.id)
    }
    return len(begun & again) > 1
