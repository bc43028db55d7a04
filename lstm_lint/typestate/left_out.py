"""Calls that leave out the state which other code hands to the same method, step after step, and takes back from it.

``action, h = agent.choose(obs, h)`` in the training says what a step is. ``agent.choose(obs)[0]`` in the loop of an
evaluation starts each step from the initial state: the default of the parameter is None, and nothing else is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo, Module, Project
from lstm_lint.project.beginning import begins_an_episode
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.lengths import GATHERS, is_window
from lstm_lint.project.placed import Placed, place_each
from lstm_lint.typestate.live import is_live
from lstm_lint.typestate.telling import STEPS
from lstm_lint.vocabulary.names import looks_like_state


class LeftOut(NamedTuple):
    """A call without the state, and one that has it; ``argument`` is the parameter's name."""

    module: Module
    call: facts.Call
    argument: str
    path: str
    carried: Span


class Carried(NamedTuple):
    """What a method is handed and gives back: the parameter, its place in calls, and the place in what is returned.

    ``required``: no call may leave it out.
    """

    argument: str
    position: int
    result: int
    path: str
    at: Span
    required: bool = False


def left_out(project: Project, paths: frozenset[str]) -> Iterator[LeftOut]:
    """The calls in these files that step a network of the project without the state that goes round elsewhere."""
    carried: dict[FunctionInfo, Carried] = {}
    for body in every_body(project.modules, project.functions):
        for method, how in _carrying(project, body):
            carried.setdefault(method, how)
    names = {method.fact.name for method in carried}
    for body in every_body(project.modules, project.functions) if carried else ():
        if body.scope.module.path in paths:
            yield from _without(project, body, carried, names)


def _carrying(project: Project, body: Body) -> Iterator[tuple[FunctionInfo, Carried]]:
    """The methods that a loop hands a variable which it assigns from what they return."""
    for placed in place_each(body.shape):
        action = placed.action
        if not placed.loops or not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
            continue
        call = action.value
        items = [target.items for target in action.targets if isinstance(target, facts.Display)]
        results = [walk.render(item) for item in items[0]] if items else []
        for at, argument in enumerate(call.arguments):
            given = walk.render(argument.value) if not argument.star else None
            if given is None or given not in results:
                continue
            for method in methods(project, call, body):
                parameter = _parameter(method, at if argument.keyword is None else -1, argument.keyword)
                if parameter is not None and begins_anew(project, method, parameter):
                    position = [p.name for p in method.fact.parameters].index(parameter.name) - 1
                    path, required = body.scope.module.path, parameter.default is None
                    how = Carried(parameter.name, position, results.index(given), path, call.span, required)
                    yield method, how


def methods(project: Project, call: facts.Call, body: Body) -> Iterator[FunctionInfo]:
    """The methods of classes of the project that a call runs, as far as types tell."""
    if isinstance(call.func, facts.Attribute):
        for t in project.passed.of(call.func.value, body.scope):
            method = project.classes.method(t.ref, call.func.attr) if not t.of_class else None
            if isinstance(method, FunctionInfo):
                yield method
    for t in project.passed.of(call.func, body.scope):
        method = project.classes.method(t.ref, "forward") if not t.of_class else None
        if isinstance(method, FunctionInfo):
            yield method


def _parameter(method: FunctionInfo, at: int, keyword: str | None) -> facts.Parameter | None:
    parameters = method.fact.parameters[1:]
    if keyword is not None:
        return next((each for each in parameters if each.name == keyword), None)
    return parameters[at] if 0 <= at < len(parameters) and parameters[at].kind in ("posonly", "positional") else None


def begins_anew(project: Project, method: FunctionInfo, parameter: facts.Parameter) -> bool:
    """Whether a method of something recurrent starts from the initial state when it is handed none, and keeps none.

    Where there is no default, calls say so themselves: ``net(seen, None)``.
    """
    if (parameter.default is not None and not walk.is_none(parameter.default)) or not looks_like_state(parameter.name):
        return False
    if method.klass is None or project.recurrence.of(method.klass) != "yes":
        return False
    own = method.fact.parameters[0].name
    exprs = [expr for action in walk.actions(method.fact.body) for expr in walk.expressions(action)]
    called = {id(expr.func) for expr in exprs if isinstance(expr, facts.Call)}  # `self.lstm(x, h)` is no state
    return not any(
        isinstance(expr, facts.Attribute)
        and id(expr) not in called
        and walk.chain(expr.value) == own
        and looks_like_state(expr.attr)
        for expr in exprs
    )


def _without(
    project: Project, body: Body, carried: dict[FunctionInfo, Carried], names: set[str]
) -> Iterator[LeftOut]:
    placed = list(place_each(body.shape))
    actions = [each.action for each in placed]
    for each in placed:
        for call in taken_apart(each.action) if each.loops else ():
            method = _meant(project, call, body, carried, names)
            if method is None:
                continue
            how = carried[method]
            leaves = gives_none(call, how) and throws_away(actions, each.action, call, how.result)
            if leaves and not is_window(call, actions) and is_step(body, placed, each, call):
                yield LeftOut(body.scope.module, call, how.argument, how.path, how.at)


