"""One activation of a function, of a module body or of a class body."""

from __future__ import annotations

from dataclasses import dataclass, field

from lstm_lint import facts
from lstm_lint.flow import Shape
from lstm_lint.project import ClassInfo, Module
from lstm_lint.project.types import Scope
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.values import (
    Value,
)

RETURN = "<return>"
"""The local variable of an activation that holds what it returns."""


@dataclass(eq=False)
class Frame:
    """One activation of a function, of a module body or of a class body."""

    number: int
    module: Module
    klass: ClassInfo | None
    function: facts.FunctionFact | None
    outer: int | None = None
    first: Value | None = None
    call: Site | None = None
    loops: list[facts.Iterate] = field(default_factory=list)
    counters: frozenset[str] = frozenset()
    """The variables of its ``for`` loops: as a subscript, they name one entry and never a mask."""
    pending: dict[int, facts.FunctionFact] = field(default_factory=dict)

    @property
    def body(self) -> Shape:
        """The code that it runs."""
        return self.module.facts.body if self.function is None else self.function.body

    @property
    def scope(self) -> Scope:
        """Where static questions are asked from."""
        return Scope(self.module, self.klass, self.function)

    @property
    def qualname(self) -> str:
        """The function's name in its project, for records."""
        return f"{self.module.name}:{self.function.qualname if self.function else '<module>'}"
