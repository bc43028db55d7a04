"""All code of a project, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.project.symbols import FunctionInfo, Module, Symbols
from lstm_lint.project.types import Scope


class Body(NamedTuple):
    """Code that runs as one: a function, or the top level of a module; classes at the top are not entered."""

    shape: Shape
    scope: Scope


def every_body(modules: Sequence[Module], functions: Sequence[FunctionInfo], word: str = "") -> Iterator[Body]:
    """The top level of each module, then each function: those that have ``word`` in them, if there is one."""
    for module in modules:
        if not word or word in module.facts.mentions:
            yield Body(module.facts.body, Scope(module))
    for function in functions:
        if not word or word in function.fact.mentions:
            yield Body(function.fact.body, Scope(function.module, function.klass, function.fact))


def top_level(modules: Sequence[Module], symbols: Symbols) -> tuple[FunctionInfo, ...]:
    """The top level of each module as a function without parameters: the loops of scripts stand there."""
    return tuple(
        symbols.function_info(
            module,
            None,
            facts.FunctionFact(
                name="<module>",
                qualname="<module>",
                parameters=(),
                body=module.facts.body,
                returns=None,
                decorators=(),
                is_async=False,
                is_generator=False,
                span=Span(1, 1, 1, 1),
                mentions=module.facts.mentions,
            ),
        )
        for module in modules
    )
