"""Who may call whom, by name alone: cheap, and wide enough to say what can matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Symbols

_REPLACING = frozenset({"load_state_dict", "set_parameters", "load_from_vector", "vector_to_parameters",
                        "polyak_update", "copy_", "lerp_", "add_"})  # fmt: skip
_CANDIDATES = _REPLACING | {"policy", "data", "load", "deepcopy", "clone", "copy", "load_model"}


@dataclass(frozen=True, slots=True)
class Uses:
    """The names a function uses: plain ones, attributes of ``self``, and attributes of anything else."""

    plain: frozenset[str]
    own: frozenset[str]
    other: frozenset[str]
    stored: frozenset[str]


class Callers:
    """Names that functions use, and what follows from them."""

    def __init__(self, functions: Sequence[FunctionInfo], symbols: Symbols, classes: Classes) -> None:
        self._functions = functions
        self._symbols = symbols
        self._classes = classes
        self._uses: dict[FunctionInfo, Uses] = {}
        self._plain: dict[str, list[FunctionInfo]] = defaultdict(list)
        self._own: dict[str, list[FunctionInfo]] = defaultdict(list)
        self._other: dict[str, list[FunctionInfo]] = defaultdict(list)
        for function in functions:
            uses = self._uses[function] = _uses(function.fact)
            for table, names in ((self._plain, uses.plain), (self._own, uses.own), (self._other, uses.other)):
                for name in names:
                    table[name].append(function)

    def of(self, function: FunctionInfo) -> Iterator[FunctionInfo]:
        """Every function that may call this one, as far as names and the class hierarchy tell."""
        name, klass = function.fact.name, function.klass
        if klass is None:
            for user in self._plain.get(name, ()):
                found = self._symbols.resolve(user.module, name)
                if found is function or user.module is function.module:
                    yield user
            yield from self._other.get(name, ())
        elif name in ("__init__", "__post_init__", "__new__"):
            yield from self._plain.get(klass.fact.name, ())
            yield from self._other.get(klass.fact.name, ())
        elif name in ("forward", "__call__"):
            return
        else:
            for user in self._own.get(name, ()):
                if user.klass is None or self._related(user.klass, klass):
                    yield user
            yield from self._other.get(name, ())

    def _related(self, one: ClassInfo, other: ClassInfo) -> bool:
        if one in self._classes.lineage(other) or other in self._classes.lineage(one):
            return True
        both = set(self._classes.subclasses(one)) & set(self._classes.subclasses(other))
        return bool(both)

    def entries(self, klass: ClassInfo, methods: Sequence[FunctionInfo]) -> list[FunctionInfo]:
        """The methods that may be the first to be called from outside: all but those only the class itself calls."""
        found = []
        for method in methods:
            name = method.fact.name
            if name in ("__init__", "__post_init__"):
                continue
            inside = any(user.klass and self._related(user.klass, klass) for user in self._own.get(name, ()))
            if not inside or self._other.get(name) or name.startswith("__"):
                found.append(method)
        return found

    def touching(
        self, klass: ClassInfo, methods: Sequence[FunctionInfo], may_be_slot: Callable[[ClassInfo, str], bool]
    ) -> list[FunctionInfo]:
        """The methods that store something in what may be a slot, and those of the class that call them."""
        found = {
            method
            for method in methods
            if method.fact.name not in ("__init__", "__post_init__")
            and any(may_be_slot(klass, attr) for attr in self._uses[method].stored)
        }
        while True:
            names = {method.fact.name for method in found}
            more = {m for m in methods if m not in found and self._uses[m].own & names and m.fact.name != "__init__"}
            if not more:
                return [method for method in methods if method in found]
            found |= more

    def leading_to(self, wanted: set[FunctionInfo]) -> set[FunctionInfo]:
        """These functions and everyone who may call them, however indirectly."""
        found: set[FunctionInfo] = set()
        todo = list(wanted)
        while todo:
            function = todo.pop()
            if function not in found:
                found.add(function)
                todo.extend(self.of(function))
        return found

    def hot(self) -> tuple[set[FunctionInfo], frozenset[str]]:
        """Every function that replaces weights or may call, however indirectly, one that does; and all their names."""
        found = self.leading_to(
            {f for f in self._functions if f.fact.mentions & _CANDIDATES and replaces(f.fact.body, _REPLACING)}
        )
        names = {f.klass.fact.name if f.fact.name == "__init__" and f.klass else f.fact.name for f in found}
        return found, frozenset(name for name in names if not name.startswith("__")) | _REPLACING


def _uses(function: facts.FunctionFact) -> Uses:
    first = function.parameters[0].name if function.parameters else ""
    plain: set[str] = set()
    own: set[str] = set()
    other: set[str] = set()
    stored: set[str] = set()
    todo: list[Shape] = [function.body]
    while todo:
        for action in walk.actions(todo.pop()):
            if isinstance(action, facts.Define):
                todo.append(action.function.body)
                continue
            if isinstance(action, facts.DefineClass):
                todo.append(action.klass.body)
                continue
            for target in action.targets if isinstance(action, facts.Assign) else ():
                if not (isinstance(action, facts.Assign) and isinstance(action.value, facts.Constant)):
                    _stored(target, stored)
            for expr in walk.expressions(action):
                if isinstance(expr, facts.Name):
                    plain.add(expr.id)
                elif isinstance(expr, facts.Attribute):
                    is_own = isinstance(expr.value, facts.Name) and expr.value.id in (first, "self", "cls")
                    is_super = isinstance(expr.value, facts.Call) and _last(expr.value.func) == "super"
                    (own if is_own or is_super else other).add(expr.attr)
                elif isinstance(expr, facts.Constant) and isinstance(expr.value, str) and expr.value.isidentifier():
                    other.add(expr.value)  # getattr(agent, "load")
    return Uses(frozenset(plain), frozenset(own), frozenset(other), frozenset(stored))


def _stored(target: facts.Expr, found: set[str]) -> None:
    if isinstance(target, facts.Attribute):
        found.add(target.attr)
    elif isinstance(target, (facts.Subscript, facts.Starred)):
        _stored(target.value, found)
    elif isinstance(target, facts.Display):
        for item in target.items:
            _stored(item, found)


def replaces(body: Shape, names: frozenset[str]) -> bool:
    """Whether a body calls something of these names, or assigns what may be a module or a parameter's data."""
    for action in walk.actions(body):
        if isinstance(action, facts.DefineClass) and replaces(action.klass.body, names):
            return True
        if isinstance(action, facts.Assign):
            for target in action.targets:
                if isinstance(target, facts.Attribute) and (
                    target.attr in ("policy", "data") or _makes_module(action.value)
                ):
                    return True
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and _last(expr.func) in names:
                return True
            if isinstance(expr, facts.Attribute) and expr.attr in names:
                return True
    return False


def _makes_module(value: facts.Expr) -> bool:
    """Whether a value may be a whole module from elsewhere: loaded, copied, or built by a classmethod ``load``."""
    return isinstance(value, facts.Call) and (
        _last(value.func) in ("deepcopy", "load_model")
        or (
            _last(value.func) == "load"
            and walk.chain(value.func) not in ("np.load", "numpy.load", "json.load", "pickle.load")
        )
    )


def _last(expr: facts.Expr) -> str:
    return str(getattr(expr, "attr", getattr(expr, "id", "")))
