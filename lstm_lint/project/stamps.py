"""States that bear a stamp of the weights that made them: ``if memo.generation != self.generation: memo.h = None``.

Whoever loads writes another stamp, and whoever steps compares before the state is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo

_STAMP = re.compile(
    r"(^|_)(gen|generation|version|ver|epoch|stamp|serial|revision|rev|release|tag|era|iteration|mtime|token|hash)s?(_|$)",
    re.IGNORECASE,
)
_SAME = frozenset({"==", "!=", "is", "is not", "<", ">", "<=", ">="})

_Find = Callable[[facts.FunctionFact], Iterator[str]]


class Stamps:
    """Answers by the ids of functions, each function asked once."""

    def __init__(self, functions: Iterable[FunctionInfo]) -> None:
        self._functions = {function.id: function for function in functions}
        self._written: dict[str, frozenset[str]] = {}
        self._compared: dict[str, frozenset[str]] = {}

    def are_compared(self, loading: Iterable[str], using: Iterable[str]) -> bool:
        """Whether functions that load write a stamp which functions that use the state compare."""
        written = frozenset[str]().union(*(self._of(name, self._written, _writes) for name in loading))
        return any(written & self._of(name, self._compared, _compares) for name in using) if written else False

    def _of(self, name: str, known: dict[str, frozenset[str]], find: _Find) -> frozenset[str]:
        found = known.get(name)
        if found is None:
            function = self._functions.get(name)
            found = known[name] = frozenset() if function is None else frozenset(find(function.fact))
        return found


def _writes(function: facts.FunctionFact) -> Iterator[str]:
    for action in walk.actions(function.body):
        targets: tuple[facts.Expr, ...] = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, facts.Augment):
            targets = (action.target,)
        for target in targets:
            parts = target.items if isinstance(target, facts.Display) else (target,)
            yield from (part.attr for part in parts if isinstance(part, facts.Attribute) and _STAMP.search(part.attr))


def _compares(function: facts.FunctionFact) -> Iterator[str]:
    """The stamps of which two are compared: of the state, and of the weights."""
    tests = [each.test for each in walk.branches(function.body)]
    for node in (*walk.actions(function.body), *tests):
        for expr in walk.expressions(node):
            if isinstance(expr, facts.Operation) and expr.op in _SAME and len(expr.operands) == 2:
                names = [walk.last_name(each) for each in expr.operands]
                if all(map(_STAMP.search, names)):
                    yield from names
