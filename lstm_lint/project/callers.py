"""Who may call whom, by name alone: cheap, and wide enough to say what can matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Symbols

_REPLACING = frozenset({"load_state_dict", "set_parameters", "load_from_vector", "vector_to_parameters",
                        "polyak_update", "copy_"})  # fmt: skip


class Callers:
    """Names that functions mention, and what follows from them."""

    def __init__(self, functions: Sequence[FunctionInfo], symbols: Symbols, classes: Classes) -> None:
        self._functions = functions
        self._classes = classes
        self._mentioned_by: dict[str, set[object]] = defaultdict(set)
        for function in functions:
            for name in function.fact.mentions:
                self._mentioned_by[name].add(function.klass if function.klass is not None else function)

    def entries(self, klass: ClassInfo, methods: Sequence[FunctionInfo]) -> list[FunctionInfo]:
        """The methods that may be the first to be called from outside: all but those only the class itself calls."""
        own = {base for base in self._classes.lineage(klass)} | set(self._classes.subclasses(klass))
        found = []
        for method in methods:
            users = self._mentioned_by.get(method.fact.name, set())
            if method.fact.name in ("__init__", "__post_init__"):
                continue
            if not users & own or users - own or method.fact.name.startswith("__"):
                found.append(method)
        return found

    def hot(self, extra: Iterable[str] = ()) -> set[FunctionInfo]:
        """Every function that replaces weights or mentions, however indirectly, the name of one that does."""
        seeds = _REPLACING | frozenset(extra)
        found: set[FunctionInfo] = set()
        names: set[str] = set()
        todo = [f for f in self._functions if f.fact.mentions & seeds or _assigns_module(f)]
        by_name: dict[str, list[FunctionInfo]] = defaultdict(list)
        for function in self._functions:
            for name in function.fact.mentions:
                by_name[name].append(function)
        while todo:
            function = todo.pop()
            if function in found:
                continue
            found.add(function)
            name = function.fact.name
            if name == "__init__" and function.klass is not None:
                name = function.klass.fact.name
            if name not in names and not name.startswith("__"):
                names.add(name)
                todo.extend(by_name[name])
        return found


def _assigns_module(function: FunctionInfo) -> bool:
    mentions = function.fact.mentions
    return "policy" in mentions or ("load" in mentions and "torch" in mentions) or "data" in mentions
