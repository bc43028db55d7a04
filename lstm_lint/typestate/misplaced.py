"""Calls that hand the state over as another parameter than the one that is meant for it, and take the next one back.

``action, h = agent.act(obs, eps, h)`` of ``def act(self, obs, h, eps)``: the state never reaches the network. It is
sure where the method does nothing with the parameter that it comes to, or other code hands it over in the right place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo, Module, Project
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.placed import place_each
from lstm_lint.project.unread import is_read
from lstm_lint.typestate.left_out import methods, only_method
from lstm_lint.vocabulary.names import looks_like_state


class Misplaced(NamedTuple):
    """A call that hands ``state`` over as ``parameter``, and ``other`` as the one that is ``meant``."""

    module: Module
    call: facts.Call
    state: str
    parameter: str
    other: str
    meant: str


class _Way(NamedTuple):
    """How a method gets a state: by which parameter, and what else it is handed."""

    method: FunctionInfo
    state: facts.Expr
    parameter: str
    given: dict[str, facts.Expr]


def misplaced(project: Project, paths: frozenset[str]) -> Iterator[Misplaced]:
    """The calls in these files, in loops, that do so by all of the methods that they may run."""
    right: set[tuple[FunctionInfo, str]] = set()
    wrong: list[tuple[Body, facts.Call, list[_Way]]] = []
    for body in every_body(project.modules, project.functions):
        for call, ways in _carrying(project, body):
            named = [way for way in ways if looks_like_state(way.parameter)]
            right |= {(way.method, way.parameter) for way in named}
            if not named and body.scope.module.path in paths:
                wrong.append((body, call, ways))
    for body, call, ways in wrong:
        found = [_misplaced(project, body, call, way, right) for way in ways]
        if found[0] is not None and None not in found:
            yield found[0]


def _carrying(project: Project, body: Body) -> Iterator[tuple[facts.Call, list[_Way]]]:
    """The calls in loops that hand over a state which they assign anew, and the methods that they run."""
    for placed in place_each(body.shape):
        action = placed.action
        if not placed.loops or not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
            continue
        call = action.value
        bound = {name for target in walk.flat(action.targets) if (name := walk.chain(target)) is not None}
        handed = [each.value for each in call.arguments if _is_state(each.value) and walk.chain(each.value) in bound]
        if len(handed) != 1 or any(each.star for each in call.arguments):
            continue
        ways = []
        for method in _run(project, call, body):
            given = _given(method, call)
            names = [name for name, value in given.items() if value is handed[0]]
            ways += [_Way(method, handed[0], name, given) for name in names]
        if ways:
            yield call, ways


def _run(project: Project, call: facts.Call, body: Body) -> list[FunctionInfo]:
    """The methods that a call runs, by its types or by the only class that has one of that name."""
    found = list(methods(project, call, body))
    only = only_method(project, call.func, body) if not found and isinstance(call.func, facts.Attribute) else None
    return [only] if only is not None else found


def _given(method: FunctionInfo, call: facts.Call) -> dict[str, facts.Expr]:
    """What each parameter of a method is handed."""
    plain = [each.name for each in method.fact.parameters[1:] if each.kind in ("posonly", "positional")]
    positional = [each.value for each in call.arguments if each.keyword is None]
    by_name = {each.keyword: each.value for each in call.arguments if each.keyword is not None}
    return dict(zip(plain, positional, strict=False)) | by_name


def _misplaced(
    project: Project, body: Body, call: facts.Call, way: _Way, right: set[tuple[FunctionInfo, str]]
) -> Misplaced | None:
    klass = way.method.klass
    if klass is None or project.recurrence.of(klass) != "yes":
        return None
    meant = [name for name in way.given if looks_like_state(name)]
    if len(meant) != 1 or not _is_no_state(way.given[meant[0]]):
        return None
    if (way.method, meant[0]) not in right and is_read(way.method.fact, way.parameter):
        return None
    texts = [walk.render(value) or "" for value in (way.state, way.given[meant[0]])]
    return Misplaced(body.scope.module, call, texts[0], way.parameter, texts[1], meant[0])


def _is_state(expr: facts.Expr) -> bool:
    return walk.chain(expr) is not None and looks_like_state(walk.last_name(expr))


def _is_no_state(expr: facts.Expr) -> bool:
    """Whether an argument is certainly no state: a literal, or a variable that has no name of one."""
    if isinstance(expr, facts.Constant):
        return expr.value is not None
    return walk.chain(expr) is not None and not looks_like_state(walk.last_name(expr))
