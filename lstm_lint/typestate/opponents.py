"""Environments that ask a model which they were handed, in their own step and without a state.

``PursuitEnv(bot=model)`` stands in one file, ``self.bot.predict(obs)`` in another, and the library calls ``step``: no
run of the code meets the model there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, Module, Project
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.typestate.left_out import throws_away
from lstm_lint.vocabulary import MethodRow
from lstm_lint.vocabulary.schema import StateArgument


class Opponent(NamedTuple):
    """A call that asks the model, and where the environment was handed it."""

    module: Module
    call: facts.Call
    argument: str
    path: str
    handed: Span


def opponents(project: Project, paths: frozenset[str]) -> Iterator[Opponent]:
    """The calls in these files."""
    for klass in project.classes.all:
        if klass.module.path not in paths or project.classes.kind(klass) != "env":
            continue
        asked = list(_asked(klass))
        given = {attr: _given(project, klass, attr) for attr, _, _ in asked}
        for attr, call, body in asked:
            found = given[attr]
            if found is None:
                continue
            spec, path, at = found
            dropped = walk.argument_of(call, spec.argument, spec.position) is None
            actions = list(walk.actions(body))
            for action in actions:
                holds = any(each is call for each in walk.calls_in(action))
                if holds and dropped and throws_away(actions, action, call, 1):
                    yield Opponent(klass.module, call, spec.argument, path, at)


def _asked(klass: ClassInfo) -> Iterator[tuple[str, facts.Call, Shape]]:
    """What the ``step`` of an environment asks of its attributes, by itself or in methods that it calls."""
    methods = klass.fact.functions
    todo, done = ["step"], set[str]()
    while todo:
        name = todo.pop()
        fact = methods.get(name)
        if fact is None or name in done or not fact.parameters:
            continue
        done.add(name)
        own = fact.parameters[0].name
        for call in walk.calls(fact.body):
            if not isinstance(call.func, facts.Attribute):
                continue
            holder = call.func.value
            if walk.chain(holder) == own:
                todo.append(call.func.attr)
            elif call.func.attr == "predict" and walk.chain(holder) == f"{own}.{walk.last_name(holder)}":
                yield walk.last_name(holder), call, fact.body


def _given(project: Project, klass: ClassInfo, attr: str) -> tuple[StateArgument, str, Span] | None:
    """The recurrent model that some code makes such an environment with, for the attribute."""
    init = klass.fact.functions.get("__init__")
    names = {p.name for p in init.parameters} if init is not None else set()
    wanted = {
        action.value.id
        for action in (walk.actions(init.body) if init is not None else ())
        if isinstance(action, facts.Assign) and isinstance(action.value, facts.Name) and action.value.id in names
        if any(isinstance(target, facts.Attribute) and target.attr == attr for target in action.targets)
    }
    first = min(wanted, default="")
    makers = {klass: first}
    for each in project.classes.subclasses(klass):
        own = each.fact.functions.get("__init__")
        makers[each] = first if own is None else _handed_up(own, wanted)
    for each, name in makers.items():
        for body in every_body(project.modules, project.functions, each.fact.name) if name else ():
            for call in walk.calls(body.shape):
                if walk.last_name(call.func) == each.fact.name:
                    spec = _model(project, each, name, call, body)
                    if spec is not None:
                        return spec, body.scope.module.path, call.span
    return None


def _handed_up(init: facts.FunctionFact, wanted: set[str]) -> str:
    """The parameter of a subclass that its constructor hands to that of the class."""
    names = {parameter.name for parameter in init.parameters}
    for call in walk.calls(init.body):
        if walk.last_name(call.func) == "__init__":
            for argument in call.arguments:
                if argument.keyword in wanted and isinstance(argument.value, facts.Name) and argument.value.id in names:
                    return argument.value.id
    return ""


def _model(project: Project, klass: ClassInfo, name: str, call: facts.Call, body: Body) -> StateArgument | None:
    """How the model is handed its state that a constructor call gives for a parameter, if that is recurrent."""
    init = klass.fact.functions.get("__init__")
    parameters = [p.name for p in init.parameters][1:] if init is not None else []
    value = walk.argument_of(call, name, parameters.index(name) if name in parameters else -1)
    if not isinstance(value, (facts.Name, facts.Attribute, facts.Call)):
        return None
    types = [t for t in project.typing.of(value, body.scope) if not t.of_class]
    for t in types:
        row = project.classes.method(t.ref, "predict")
        if isinstance(row, MethodRow) and row.state is not None and project.recurrence.of(t.ref) == "yes":
            return row.state
    return None
