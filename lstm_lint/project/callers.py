"""Who may call whom, by name alone: cheap, and wide enough to say what can matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Symbols

_REPLACING = frozenset({"load_state_dict", "set_parameters", "load_from_vector", "vector_to_parameters",
                        "polyak_update", "copy_", "lerp_", "add_"})  # fmt: skip
_CANDIDATES = _REPLACING | {"policy", "data", "load", "deepcopy", "clone", "copy", "load_model"}


class Callers:
    """Names that functions mention, and what follows from them."""

    def __init__(self, functions: Sequence[FunctionInfo], symbols: Symbols, classes: Classes) -> None:
        self._functions = functions
        self._classes = classes
        self._mentioned_by: dict[str, set[object]] = defaultdict(set)
        self._by_name: dict[str, list[FunctionInfo]] = defaultdict(list)
        for function in functions:
            for name in function.fact.mentions:
                self._by_name[name].append(function)
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

    def leading_to(self, wanted: set[FunctionInfo]) -> set[FunctionInfo]:
        """These functions and everyone who, by name, calls them however indirectly."""
        found: set[FunctionInfo] = set()
        todo = list(wanted)
        while todo:
            function = todo.pop()
            if function in found:
                continue
            found.add(function)
            name = function.fact.name
            if name == "__init__" and function.klass is not None:
                name = function.klass.fact.name
            if not name.startswith("__"):
                todo.extend(self._by_name.get(name, ()))
        return found

    def hot(self) -> tuple[set[FunctionInfo], frozenset[str]]:
        """Every function that replaces weights or mentions, however indirectly, the name of one that does; and all
        those names."""
        seeds = _REPLACING
        found: set[FunctionInfo] = set()
        names: set[str] = set()
        todo = [f for f in self._functions if f.fact.mentions & _CANDIDATES and replaces(f.fact.body, seeds)]
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
                todo.extend(self._by_name.get(name, ()))
        return found, frozenset(names) | seeds


def replaces(body: Shape, names: frozenset[str]) -> bool:
    """Whether a body calls something of these names, or assigns what may be a module or a parameter's data."""
    for action in walk.actions(body):
        if isinstance(action, facts.DefineClass) and replaces(action.klass.body, names):
            return True
        if isinstance(action, facts.Assign):
            for target in action.targets:
                if isinstance(target, facts.Attribute) and (target.attr in ("policy", "data") or _makes_module(action.value)):
                    return True
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and _last(expr.func) in names:
                return True
            if isinstance(expr, facts.Attribute) and expr.attr in names:
                return True
    return False


def _makes_module(value: facts.Expr) -> bool:
    """Whether a value may be a whole module from elsewhere: loaded, copied, or built by a classmethod ``load``."""
    return isinstance(value, facts.Call) and _last(value.func) in ("load", "deepcopy", "clone", "copy", "load_model")


def _last(expr: facts.Expr) -> str:
    return str(getattr(expr, "attr", getattr(expr, "id", "")))
