"""Functions that a parser of commands is told to leave in what it parses: ``sub.set_defaults(run=pull)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.symbols import FunctionInfo, Module, Symbols

_TELLS = "set_defaults"


class Commands:
    """By the name of an attribute, the functions of the project that stand there for some command."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo], symbols: Symbols) -> None:
        self._symbols = symbols
        self._found: dict[str, dict[str, FunctionInfo]] = {}
        for body in every_body(modules, functions, _TELLS):
            for call in walk.calls(body.shape):
                for argument in call.arguments if walk.last_name(call.func) == _TELLS else ():
                    if argument.keyword is not None:
                        known = self._found.setdefault(argument.keyword, {})
                        known.update((each.id, each) for each in self._given(argument.value, body))

    def named(self, attr: str) -> tuple[FunctionInfo, ...]:
        """What a call of this attribute of parsed arguments may run."""
        return tuple(self._found.get(attr, {}).values())

    def _given(self, value: facts.Expr, body: Body) -> Iterator[FunctionInfo]:
        """The function that a name stands for, or those that a loop over some of them goes through."""
        if not isinstance(value, facts.Name):
            return
        function = body.scope.function
        bound = walk.bindings(function) if function is not None else walk.module_bindings(body.scope.module.facts)
        through = [each.expr for each in bound.names.get(value.id, ())]
        for expr in (value, *(part for each in through for part in walk.expressions(each))):
            if isinstance(expr, facts.Name):
                found = self._symbols.resolve_each(body.scope.module, expr.id)
                yield from (each for each in found if isinstance(each, FunctionInfo))
