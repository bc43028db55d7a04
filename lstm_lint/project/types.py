"""Static types, and where one asks for them."""

from __future__ import annotations

from typing import NamedTuple

from lstm_lint import facts
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.symbols import ClassInfo, Module


class Type(NamedTuple):
    """An instance of ``ref``; ``arguments`` are a container's element types, ``of_class`` marks the class itself."""

    ref: ClassRef
    arguments: tuple[frozenset[Type], ...] = ()
    of_class: bool = False


Types = frozenset[Type]
NOTHING: Types = frozenset()


class Scope(NamedTuple):
    """Where an expression stands."""

    module: Module
    klass: ClassInfo | None = None
    function: facts.FunctionFact | None = None
