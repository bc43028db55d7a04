"""Conditions on a variable that a function is called with: they are conditions on the parameter as well.

``if done: net.reset(done)``, and ``def reset(self, done): if done: self.hx.zero_()``. The other way round, after
``agent.store(obs, done)`` that resets under ``if done`` the old state is where ``done`` is false for the caller too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.typestate import ends
from lstm_lint.typestate.alternatives import alternatives
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.values import Guard

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

Known = dict[str, tuple[str, frozenset[Guard]]]
"""By parameter, or what says that it is true: the same as a condition on variables, and what ``or`` joins in that."""
_Told = dict[str, tuple[frozenset[Place], frozenset[Guard]]]


def convey(run: Interpreter, frame: Frame, span: Span, state: State) -> Known:
    """Let a new activation know them; the call that leads to it stands in the innermost one so far.

    Gives what it is of the variables that each parameter is true.
    """
    given = _given(run, frame, span, state)
    listed = {name for name in given if (held := state.env.get(Local(frame.number, name))) and held.items is not None}
    for name, (atom, _) in given.items():
        holds = state.guards.get(atom)
        if holds is not None and name not in listed:  # a list is true, whatever is in it
            state.guards[_atom(frame.number, name)] = holds
    assert frame.function is not None
    body = frame.function.body
    bound = {name for name in given if any(True for _ in ends.stores(body, name))}
    return {
        f"{_atom(frame.number, name)}{entry}": each
        for name, each in given.items()
        if name not in bound
        for entry in (("[0]", "") if name in listed else ("",))
    }


def bring_back(known: Known, state: State) -> None:
    """What is so after a call under conditions on parameters is so under those on the variables that they were."""
    for parameter, (atom, parts) in known.items():
        state.reword(parameter, atom, frozenset(Guard(part.atom, not part.holds) for part in parts))


def _given(run: Interpreter, frame: Frame, span: Span, state: State) -> Known:
    """The parameters that are given a variable as it is or alone in a list, or ``a or b`` of variables."""
    assert frame.function is not None
    call = walk.call_at(run.frame.body, span) if frame.function.parameters else None
    if call is None or any(argument.star for argument in call.arguments):
        return {}
    arguments = [_alone(argument.value) for argument in call.arguments]
    told = {**_variables(run, arguments, state), **_alternatives(run, arguments, state)}
    found: Known = {}
    for parameter in frame.function.parameters:
        held = state.env.get(Local(frame.number, parameter.name))
        same = [atom for atom, (src, _) in told.items() if held is not None and held.src == src]
        if len(same) == 1:
            found[parameter.name] = (same[0], told[same[0]][1])
    return found


def _alternatives(run: Interpreter, arguments: list[facts.Expr], state: State) -> _Told:
    """What ``a or b`` is, with what was read for it and its parts: all of them are false where it is."""
    found: _Told = {}
    for each in arguments:
        if isinstance(each, facts.BoolOp) and each.op == "or":
            read = [place for name in walk.chains(each) if (place := run.lookup_place(name, state)) is not None]
            text = alternatives(run, each, state)
            if text is not None and len(read) == len(walk.chains(each)):
                src = frozenset(read).union(*(state.env[place].src for place in read))
                found[text] = (src, run.alternatives[text])
    return found


def _variables(run: Interpreter, arguments: list[facts.Expr], state: State) -> _Told:
    """The variables that are arguments as they are, where no argument is computed of them, and what was read there."""
    found: _Told = {}
    for each in arguments:
        place = run.lookup_place(each.id, state) if isinstance(each, facts.Name) else None
        if place is not None and not any(_is_computed(other, place.name) for other in arguments):
            found[_atom(place.frame, place.name)] = (state.env[place].src | {place}, frozenset())
    return found


def _alone(expr: facts.Expr) -> facts.Expr:
    """``done`` of ``[done]``: the flags of one environment."""
    return expr.items[0] if isinstance(expr, facts.Display) and len(expr.items) == 1 else expr


def _is_computed(expr: facts.Expr, variable: str) -> bool:
    return walk.chain(expr) != variable and variable in walk.chains(expr)


def _atom(frame: int, name: str) -> str:
    return f"⟨{frame}:{name}⟩"
