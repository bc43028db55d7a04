"""Attributes that torch's own cells advance: what is handed to one as its state, and gets the next one it gives.

So it needs no name: ``carried = self.cell(x, self.colony)``, and ``self.colony = carried.detach()``. A method of the
same object may stand between that hands what it is given to the cell and gives back the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.cells import CELLS, LAYERS
from lstm_lint.project.forms import plain
from lstm_lint.project.own_calls import Handed, handed
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_FORMS = frozenset({"detach", "clone", "contiguous", "to", "float", "squeeze", "unsqueeze", "expand", "repeat"})
_WRITES = frozenset({"copy_", "set_"})
_FAR = 3
_ITEMS = (None, 0, 1, 2)


def is_carried(project: Project, scope: Scope, name: str) -> bool:
    """Whether a method hands what is in an attribute to a cell as its state, and puts the next state there."""
    assert scope.function is not None
    return _Carrying(project, scope, f"{scope.function.parameters[0].name}.{name}").goes_round()


class _Carrying:
    """Where what is in a place goes in one method: an attribute, or a parameter that another method hands on."""

    def __init__(self, project: Project, scope: Scope, place: str, far: int = _FAR) -> None:
        assert scope.function is not None
        self._project = project
        self._scope = scope
        self._place = place
        self._far = far
        self._own = scope.function.parameters[0].name
        self._given = [*_given(scope.function)]
        self._before: set[str] = set()
        self._before = self._closed({place}, False)
        self._after = self._closed(set(), True)

    def goes_round(self) -> bool:
        """Whether the place gets what a cell makes of it."""
        return self._place in self._after

    def given_back(self) -> set[int | None]:
        """Which items of what the method returns are what a cell makes of what is in the place; None: all of it."""
        assert self._scope.function is not None
        returned = (action.value for action in walk.actions(self._scope.function.body)
                    if isinstance(action, facts.Return) and action.value is not None)  # fmt: skip
        return {index for value in returned for index in self._next_in(value)}

    def _next_in(self, value: facts.Expr) -> Iterator[int | None]:
        if not isinstance(value, facts.Display):
            yield from (index for index in _ITEMS if self._is_one(value, index, self._after, True))
            return
        for index, item in enumerate(value.items):
            parts = item.items if isinstance(item, facts.Display) else (item,)
            if any(self._is_one(part, None, self._after, True) for part in parts):
                yield index

    def _closed(self, names: set[str], made: bool) -> set[str]:
        """What gets one of these, by way of variables that it is put in; if ``made``, what a cell makes of it too."""
        while True:
            more = {
                name
                for target, value, index in self._given
                if (name := _name(target)) is not None and self._is_one(value, index, names, made)
            }
            if more <= names:
                return names
            names = names | more

    def _is_one(self, value: facts.Expr, index: int | None, names: set[str], made: bool) -> bool:
        value = plain(value, _FORMS)
        if index is None and any(self._is_one(each, None, names, made) for each in _masked(value)):
            return True
        if isinstance(value, facts.Subscript) and isinstance(value.index, facts.Constant) and index is None:
            number = value.index.value
            value, index = plain(value.value, _FORMS), number if isinstance(number, int) else None
        if made and self._is_next(value, index):
            return True
        return (index is None or not made) and walk.chain(value) in names

    def _is_next(self, value: facts.Expr, index: int | None) -> bool:
        """Whether an item of what a call gives is what a cell makes of what was in the place."""
        if not isinstance(value, facts.Call):
            return False
        if self._kinds(value):
            return self._is_state(value, index) and self._goes_in(walk.argument_of(value, "hx", 1))
        return any(
            self._goes_in(each.value)
            and index in _Carrying(self._project, each.scope, each.parameter, self._far - 1).given_back()
            for each in self._handed(value)
        )

    def _handed(self, call: facts.Call) -> Iterator[Handed]:
        return handed(self._project, call, self._scope) if self._far else iter(())

    def _goes_in(self, state: facts.Expr | None) -> bool:
        """Whether what is handed over is what was in the place, or has it among its items."""
        parts = state.items if isinstance(state, facts.Display) else (state,) if state is not None else ()
        return any(self._is_one(part, None, self._before, False) for part in parts)

    def _is_state(self, value: facts.Call, index: int | None) -> bool:
        """Whether an item of what a cell gives is a state: of an ``LSTMCell`` each, of a layer the second."""
        kinds = self._kinds(value)
        if kinds <= CELLS:
            return index is None or "LSTMCell" in kinds
        return kinds <= LAYERS and index == 1

    def _kinds(self, value: facts.Expr) -> set[str]:
        """The cells and layers of torch that a call of an attribute may be of, where all that is put there is such."""
        func = value.func if isinstance(value, facts.Call) else None
        if not isinstance(func, facts.Attribute) or walk.chain(func.value) != self._own:
            return set()
        types = self._project.typing.of(func, self._scope)
        if not types or any(isinstance(t.ref, ClassInfo) or t.of_class for t in types):
            return set()
        made = [
            walk.last_name(binding.expr.func) if isinstance(binding.expr, facts.Call) else ""
            for klass in (self._project.classes.lineage(self._scope.klass) if self._scope.klass is not None else ())
            if isinstance(klass, ClassInfo)
            for function in klass.fact.functions.values()
            for binding in self._project.typing.bindings(function).attributes.get(func.attr, ())
        ]
        return set(made) if set(made) <= CELLS | LAYERS else set()


def _masked(value: facts.Expr) -> Iterator[facts.Expr]:
    """What is multiplied by a mask, or is one of two that a mask decides between."""
    if isinstance(value, facts.Operation) and value.op == "*":
        yield from value.operands
    elif isinstance(value, facts.Call) and walk.last_name(value.func) == "where" and len(value.arguments) == 3:
        yield from (argument.value for argument in value.arguments[1:])


def _given(function: facts.FunctionFact) -> Iterator[tuple[facts.Expr, facts.Expr, int | None]]:
    """Each target of a method with the value that it gets, and which item of it."""
    for action in walk.actions(function.body):
        if isinstance(action, facts.Assign):
            for target in action.targets:
                yield from _taken_apart(target, action.value)
        for call in walk.calls_in(action):
            if isinstance(call.func, facts.Attribute) and call.func.attr in _WRITES and call.arguments:
                yield call.func.value, call.arguments[0].value, None


def _taken_apart(target: facts.Expr, value: facts.Expr) -> Iterator[tuple[facts.Expr, facts.Expr, int | None]]:
    """``out, (h, c) = lstm(…)``: both of the inner ones are of the second item."""
    if not isinstance(target, facts.Display):
        yield target, value, None
    elif isinstance(value, facts.Display) and len(value.items) == len(target.items):
        for item, part in zip(target.items, value.items, strict=True):
            yield from _taken_apart(item, part)
    else:
        for index, item in enumerate(target.items):
            for each in item.items if isinstance(item, facts.Display) else (item,):
                yield each, value, index


def _name(target: facts.Expr) -> str | None:
    """The variable or attribute that is written, or all the items of which are."""
    if isinstance(target, facts.Subscript) and walk.is_whole(target.index):
        target = target.value
    return walk.chain(plain(target, _FORMS))
