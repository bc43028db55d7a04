"""What is known of a project where a word is followed on: what a call runs, what the instances of a class keep."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from lstm_lint import facts, walk
from lstm_lint.project.looks import is_environment
from lstm_lint.project.signals import written
from lstm_lint.project.symbols import FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project.classes import Classes

MAKES = frozenset({"__init__", "__post_init__", "__new__", "__setstate__", "setup", "build"})
"""What makes an object: there is no state of it yet."""

Called = FunctionInfo | Literal["unknown", "unclear"]
"""What a call runs: a function of the project, none in view, or one of several."""


class Surroundings:
    """Answers for the functions of a project."""

    def __init__(self, functions: dict[str, FunctionInfo], classes: Classes) -> None:
        self._functions = functions
        self._classes = classes

    def resolve(self, function: FunctionInfo, call: facts.Call) -> Called:
        """What a call runs: by the class for an own method, else by its name alone."""
        func, name = call.func, walk.last_name(call.func)
        named = self.named(name)
        if isinstance(func, facts.Attribute):
            first = first_of(function)
            if function.klass is not None and isinstance(func.value, facts.Name) and func.value.id == first:
                method = self._classes.method(function.klass, name)
                if not isinstance(method, FunctionInfo):
                    return "unknown"
                return "unclear" if any(self._classes.overrides(function.klass, name)) else method
            if is_environment(func.value):
                return "unknown"
            if first and isinstance(walk.root(func), facts.Name) and isinstance(func.value, facts.Attribute):
                named = tuple(each for each in named if each.klass is not function.klass)  # a part is of another class
        else:
            named = tuple(each for each in named if each.klass is None)
        return named[0] if len(named) == 1 else "unclear" if named else "unknown"

    def candidates(self, function: FunctionInfo, call: facts.Call) -> tuple[FunctionInfo, ...]:
        """All functions of the project that a call may run."""
        found = self.resolve(function, call)
        if isinstance(found, FunctionInfo):
            return (found,)
        return () if found == "unknown" else self.named(walk.last_name(call.func))

    def named(self, name: str) -> tuple[FunctionInfo, ...]:
        """The functions and methods of a name."""
        return self._named.get(name, ())

    def kept(self, call: facts.Call) -> frozenset[str]:
        """What an instance keeps that a call makes; nothing for any other call."""
        return self._keeping.get(walk.last_name(call.func), frozenset())

    @cached_property
    def attributes(self) -> dict[str, bool]:
        """The attributes that functions assign; whether constructors alone do."""
        found: dict[str, bool] = {}
        for function in self._functions.values():
            for action in walk.actions(function.fact.body):
                for target, _ in written(action):
                    if isinstance(target, facts.Attribute):
                        found[target.attr] = found.get(target.attr, True) and function.fact.name in MAKES
        return found

    @cached_property
    def _named(self) -> dict[str, tuple[FunctionInfo, ...]]:
        found: dict[str, list[FunctionInfo]] = {}
        for function in self._functions.values():
            found.setdefault(function.fact.name, []).append(function)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def _keeping(self) -> dict[str, frozenset[str]]:
        """By the name of a class: what its methods name, and what it declares."""
        found: dict[str, frozenset[str]] = {}
        for info in self._classes.all:
            names = frozenset().union(info.fact.annotations, *(each.mentions for each in info.fact.functions.values()))
            found[info.fact.name] = found.get(info.fact.name, frozenset()) | names
        return found


def first_of(method: FunctionInfo) -> str:
    """What a method calls the object that it is of; empty for any other function."""
    parameters = method.fact.parameters
    return parameters[0].name if method.klass is not None and parameters else ""
