"""Attributes of an object that are read or written by code which is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo, FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project import Project


def is_named_outside(project: Project, klass: ClassInfo, attr: str) -> bool:
    """Whether code that is no method of a class, of its bases or of its heirs names one of its attributes.

    Another class may have an attribute of that name, too: what its methods read of their own object is no such code.
    """
    family = {*project.classes.lineage(klass), *project.classes.subclasses(klass)}
    for function in (*project.functions, *project.programs):
        if attr in function.fact.mentions and function.klass not in family and attr in _named(function):
            return True
    return False


def _named(function: FunctionInfo) -> Iterator[str]:
    parameters = function.fact.parameters
    own = parameters[0].name if function.klass is not None and parameters else ""
    for action in walk.actions(function.fact.body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Attribute):
                if not (isinstance(expr.value, facts.Name) and expr.value.id == own):
                    yield expr.attr
            elif isinstance(expr, facts.Constant) and isinstance(expr.value, str):
                yield expr.value  # `setattr(agent, "hidden", …)`
