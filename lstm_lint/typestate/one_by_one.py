"""Calls that hand a network one step at a time, round after round, and drop the state that it gives back.

``torque, _ = net(torch.tensor(sample).view(1, 1, -1))`` in a loop that goes on for ever: ``forward(x, h=None)`` begins
with the initial state each time. That one call is one step is told by the input, which is seen to be one step long, and
no window of many: nothing that it is made of gathers what came before. A network of cells takes one step in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo, Module, Project
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.cells import is_of_cells
from lstm_lint.project.lengths import is_one_long, is_window, made_of
from lstm_lint.project.placed import place_each
from lstm_lint.project.unfed import is_state
from lstm_lint.typestate import left_out, stepwise
from lstm_lint.typestate.left_out import Carried

_WINDOW = re.compile(r"window|histor|buffer|queue|past|recent|lags?(_|$)|frames|sequence|seqs?(_|$)", re.IGNORECASE)


class OneByOne(NamedTuple):
    """Such a call, the parameter that it leaves out, and where its input is made one step long."""

    module: Module
    call: facts.Call
    argument: str
    path: str
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
        inside = [other.action for other in placed if other.loops] if each.loops else actions
        for call in left_out.taken_apart(each.action) if each.loops or body.scope.function is not None else ():
            method, how = next(_networks(project, call, body), (None, None))
            if method is None or how is None or not left_out.gives_none(call, how):
                continue
            path, shown = _shown(call, inside, body, method, how)
            if shown is None or is_gathered(call, actions):
                continue
            dropped = left_out.throws_away(actions, each.action, call, how.result)
            if dropped and stepwise.is_step(project, body, placed, each, call):
                yield OneByOne(body.scope.module, call, how.argument, path, shown)


def _shown(
    call: facts.Call, actions: Sequence[object], body: Body, method: FunctionInfo, how: Carried
) -> tuple[str, facts.Expr | None]:
    """Where it is seen that a call is one step: its input, what the method makes of that, or a network of cells."""
    shown = single(call, actions)
    if shown is None and method.klass is not None and is_of_cells(method.klass) and call.arguments:
        shown = call.arguments[0].value
    if shown is not None:
        return body.scope.module.path, shown
    return method.module.path, _made_single(method, how.argument)


def _made_single(method: FunctionInfo, state: str) -> facts.Expr | None:
    """What a method hands on beside the state, made one step long on every way: ``self(x.view(1, 1, -1), h)``."""
    placed = [each for each in place_each(method.fact.body) if each.conditional < 0 and not each.loops]
    actions = [each.action for each in placed]
    for action in actions:
        for call in walk.calls_in(action):
            if any(walk.chain(argument.value) == state for argument in call.arguments):
                return single(call, actions) if not is_gathered(call, actions) else None
    return None


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


def _networks(project: Project, call: facts.Call, body: Body) -> Iterator[tuple[FunctionInfo, Carried]]:
    """The methods that may run, with the state that each is handed, if it is, and gives back."""
    for method in left_out.methods(project, call, body):
        for at, parameter in enumerate(method.fact.parameters[1:]):
            result = _result(method)
            if result is not None and left_out.begins_anew(project, method, parameter):
                required = parameter.default is None
                yield method, Carried(parameter.name, at, result, method.module.path, method.fact.span, required)
                break


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
