"""Masks that are true whenever a function is called: whoever calls it, the state between two calls never counts.

``def move(self): action, self.h = self.model.predict(seen, self.h, episode_start=np.ones(1))`` needs no loop in view.
Nor does a function that is handed the state and returns the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_FIRST = re.compile(r"reset|restart|init|begin|start|first|open|warm|new_|test|check", re.IGNORECASE)
"""What a function is called that is run at the start of an episode, where the mask is right."""


def at_each_call(
    run: Interpreter, call: facts.Call, state: facts.Expr | None, given: Value | None, mask: facts.Expr | None
) -> bool:
    """Whether a call hands on a state that outlives the function, and the mask it gives is of this function's making.

    ``state`` is the argument for the state as it is written, ``given`` what is known of it.

    A function that is run on its own may be handed any flag: a mask that is true all the same is so for every caller.
    The function is the only one that steps this policy: another one might do so inside of the episode.
    """
    function = run.frame.function
    if function is None or given is None or mask is None or _FIRST.search(function.name):
        return False
    kept = {_name(place) for place in given.src if _outlives(place)}
    if kept.isdisjoint(_given_back(function.body)) and not _goes_through(run, function, call, state):
        return False
    told = _made_of(function.body, mask)
    if len(run.frames) == 1:
        told -= {parameter.name for parameter in function.parameters}
    if any(parameter.name in told for parameter in function.parameters) or any("." in name for name in told):
        return False
    return sum(1 for _ in _like(run, call)) == 1


def _outlives(place: Place) -> bool:
    return place.owner.root.kind == "self" if isinstance(place, FieldPlace) else place.frame == SHARED


def _name(place: Place) -> str:
    return place.attr if isinstance(place, FieldPlace) else place.name.rpartition(":")[2]


def _given_back(body: Shape) -> Iterator[str]:
    """The attributes and variables that hold something else after the function, by their last names."""
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and not isinstance(action.value, facts.Constant):
            for target in action.targets:
                yield from map(walk.last_name, target.items if isinstance(target, facts.Display) else (target,))


def _goes_through(run: Interpreter, function: facts.FunctionFact, call: facts.Call, state: facts.Expr | None) -> bool:
    """Whether the state is what a caller handed in, and the caller gets the next one."""
    if not isinstance(state, facts.Name) or all(parameter.name != state.id for parameter in function.parameters):
        return False
    returned = run.project.typing.bindings(function).returns
    nexts = set(_next_state(function.body, call))
    return any(each is call or not nexts.isdisjoint(map(walk.last_name, _items(each))) for each in returned)


def _next_state(body: Shape, call: facts.Call) -> Iterator[str]:
    """What the state that a call gives is bound to, by its last name."""
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and action.value is call:
            for target in action.targets:
                yield walk.last_name(_items(target)[-1])


def _items(expr: facts.Expr) -> tuple[facts.Expr, ...]:
    return expr.items if isinstance(expr, facts.Display) and expr.items else (expr,)


def _made_of(body: Shape, expr: facts.Expr) -> set[str]:
    """The variables and attributes that a value is made of, those of libraries left out."""
    found = _read(expr)
    while True:
        more = {
            name
            for action in walk.actions(body)
            if isinstance(action, facts.Assign) and any(walk.last_name(target) in found for target in action.targets)
            for name in _read(action.value)
        }
        if more <= found:
            return found
        found |= more


def _read(expr: facts.Expr) -> set[str]:
    called = {walk.chain(call.func) for call in walk.calls_in(expr)}
    return {name for name in walk.chains(expr) if name not in called and not _is_type(name)}


def _is_type(name: str) -> bool:
    return name.rpartition(".")[2] in ("bool", "bool_", "float", "float32", "int8", "device")


def _like(run: Interpreter, call: facts.Call) -> Iterator[facts.Call]:
    """The calls of the same method of the same receiver, in the class or in the module."""
    frame = run.frame
    text = walk.chain(call.func)
    if frame.klass is not None:
        bodies = [function.body for function in frame.klass.fact.functions.values()]
    else:
        bodies = [frame.module.facts.body, *(f.fact.body for f in run.project.functions if f.module is frame.module)]
    for body in bodies:
        yield from (each for each in walk.calls(body) if walk.chain(each.func) == text)
