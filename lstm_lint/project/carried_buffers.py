"""Attributes that torch's own cells advance: what is handed to one as its state, and gets the next one it gives.

So it needs no name: ``carried = self.cell(x, self.colony)``, and ``self.colony = carried.detach()``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.cells import CELLS, LAYERS
from lstm_lint.project.forms import plain
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_FORMS = frozenset({"detach", "clone", "contiguous", "to", "float", "squeeze", "unsqueeze", "expand", "repeat"})
_WRITES = frozenset({"copy_", "set_"})


def is_carried(project: Project, scope: Scope, name: str) -> bool:
    """Whether a method hands what is in an attribute to a cell as its state, and puts the next state there."""
    assert scope.function is not None
    return _Carrying(project, scope, f"{scope.function.parameters[0].name}.{name}").goes_round()


class _Carrying:
    def __init__(self, project: Project, scope: Scope, place: str) -> None:
        assert scope.function is not None
        self._project = project
        self._scope = scope
        self._place = place
        self._given = [*_given(scope.function)]
        self._before = self._closed({place}, False)
        self._after = self._closed(set(), True)

    def goes_round(self) -> bool:
        """Whether the place gets what a cell makes of it."""
        return self._place in self._after

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
        if isinstance(value, facts.Subscript) and isinstance(value.index, facts.Constant) and index is None:
            number = value.index.value
            value, index = plain(value.value, _FORMS), number if isinstance(number, int) else None
        if made and self._made(value):
            return self._is_state(value, index)
        return index is None and walk.chain(value) in names

    def _made(self, value: facts.Expr) -> bool:
        """Whether a cell is called with what was in the place as its state."""
        if not isinstance(value, facts.Call) or not self._kinds(value):
            return False
        state = walk.argument_of(value, "hx", 1)
        parts = state.items if isinstance(state, facts.Display) else (state,) if state is not None else ()
        return any(walk.chain(plain(part, _FORMS)) in self._before for part in parts)

    def _is_state(self, value: facts.Expr, index: int | None) -> bool:
        """Whether an item of what a cell gives is a state: of an ``LSTMCell`` each, of a layer the second."""
        kinds = self._kinds(value)
        if kinds <= CELLS:
            return index is None or "LSTMCell" in kinds
        return kinds <= LAYERS and index == 1

    def _kinds(self, value: facts.Expr) -> set[str]:
        """The cells and layers of torch that a call of an attribute may be of, where all that is put there is such."""
        func = value.func if isinstance(value, facts.Call) else None
        if not isinstance(func, facts.Attribute) or walk.chain(func.value) != self._place.partition(".")[0]:
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
