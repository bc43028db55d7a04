"""The names by which a function chooses which algorithm to make: ``if kind == "rppo"``, and ``elif kind == "rppo2"``.

A test for one of them says nothing against the others: where it comes out otherwise, a recurrent algorithm may still
be meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.bodies import every_body
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.recurrence import Recurrence
from lstm_lint.project.symbols import FunctionInfo, Module
from lstm_lint.project.types import Scope


class _Choice(NamedTuple):
    """The names that one function makes a recurrent algorithm under, and all that it asks for."""

    recurrent: frozenset[str]
    tested: frozenset[str]


class Kinds:
    """The names of recurrent algorithms, by function that chooses among them; looked for once, when a test asks."""

    def __init__(
        self,
        modules: Sequence[Module],
        functions: Sequence[FunctionInfo],
        classes: Classes,
        typing: Typing,
        recurrence: Recurrence,
    ) -> None:
        self._modules = modules
        self._functions = functions
        self._classes = classes
        self._typing = typing
        self._recurrence = recurrence

    def beside(self, names: frozenset[str]) -> frozenset[str]:
        """The other names that make a recurrent algorithm where these are names of kinds, too.

        What is made under one of these may be out of view: of a recurrent class that another library has.
        """
        return frozenset[str]().union(*(each.recurrent - names for each in self._chosen if each.tested & names))

    def are_recurrent(self, names: frozenset[str]) -> bool:
        """Whether some function makes a recurrent algorithm under one of these names."""
        return any(each.recurrent & names for each in self._chosen)

    @cached_property
    def _chosen(self) -> tuple[_Choice, ...]:
        bodies = every_body(self._modules, self._functions)
        return tuple(choice for body in bodies if (choice := self._choice(body.shape, body.scope)).recurrent)

    def _choice(self, shape: Shape, scope: Scope) -> _Choice:
        recurrent: set[str] = set()
        tested: set[str] = set()
        for branch in walk.branches(shape):
            names = literals(branch.test)
            tested |= names
            if names and any(self._is_recurrent(call, scope) for call in walk.calls(branch.then)):
                recurrent |= names
        return _Choice(frozenset(recurrent), frozenset(tested))

    def _is_recurrent(self, call: facts.Call, scope: Scope) -> bool:
        return any(
            not t.of_class and self._classes.kind(t.ref) == "algorithm" and self._recurrence.of(t.ref) == "yes"
            for t in self._typing.of(call, scope)
        )


def literals(test: object) -> frozenset[str]:
    """The strings that a test is true for: ``kind == "a"``, ``kind in ("a", "b")``."""
    if isinstance(test, facts.BoolOp) and test.op == "or":
        return literals(test.left) | literals(test.right)
    if not isinstance(test, facts.Operation) or test.op not in ("==", "in"):
        return frozenset()
    parts = [part for each in test.operands for part in (each.items if isinstance(each, facts.Display) else (each,))]
    return frozenset(p.value for p in parts if isinstance(p, facts.Constant) and isinstance(p.value, str))
