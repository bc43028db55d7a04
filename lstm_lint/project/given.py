"""What files give to keywords and to keys of dicts: the settings that decide what a library builds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.recurrence import every_expression
from lstm_lint.project.symbols import Module


class Given:
    """The values of settings by file, each file read once, when it is asked for."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self._modules = modules
        self._values: dict[str, dict[str, list[facts.Expr]]] = {}
        self._near: dict[str, tuple[Module, ...]] = {}

    def allows(self, path: str, wanted: Mapping[str, bool | int | str]) -> bool:
        """Whether a file or one that it imports gives one of the settings its value, or what is no literal."""
        return any(
            not isinstance(expr, facts.Constant) or expr.value == value
            for name, value in wanted.items()
            for expr in self._given(path, name)
        )

    def has(self, path: str, settings: Mapping[str, bool | int | str]) -> bool:
        """Whether a file or one that it imports gives one of the settings exactly its value."""
        return any(
            isinstance(expr, facts.Constant) and expr.value == value
            for name, value in settings.items()
            for expr in self._given(path, name)
        )

    def exceeds(self, path: str, names: Sequence[str], number: int) -> bool:
        """Whether a file or one that it imports gives one of these settings a larger number."""
        values = [expr.value for name in names for expr in self._given(path, name) if isinstance(expr, facts.Constant)]
        return any(type(value) is int and value > number for value in values)

    def names(self, path: str, names: Sequence[str]) -> bool:
        """Whether a file or one that it imports has one of these names in it."""
        return any(not module.facts.mentions.isdisjoint(names) for module in self._around(path))

    def _given(self, path: str, name: str) -> Iterator[facts.Expr]:
        for module in self._around(path):
            found = self._values.get(module.path)
            if found is None:
                found = self._values[module.path] = _settings(module)
            yield from found.get(name, ())

    def _around(self, path: str) -> tuple[Module, ...]:
        found = self._near.get(path)
        if found is None:
            own = [module for module in self._modules if module.path == path]
            names = {name for module in own for name in _imported(module)}
            near = [module for module in self._modules if module.path != path and _last(module.name) in names]
            found = self._near[path] = (*own, *near)
        return found


def _imported(module: Module) -> Iterator[str]:
    for item in module.facts.imports:
        yield from (_last(item.module), _last(item.target), item.name or "")


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _settings(module: Module) -> dict[str, list[facts.Expr]]:
    """Each keyword and key with the values it is given: in calls, in dicts, and by assignment."""
    found: dict[str, list[facts.Expr]] = defaultdict(list)
    for expr in every_expression(module.facts):
        if isinstance(expr, facts.Call):
            for argument in expr.arguments:
                if argument.keyword is not None:
                    found[argument.keyword].append(argument.value)
        elif isinstance(expr, facts.DictDisplay):
            for key, value in expr.items:
                if isinstance(key, facts.Constant) and isinstance(key.value, str):
                    found[key.value].append(value)
    bodies = [module.facts.body, *(function.body for function in _functions(module))]
    for action in (each for body in bodies for each in walk.actions(body)):
        if isinstance(action, facts.Assign):
            for target in action.targets:
                found[_name(target)].append(action.value)
    found.pop("", None)
    return found


def _functions(module: Module) -> Iterator[facts.FunctionFact]:
    yield from module.facts.functions.values()
    for klass in module.facts.classes.values():
        yield from klass.functions.values()


def _name(target: facts.Expr) -> str:
    """The setting that an assignment writes: ``config["use_lstm"]`` or ``config.use_lstm``."""
    if isinstance(target, facts.Subscript) and isinstance(target.index, facts.Constant):
        return str(target.index.value)
    return target.attr if isinstance(target, facts.Attribute) else ""
