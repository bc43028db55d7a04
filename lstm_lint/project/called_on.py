"""What methods are called on: the static types of the receivers, where a name alone tells who may be called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts
from lstm_lint.project.inference import Typing
from lstm_lint.project.plain_data import PlainData
from lstm_lint.project.symbols import External, FunctionInfo, Module, ModuleRef, Symbols
from lstm_lint.project.types import Scope, Type, Types
from lstm_lint.project.uses import defines, names_read

PLAIN: Types = frozenset({Type("list")})
"""Of data that no class of the project is."""


class CalledOn:
    """Asks for each name in each function once."""

    def __init__(
        self, symbols: Symbols, typing: Typing, functions: Sequence[FunctionInfo], modules: Sequence[Module]
    ) -> None:
        self._typing = typing
        self._plain = PlainData(symbols, typing, functions, modules)
        self._known: dict[tuple[FunctionInfo, str], list[Types | None]] = {}

    def of(self, user: FunctionInfo, name: str) -> list[Types | None]:
        """The static types of what ``.name`` is read from in a function; None for a module."""
        found = self._known.get((user, name))
        if found is None:
            found = self._known[user, name] = list(self._find(user, name))
        return found

    def _find(self, user: FunctionInfo, name: str) -> Iterator[Types | None]:
        scope = Scope(user.module, user.klass, user.fact)
        for expr in names_read(user.fact.body).get(name, ()):
            if expr is None:
                yield frozenset()
            elif self.is_module(expr, scope):
                yield None
            else:
                types = self._typing.of(expr, scope)
                yield PLAIN if not types and self._plain.is_plain(expr, scope) else types
        if defines(user.fact.body):
            yield frozenset()

    def is_module(self, expr: facts.Expr, scope: Scope) -> bool:
        """Whether what an attribute is read from is a module or something of a library."""
        return isinstance(self._typing.callee(expr, scope), (ModuleRef, External))
