"""Stale states in objects of module variables: whether what is called next meets one, or begins anew before it does.

``def score(genes): load(NET, genes)``, and each trial in it begins with ``NET.forget()``: what the last one leaves in
the network is no concern of the next call. So it is where every function that may be called from outside and gets at
the network begins so, and nothing else holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo
from lstm_lint.typestate.paths import FieldPlace, Place

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.project import Module, Project
    from lstm_lint.typestate.slots import SlotIndex

_FEW = 24
"""So many functions are run to see what they meet; of a variable that more get at nothing is said."""
_QUIET = frozenset({"no_grad", "inference_mode"})
"""Decorators that register nothing."""


class MetAgain:
    """Asks for each state once, and runs the functions that may meet it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[FieldPlace, bool] = {}
        self._looking: FieldPlace | None = None
        self._is_advanced = self._is_used = False

    def consumed(self, place: Place) -> None:
        """A state that was there when a function began was used."""
        self._is_used = self._is_used or place == self._looking

    def advanced(self, place: Place) -> None:
        """A call put the next state into a place."""
        self._is_advanced = self._is_advanced or place == self._looking

    def is_met(self, index: SlotIndex, place: FieldPlace) -> bool:
        """Whether something goes on from the state that a function leaves in an object of a module variable."""
        if place.owner.root.kind != "global" or "[*]" in place.owner.attrs:
            return True
        if self._looking is not None or index.is_looking:
            return True  # nothing is recorded
        if place not in self._known:
            self._known[place] = self._is_met(index, place)
        return self._known[place]

    def _is_met(self, index: SlotIndex, place: FieldPlace) -> bool:
        name = place.owner.root.name
        if self._is_held_elsewhere(name):
            return True
        first = self._first_called(name)
        if not first or len(first) > _FEW:
            return True
        self._looking, self._is_advanced, self._is_used = place, False, False
        try:
            are_read = all(index.explore(function) for function in first)
        finally:
            self._looking = None
        return self._is_used or not self._is_advanced or not are_read  # what nobody in view steps is stepped elsewhere

    # --- who may be the first to come to it ---

    def _first_called(self, name: str) -> list[FunctionInfo]:
        """The functions that get at a variable, with the callers of those that others of the project call and run."""
        callers = self._project.callers
        found: dict[FunctionInfo, None] = {}
        seen: set[FunctionInfo] = set()
        todo = [function for function in self._project.functions if name in function.fact.mentions]
        while todo:
            function = todo.pop(0)
            if function in seen:
                continue
            seen.add(function)
            users = [user for user in callers.of(function) if user is not function]
            if users and self._is_only_called(function, users):
                todo += users
            else:
                found[function] = None
        return list(found)

    def _is_only_called(self, function: FunctionInfo, users: list[FunctionInfo]) -> bool:
        """Whether a function is called where it is named, and not handed to what calls it at some other time."""
        name = function.fact.name
        bodies = [user.fact.body for user in users]
        quiet = all(walk.last_name(getattr(each, "func", each)) in _QUIET for each in function.fact.decorators)
        if function.klass is not None or not quiet or self._project.callers.is_at_top(name):
            return False
        return not any(_reads(body, name) for body in (*bodies, *(m.facts.body for m in self._project.modules)))

    # --- what else may hold it ---

    def _is_held_elsewhere(self, name: str) -> bool:
        """Whether a body puts what a variable holds where it goes by another name."""
        bodies = [(m, m.facts.body) for m in self._project.modules if name in m.facts.mentions]
        bodies += [(f.module, f.fact.body) for f in self._project.functions if name in f.fact.mentions]
        return any(self._hands_out(body, name, module, 3) for module, body in bodies)

    def _hands_out(self, body: Shape, name: str, module: Module, depth: int) -> bool:
        if depth == 0:
            return True
        harmless = {id(expr) for action in walk.actions(body) for expr in _harmless(action)}
        for call in walk.calls(body):
            for position, argument in enumerate(call.arguments):
                if _is(argument.value, name) and not self._keeps(call, position, module, depth):
                    harmless.add(id(argument.value))
        return any(
            _is(expr, name) and id(expr) not in harmless
            for action in walk.actions(body)
            if not isinstance(action, facts.BindImport)
            for expr in walk.expressions(action)
        )

    def _keeps(self, call: facts.Call, position: int, module: Module, depth: int) -> bool:
        """Whether what is handed to a call may be kept there: by anything but a plain function that is in view."""
        argument = call.arguments[position]
        called = self._project.symbols.resolve(module, call.func.id) if isinstance(call.func, facts.Name) else None
        if not isinstance(called, FunctionInfo) or argument.star:
            return True
        parameters = [each.name for each in called.fact.parameters]
        name = argument.keyword or (parameters[position] if position < len(parameters) else "")
        return name not in parameters or self._hands_out(called.fact.body, name, called.module, depth - 1)


def _reads(body: Shape, name: str) -> bool:
    """Whether a body names a function otherwise than by a call of it."""
    called = {id(call.func) for call in walk.calls(body)}
    return any(
        _is(expr, name) and id(expr) not in called for action in walk.actions(body) for expr in walk.expressions(action)
    )


def _harmless(action: object) -> Iterator[facts.Expr]:
    """Where a name is bound, called, or something of it is read; to ask whether it is there gives nothing away."""
    if isinstance(action, (facts.Assign, facts.Delete)):
        yield from walk.flat(action.targets)
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Attribute):
            yield expr.value
        elif isinstance(expr, facts.Call):
            yield expr.func
        elif isinstance(expr, facts.Operation) and expr.op in ("is", "is not", "not"):
            yield from expr.operands


def _is(expr: facts.Expr, name: str) -> bool:
    return isinstance(expr, (facts.Name, facts.Attribute)) and walk.last_name(expr) == name
