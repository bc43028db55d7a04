"""States that a network is handed and never reads: its recurrent layer begins with the initial state at every call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.inference import Typing
from lstm_lint.project.recurrence import Recurrence
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope
from lstm_lint.vocabulary.names import looks_like_state

_FED = 2
"""Positional arguments of a recurrent layer that is fed a state: the input and the state."""


class Unread(NamedTuple):
    """The call of a recurrent layer without the state that the method around it was handed."""

    function: FunctionInfo
    call: facts.Call
    parameter: str


def unread(functions: Sequence[FunctionInfo], typing: Typing, recurrence: Recurrence) -> Iterator[Unread]:
    """The calls, in the order of the source, where somebody hands over a state and keeps the next one."""
    found = [
        Unread(function, call, name)
        for function in functions
        if function.klass is not None and function.fact.name == "forward" and recurrence.of(function.klass) == "yes"
        for name in _never_read(function.fact)
        for call in _fed_nothing(function, typing, recurrence)
    ]
    classes = {each.function.klass for each in found}
    carried = set(_carried_by(functions, typing, found)) if classes else set()
    yield from (each for each in found if each.function.klass in carried)


def _never_read(function: facts.FunctionFact) -> Iterator[str]:
    """The parameters named as states whose value nothing reads: the first that is done with one is to bind it anew."""
    names = [each.name for each in function.parameters[1:] if each.kind in ("posonly", "positional", "kwonly")]
    yield from (name for name in names if looks_like_state(name) and not is_read(function, name))


def is_read(function: facts.FunctionFact, name: str) -> bool:
    """Whether a function does anything with a parameter; the first that is done with it may be to bind it anew."""
    if "locals" in function.mentions:
        return True
    for action in walk.actions(function.body):
        targets = list(walk.flat(action.targets)) if isinstance(action, facts.Assign) else []
        bound = {id(target) for target in targets if isinstance(target, facts.Name) and target.id == name}
        named = [each for each in walk.expressions(action) if isinstance(each, facts.Name) and each.id == name]
        if any(id(each) not in bound for each in named):
            return True
        if bound:
            return False
    return False


def _fed_nothing(function: FunctionInfo, typing: Typing, recurrence: Recurrence) -> Iterator[facts.Call]:
    """``x, hidden = self.lstm(x)`` where the method gives ``hidden`` back."""
    scope = Scope(function.module, function.klass, function.fact)
    given_back = {name for each in typing.bindings(function.fact).returns for name in walk.chains(each)}
    for action in walk.actions(function.fact.body):
        if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
            continue
        call, target = action.value, action.targets[0]
        if not isinstance(target, facts.Display) or len(target.items) != _FED or len(call.arguments) != 1:
            continue
        layer = typing.of(call.func, scope)
        if call.arguments[0].keyword or call.arguments[0].star or not layer:
            continue
        is_layer = all(isinstance(t.ref, str) and recurrence.of(t.ref) == "yes" and not t.of_class for t in layer)
        if is_layer and not given_back.isdisjoint(walk.chains(target.items[1])):
            yield call


def _carried_by(functions: Sequence[FunctionInfo], typing: Typing, found: list[Unread]) -> Iterator[ClassInfo]:
    """The networks that some code hands a state and takes the next one from."""
    for function in functions:
        scope = Scope(function.module, function.klass, function.fact)
        for action in walk.actions(function.fact.body):
            if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
                continue
            call, target = action.value, action.targets[0]
            if not isinstance(target, facts.Display) or not any(map(_is_state, target.items)):
                continue
            refs = {t.ref for t in typing.of(call.func, scope) if not t.of_class}
            for each in found:
                klass = each.function.klass
                names = [parameter.name for parameter in each.function.fact.parameters]
                given = walk.argument_of(call, each.parameter, names.index(each.parameter) - 1)
                if klass is not None and klass in refs and given is not None and _is_state(given):
                    yield klass


def _is_state(expr: facts.Expr) -> bool:
    return looks_like_state(walk.last_name(expr))
