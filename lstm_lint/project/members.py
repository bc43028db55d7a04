"""Which attributes a module treats as objects of their own rather than as methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.symbols import FunctionInfo, Module

_OF_FUNCTIONS = frozenset({"remote", "__name__", "__func__", "__self__", "__wrapped__", "__doc__"})

_STEP = frozenset({"step"})
_OVER = frozenset({"is_episode_finished", "is_episode_over", "episode_over", "is_game_over", "game_over"})


class Members:
    """``agent.net(x)`` calls the object in ``net`` when the module also writes ``agent.net.eval()``."""

    def __init__(self, functions: Iterable[FunctionInfo]) -> None:
        self._methods = frozenset(each.fact.name for each in functions if each.klass is not None)
        self._objects: dict[int, frozenset[str]] = {}
        self._having: dict[tuple[int, frozenset[str]], frozenset[str]] = {}

    def stepped(self, module: Module) -> frozenset[str]:
        """What a module calls ``step`` on, as it is written: environments, and what has that method too."""
        return self._with(module, _STEP)

    def asked_for_ends(self, module: Module) -> frozenset[str]:
        """What a module asks whether the episode is over: a game that is no environment of gymnasium."""
        return self._with(module, _OVER)

    def _with(self, module: Module, attrs: frozenset[str]) -> frozenset[str]:
        key = (id(module), attrs)
        found = self._having.get(key)
        if found is None:
            calls = (expr for expr in _expressions(module.facts.body) if isinstance(expr, facts.Attribute))
            texts = (walk.chain(expr.value) for expr in calls if expr.attr in attrs)
            found = self._having[key] = frozenset(text for text in texts if text is not None)
        return found

    def is_object(self, module: Module, name: str) -> bool:
        """Whether a module uses the attribute as an object, and no class in view has such a method."""
        found = self._objects.get(id(module))
        if found is None:
            found = self._objects[id(module)] = frozenset(_used_as_objects(module.facts.body))
        return name in found and name not in self._methods


def _used_as_objects(body: Shape) -> set[str]:
    found: set[str] = set()
    for expr in _expressions(body):
        if isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Attribute):
            found |= {expr.value.attr} if expr.attr not in _OF_FUNCTIONS else set()
    return found


def _expressions(body: Shape) -> Iterator[facts.Expr]:
    """Every expression of a body and of the functions and classes in it."""
    todo: list[Shape] = [body]
    while todo:
        for action in walk.actions(todo.pop()):
            if isinstance(action, facts.Define):
                todo.append(action.function.body)
            elif isinstance(action, facts.DefineClass):
                todo.append(action.klass.body)
            else:
                yield from walk.expressions(action)
