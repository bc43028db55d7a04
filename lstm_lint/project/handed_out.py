"""Methods that clear a state and are handed out as values: whoever has got one may call it where an episode ends.

``events.on("episode_end", self.forget)``, or ``agent.forget`` in a list of things to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.handing import CONSTRUCTORS
from lstm_lint.project.symbols import ClassInfo

if TYPE_CHECKING:
    from lstm_lint.project import Project

_CLEARS = frozenset({"zeros", "zeros_like", "new_zeros", "zero_", "clear"})


def may_clear(project: Project, klass: ClassInfo, attr: str) -> bool:
    """Whether a method of a class that clears an attribute is a value somewhere in a module that knows of it."""
    clearing = {
        function.name
        for base in project.classes.lineage(klass)
        if isinstance(base, ClassInfo)
        for function in base.fact.functions.values()
        if function.name not in CONSTRUCTORS and attr in function.mentions and _clears(function, attr)
    }
    return bool(clearing) and any(
        name in clearing
        for module in project.modules
        if not clearing.isdisjoint(module.facts.mentions)
        for shape in (module.facts.body, *(f.fact.body for f in project.functions if f.module is module))
        for action in walk.actions(shape)
        for name in _given(action)
    )


def _clears(function: facts.FunctionFact, attr: str) -> bool:
    own = f"{function.parameters[0].name}.{attr}" if function.parameters else ""
    for action in walk.actions(function.body):
        if isinstance(action, facts.Assign) and any(walk.chain(t) == own for t in walk.flat(action.targets)):
            made = action.value
            if walk.is_none(made) or (isinstance(made, facts.Call) and walk.last_name(made.func) in _CLEARS):
                return True
        if isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Call):
            func = action.value.func
            if isinstance(func, facts.Attribute) and func.attr in _CLEARS and walk.chain(func.value) == own:
                return True
    return False


def _given(action: object) -> Iterator[str]:
    """The last names of the attributes that an action hands to a call, or puts into a list or dict, as they are."""
    for expr in walk.expressions(action):
        parts: tuple[facts.Expr, ...] = ()
        if isinstance(expr, facts.Call):
            parts = tuple(argument.value for argument in expr.arguments)
        elif isinstance(expr, facts.Display):
            parts = expr.items
        elif isinstance(expr, facts.DictDisplay):
            parts = tuple(value for _, value in expr.items)
        yield from (part.attr for part in parts if isinstance(part, facts.Attribute))
