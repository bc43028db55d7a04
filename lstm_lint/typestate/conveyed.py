"""Conditions on a variable that a function is called with: they are conditions on the parameter as well.

``if done: net.reset(done)``, and ``def reset(self, done): if done: self.hx.zero_()``. The other way round, after
``agent.store(obs, done)`` that resets under ``if done`` the old state is where ``done`` is false for the caller too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.typestate import ends
from lstm_lint.typestate.paths import Local, Place

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def convey(run: Interpreter, frame: Frame, span: Span, state: State) -> dict[str, str]:
    """Let a new activation know them; the call that leads to it stands in the innermost one so far.

    Gives the condition that each parameter is true, and that the variable is which it was given.
    """
    variables = _plain(run, frame, span, state)
    for name, atom in variables.items():
        holds = state.guards.get(atom)
        if holds is not None:
            state.guards[_atom(frame.number, name)] = holds
    assert frame.function is not None
    body = frame.function.body
    return {
        _atom(frame.number, name): atom
        for name, atom in variables.items()
        if not any(True for _ in ends.stores(body, name))
    }


def bring_back(atoms: dict[str, str], state: State) -> None:
    """What is so after a call under conditions on parameters is so under those on the variables that they were."""
    for parameter, variable in atoms.items():
        state.reword(parameter, variable)


def _plain(run: Interpreter, frame: Frame, span: Span, state: State) -> dict[str, str]:
    """The parameters that are given a variable as it is, with the condition that it is true."""
    assert frame.function is not None
    call = walk.call_at(run.frame.body, span) if frame.function.parameters else None
    if call is None or any(argument.star for argument in call.arguments):
        return {}
    places = _given(run, [argument.value for argument in call.arguments], state)
    found: dict[str, str] = {}
    for parameter in frame.function.parameters:
        held = state.env.get(Local(frame.number, parameter.name))
        same = [place for place, src in places.items() if held is not None and held.src == src]
        if len(same) == 1:
            found[parameter.name] = _atom(same[0].frame, same[0].name)
    return found


def _given(run: Interpreter, arguments: list[facts.Expr], state: State) -> dict[Local, frozenset[Place]]:
    """The variables that are arguments as they are, where no argument is computed of them, and what was read there."""
    found: dict[Local, frozenset[Place]] = {}
    for each in arguments:
        place = run.lookup_place(each.id, state) if isinstance(each, facts.Name) else None
        if place is not None and not any(_is_computed(other, place.name) for other in arguments):
            found[place] = state.env[place].src | {place}
    return found


def _is_computed(expr: facts.Expr, variable: str) -> bool:
    return walk.chain(expr) != variable and variable in walk.chains(expr)


def _atom(frame: int, name: str) -> str:
    return f"⟨{frame}:{name}⟩"
