"""Objects that code puts under a name into something that a framework hands around, and takes out again elsewhere.

``app["pilot"] = Pilot()`` where a server is set up, ``request.app["pilot"]`` where it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import every_body
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module
from lstm_lint.project.types import NOTHING, Scope, Types


class Shelf(NamedTuple):
    """A name under which there is an object: that of the entry, and what its holder is called."""

    holder: str
    key: str


class Shelved:
    """What is under such names; all that is put anywhere is looked at once, and only when one asks."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo], typing: Typing) -> None:
        self._modules = modules
        self._functions = functions
        self._typing = typing

    def taken(self, expr: facts.Subscript, scope: Scope) -> tuple[Shelf, Types] | None:
        """The name and the class of what is read of an object that came in from outside, where only one may be there.

        It came in where it is an argument of the function, or something of one, which nobody declares.
        """
        shelf = _shelf(expr)
        root, function = walk.root(expr), scope.function
        if shelf is None or function is None or not isinstance(root, facts.Name):
            return None
        if all(parameter.name != root.id for parameter in function.parameters[scope.klass is not None :]):
            return None
        types = NOTHING if self._typing.of(expr.value, scope) else self._put.get(shelf, NOTHING)
        return (shelf, types) if len(types) == 1 else None

    @cached_property
    def _put(self) -> dict[Shelf, Types]:
        found: dict[Shelf, list[Types]] = {}
        for body in every_body(self._modules, self._functions):
            for action in walk.actions(body.shape):
                for target in action.targets if isinstance(action, facts.Assign) else ():
                    shelf = _shelf(target)
                    if shelf is not None and isinstance(action, facts.Assign):
                        found.setdefault(shelf, []).append(self._typing.of(action.value, body.scope))
        return {shelf: frozenset().union(*each) for shelf, each in found.items() if all(map(_are_objects, each))}


def _are_objects(types: Types) -> bool:
    """Whether a value is an object of a class of the project."""
    return bool(types) and all(isinstance(t.ref, ClassInfo) and not t.of_class for t in types)


def _shelf(expr: facts.Expr) -> Shelf | None:
    if not isinstance(expr, facts.Subscript) or not isinstance(expr.index, facts.Constant):
        return None
    holder, key = walk.last_name(expr.value), expr.index.value
    return Shelf(holder, key) if holder and isinstance(key, str) and walk.chain(expr.value) is not None else None
