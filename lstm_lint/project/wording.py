"""What a function that is not run may touch: the names in it and in all that it may call, by name alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lstm_lint.project.symbols import FunctionInfo

MANY = 60
"""What leads to more functions than that may touch anything."""


class Wording:
    """The names in functions, each function with those it may call; each asked for once."""

    def __init__(self, functions: Iterable[FunctionInfo]) -> None:
        self._functions = tuple(functions)
        self._by_name: dict[str, list[FunctionInfo]] | None = None
        self._found: dict[FunctionInfo, frozenset[str] | None] = {}

    def of(self, function: FunctionInfo) -> frozenset[str] | None:
        """All names that a call of a function may come upon; None where they are too many to tell."""
        if function not in self._found:
            self._found[function] = self._collected(function)
        return self._found[function]

    def _collected(self, function: FunctionInfo) -> frozenset[str] | None:
        if self._by_name is None:
            self._by_name = defaultdict(list)
            for each in self._functions:
                made = each.klass is not None and each.fact.name in ("__init__", "__post_init__", "__new__")
                self._by_name[each.klass.fact.name if made and each.klass else each.fact.name].append(each)
        seen, todo = {function}, [function]
        names: set[str] = set()
        while todo:
            new = todo.pop().fact.mentions - names
            names |= new
            for name in new & self._by_name.keys():
                todo.extend(each for each in self._by_name[name] if each not in seen)
                seen.update(self._by_name[name])
            if len(seen) > MANY:
                return None
        return frozenset(names)
