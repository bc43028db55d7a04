"""Exceptions that called functions raise: where one is caught by its name, what was done up to it is done.

``try: winner = play(seats)`` and ``except Foul: break``, with ``raise Foul(…)`` two calls below: the handler begins
with the states that the game has left in the seats. Only a ``raise`` in view is followed, to the nearest handler that
names its class or a base of it, and past nothing that may catch it before or that does something when it is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Step, Try
from lstm_lint.memo import by_node
from lstm_lint.project import ClassInfo
from lstm_lint.typestate.handlers import exception_names

if TYPE_CHECKING:
    from lstm_lint.flow import Shape, TryPart
    from lstm_lint.project import FunctionInfo, Module
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ANY = frozenset({"Exception", "BaseException"})
_PLAIN = frozenset({"no_grad", "inference_mode", "autocast", "set_grad_enabled", "open"})
"""What a ``with`` may enter that does nothing to a state when it is left."""


@dataclass(eq=False)
class _Open:
    """A ``try`` under way in an activation, in its ``body`` or behind that; ``caught`` by handler."""

    frame: int
    shape: Try
    is_body: bool
    caught: dict[int, State]


@dataclass
class _Leaving:
    """A state on its way out of an activation, to a handler of one further out."""

    frame: int
    to: _Open
    handler: object
    state: State


class Escapes:
    """The exceptions under way in one entry."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._leaving: list[_Leaving] = []
        self._caught: dict[int, State] = {}

    def trying(self, run: Interpreter, shape: Try, part: TryPart) -> None:
        """A ``try`` is under way in its ``body``, in what follows on that, or is ``left``."""
        if part == "body":
            self._open.append(_Open(run.frame.number, shape, True, {}))
            return
        if part == "left":
            closed = self._open.pop()
            self._leaving = [each for each in self._leaving if each.to is not closed]
            return
        self._open[-1].is_body = False
        self._caught |= self._open[-1].caught

    def caught(self, action: object) -> State | None:
        """What called functions have raised to a handler, in the ``try`` that it is of."""
        return self._caught.pop(id(action), None)

    def raised(self, run: Interpreter, value: facts.Expr | None, state: State) -> None:
        """An exception is raised in the function under way."""
        self._leave(run, run.frame.number, names_of(run, run.frame.module, value), state)

    def skipped(self, run: Interpreter, function: FunctionInfo, state: State) -> None:
        """A function that touches no state is not run: what it may raise comes out of the call."""
        for value in _raises(function.fact.body) if self._open else ():
            self._leave(run, -1, names_of(run, function.module, value), state)

    def _leave(self, run: Interpreter, frame: int, names: frozenset[str], state: State) -> None:
        found = self._handler(names) if names and self._open else None
        if found is None or found[0].frame == frame:
            return  # the flow of the function itself leads there
        leaving = _Leaving(frame if frame >= 0 else run.frame.number, *found, state.copy())
        if leaving.to.frame == leaving.frame:
            self._arrive(run, leaving)
        else:
            self._leaving.append(leaving)

    def _handler(self, names: frozenset[str]) -> tuple[_Open, object] | None:
        for each in reversed(self._open):
            for handler in each.shape.handlers if each.is_body else ():
                if not names.isdisjoint(_named(handler.action)):
                    return each, handler.action
            if not _passes(each):
                return None
        return None

    def unwind(self, run: Interpreter, frame: Frame, leave: Callable[[State], object]) -> None:
        """A call has been run: the exceptions that left it go on in its caller, which is under way again."""
        out = [each for each in self._leaving if each.frame == frame.number]
        if not out:
            return
        self._leaving = [each for each in self._leaving if each.frame != frame.number]
        for each in out:
            if each.to not in self._open:
                continue
            leave(each.state)
            each.frame = run.frame.number
            if each.to.frame == each.frame:
                self._arrive(run, each)
            else:
                self._leaving.append(each)

    def _arrive(self, run: Interpreter, leaving: _Leaving) -> None:
        known = leaving.to.caught.get(id(leaving.handler))
        state = leaving.state
        leaving.to.caught[id(leaving.handler)] = state if known is None else run.join(known, state)


def _passes(each: _Open) -> bool:
    """Whether an exception goes through a ``try`` or a ``with`` that does not name it, and nothing is done there."""
    swallowing = [h.action.item for h in each.shape.handlers if isinstance(h.action, facts.Swallow)]
    if swallowing:
        return all(walk.last_name(item.func if isinstance(item, facts.Call) else item) in _PLAIN for item in swallowing)
    if each.is_body and any(_catches_all(handler.action) for handler in each.shape.handlers):
        return False
    return not any(True for _ in walk.actions(each.shape.final))


def _catches_all(action: object) -> bool:
    named = exception_names(action.exception) if isinstance(action, facts.Catch) and action.exception else []
    return not named or not _ANY.isdisjoint(named)


def _named(action: object) -> frozenset[str]:
    if not isinstance(action, facts.Catch) or action.exception is None:
        return frozenset()
    return frozenset(exception_names(action.exception)) - _ANY


def names_of(run: Interpreter, module: Module, value: facts.Expr | None) -> frozenset[str]:
    """The names by which an exception may be caught: of its class, and of the bases of that."""
    raised = value.func if isinstance(value, facts.Call) else value
    if not isinstance(raised, (facts.Name, facts.Attribute)):
        return frozenset()
    symbol = run.project.symbols.resolve_expr(module, raised)
    found = {walk.last_name(raised)}
    for base in run.project.classes.lineage(symbol) if isinstance(symbol, ClassInfo) else ():
        if isinstance(base, ClassInfo):
            found |= {base.fact.name, *map(walk.last_name, base.fact.bases)}
    return frozenset(found) - _ANY


@by_node
def _raises(body: Shape) -> tuple[facts.Expr, ...]:
    """What a body raises outside of its own ``try``."""
    return tuple(_raised_in(body))


def _raised_in(body: Shape) -> Iterator[facts.Expr]:
    if isinstance(body, Step) and isinstance(body.action, facts.Raise) and body.action.value is not None:
        yield body.action.value
    for part in walk.parts(body) if not isinstance(body, Try) else ():
        yield from _raised_in(part)
