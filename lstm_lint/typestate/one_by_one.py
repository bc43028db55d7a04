"""Calls that hand a network one step at a time, round after round, and drop the state that it gives back.

``torque, _ = net(torch.tensor(sample).view(1, 1, -1))`` in a loop that goes on for ever: ``forward(x, h=None)`` begins
with the initial state each time. That one call is one step is told by the input, which is seen to be one step long, and
no window of many: nothing that it is made of gathers what came before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo, Module, Project
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.lengths import is_one_long, is_window, made_of
from lstm_lint.project.placed import place_each
from lstm_lint.project.unfed import is_state
from lstm_lint.typestate import left_out

_WINDOW = re.compile(r"window|histor|buffer|queue|past|recent|lags?(_|$)|frames|sequence|seqs?(_|$)", re.IGNORECASE)


class OneByOne(NamedTuple):
    """Such a call, the parameter that it leaves out, and where its input is made one step long."""

    module: Module
    call: facts.Call
    argument: str
    shown: facts.Expr


def one_by_one(project: Project, paths: frozenset[str]) -> Iterator[OneByOne]:
    """The calls of networks of the project in these files."""
    for body in every_body(project.modules, project.functions):
        if body.scope.module.path in paths:
            yield from _calls(project, body)


def _calls(project: Project, body: Body) -> Iterator[OneByOne]:
    placed = list(place_each(body.shape))
    actions = [each.action for each in placed]
    if any(walk.last_name(call.func) == "backward" for call in walk.calls(body.shape)):
        return  # it is trained so
    for each in placed:
        for call in left_out.taken_apart(each.action) if each.loops else ():
            shown = single(call, [other.action for other in placed if other.loops])
            how = _network(project, call, body) if shown is not None else None
            if shown is None or how is None or not left_out.gives_none(call, how):
                continue
            dropped = left_out.throws_away(actions, each.action, call, how.result)
            if dropped and not is_gathered(call, actions) and left_out.is_step(body, placed, each, call):
                yield OneByOne(body.scope.module, call, how.argument, shown)


def single(call: facts.Call, actions: Sequence[object]) -> facts.Expr | None:
    """What makes the input one step long: the argument itself, or all that its variable gets in a loop."""
    if not call.arguments:
        return None
    given = call.arguments[0].value
    if not isinstance(given, facts.Name):
        return given if is_one_long(given) else None
    values = [
        action.value
        for action in actions
        if isinstance(action, facts.Assign) and any(walk.chain(each) == given.id for each in walk.flat(action.targets))
    ]
    return values[-1] if values and all(map(is_one_long, values)) else None


def _network(project: Project, call: facts.Call, body: Body) -> left_out.Carried | None:
    """The state that a network is handed, if it is, and gives back; None where that is not sure."""
    for method in left_out.methods(project, call, body):
        for at, parameter in enumerate(method.fact.parameters[1:]):
            result = _result(method)
            if result is not None and left_out.begins_anew(project, method, parameter):
                return left_out.Carried(parameter.name, at, result, method.module.path, method.fact.span)
    return None


def _result(method: FunctionInfo) -> int | None:
    """Which item of what a method returns is the state."""
    returns = walk.bindings(method.fact).returns
    places = {
        tuple(at for at, item in enumerate(value.items) if is_state(item)) if isinstance(value, facts.Display) else ()
        for value in returns
    }
    (place,) = places if len(places) == 1 else ((),)
    return place[0] if len(place) == 1 else None


def is_gathered(call: facts.Call, actions: Sequence[object]) -> bool:
    """Whether what a network sees may be made of more than what came last, or is called so."""
    return any(map(_WINDOW.search, made_of(call, actions))) or is_window(call, actions)