def taken_apart(action: object) -> Iterator[facts.Call]:
    """The calls of which an action takes one of several results; the others are not worth asking what they are of."""
    if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call):
        yield from (action.value for target in action.targets if isinstance(target, facts.Display))
    for expr in walk.expressions(action):
        entry = isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Constant)
        if entry and isinstance(expr, facts.Subscript) and isinstance(expr.value, facts.Call):
            yield expr.value


def _meant(
    project: Project, call: facts.Call, body: Body, carried: dict[FunctionInfo, Carried], names: set[str]
) -> FunctionInfo | None:
    """The method that a call runs: by its types, or of an unknown object where no other class has one of that name."""
    found = [method for method in methods(project, call, body) if method in carried]
    if found:
        return found[0]
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr not in names or func.attr in STEPS:
        return None
    only = only_method(project, func, body)
    return only if only in carried else None


def only_method(project: Project, func: facts.Attribute, body: Body) -> FunctionInfo | None:
    """The method of that name, of an unknown object, where one class alone has one and the module names that class."""
    if project.typing.of(func.value, body.scope) or not isinstance(walk.root(func), facts.Name):
        return None
    having = [each for each in project.functions if each.klass is not None and each.fact.name == func.attr]
    klass = having[0].klass if len(having) == 1 else None
    named = klass is not None and klass.fact.name in body.scope.module.facts.mentions
    return having[0] if named else None


def gives_none(call: facts.Call, how: Carried) -> bool:
    """Whether a call hands over what it sees and no state: it leaves the state out, or says None."""
    if any(argument.star for argument in call.arguments):
        return False
    given = walk.argument_of(call, how.argument, how.position)
    plain = any(argument.keyword is None for argument in call.arguments)
    return plain and (walk.is_none(given) if given is not None else not how.required)


def throws_away(actions: Sequence[object], action: object, call: facts.Call, result: int) -> bool:
    """Whether nothing is made of the state that comes back: ``agent.choose(obs)[0]``, ``action, _ = …``."""
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Subscript) and expr.value is call:
            return isinstance(expr.index, facts.Constant) and expr.index.value != result
    if not isinstance(action, facts.Assign) or action.value is not call:
        return False
    for target in action.targets:
        item = target.items[result] if isinstance(target, facts.Display) and result < len(target.items) else None
        if not isinstance(item, facts.Name):
            return False
        if item.id.strip("_") and any(_reads(other, item.id) for other in actions):
            return False
    return True


def _reads(action: object, name: str) -> bool:
    read = action.value if isinstance(action, (facts.Assign, facts.Augment)) else action
    return any(isinstance(expr, facts.Name) and expr.id == name for expr in walk.expressions(read))


def is_step(body: Body, placed: list[Placed], each: Placed, call: facts.Call) -> bool:
    """Whether one call is one step of an episode that goes on: what is decided has its effect on the next round."""
    inside = [other for other in placed if other.loops[: len(each.loops)] == each.loops]
    seen = {name for argument in call.arguments for name in walk.chains(argument.value)}
    for other in inside:
        made = isinstance(other.action, facts.Assign) and any(walk.chain(t) in seen for t in other.action.targets)
        gathers = any(walk.last_name(inner.func) in GATHERS for inner in walk.calls_in(other.action))
        filled = {f"{name}.append" for name in seen}
        told = any(walk.chain(inner.func) in filled for inner in walk.calls_in(other.action))
        if (made and gathers) or told:
            return False
    steps = [
        inner
        for other in inside
        for inner in walk.calls_in(other.action)
        if walk.last_name(inner.func) in STEPS and isinstance(inner.func, facts.Attribute) and inner.arguments
    ]
    if steps:
        return _acts(inside, steps, call) and not any(
            begins_an_episode(inner)
            for other in inside
            if other.loops == each.loops and other.conditional < 0
            for inner in walk.calls_in(other.action)
        )
    return is_live(body.shape, body.scope.module, call.span)


def _acts(inside: list[Placed], steps: list[facts.Call], call: facts.Call) -> bool:
    """Whether what a call gives goes into the step of an environment in the same round."""
    acting = {name for step in steps for argument in step.arguments for name in walk.chains(argument.value)}
    if any(call in walk.calls_in(argument.value) for step in steps for argument in step.arguments):
        return True
    for other in reversed(inside):
        action = other.action
        targets = walk.flat(getattr(action, "targets", ()))
        bound = {name for target in targets if (name := walk.chain(target)) is not None}
        if isinstance(action, facts.Assign) and not acting.isdisjoint(bound):
            if call in walk.calls_in(action):
                return True
            acting |= walk.chains(action.value)
    return False

