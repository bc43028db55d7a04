"""Dicts that a function writes into: whoever handed one to it finds there what was put, ``state["h"] = hidden``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.written_into import written_into
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.targets import place_of
from lstm_lint.typestate.values import replace

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def write_back(run: Interpreter, frame: Frame, span: Span, after: State) -> None:
    """After a call: the states that were put into a variable or attribute of the caller, under their names."""
    function = frame.function
    names = written_into(function) if function is not None else frozenset()
    call = walk.call_at(run.frame.body, span) if names else None
    if function is None or call is None or any(argument.star for argument in call.arguments):
        return
    own = int(frame.klass is not None and frame.first is not None)
    for at, parameter in enumerate(function.parameters[own:]):
        given = walk.argument_of(call, parameter.name, at)
        if parameter.name not in names or not isinstance(given, (facts.Name, facts.Attribute)):
            continue
        place = place_of(run, given, after)
        held, made = after.get(place) if place is not None else None, after.env.get(Local(frame.number, parameter.name))
        if place is not None and held is not None and made is not None and made.tags != held.tags:
            after.put(place, replace(held, tags=made.tags, keys=made.keys))

