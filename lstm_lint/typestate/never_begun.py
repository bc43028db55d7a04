"""States that a network keeps for whoever asks it to act, and that nobody can begin anew.

``self.h, action = self.step(x, self.h)`` in ``predict``: the attribute is made at the first call, and nothing in view
writes to it after that. The training of the same network clears the state that it hands to ``step`` where an episode
ends, so that there are episodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo, Project
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.typestate.ends import steps_itself
from lstm_lint.typestate.lowered import ends_with_an_episode
from lstm_lint.typestate.masks import names_an_end
from lstm_lint.typestate.row_wipes import wipes_in
from lstm_lint.typestate.telling import STEPS
from lstm_lint.vocabulary.names import looks_like_state

_TEST = frozenset({"is", "==", "not", "is not", "!="})


class NeverBegun(NamedTuple):
    """The call that advances the state, the attribute, and where the training clears what it hands to the same step."""

    function: FunctionInfo
    call: facts.Call
    attribute: str
    cleared: Body
    at: Span


def never_begun(project: Project, paths: frozenset[str]) -> Iterator[NeverBegun]:
    """These calls in the methods of networks in these files."""
    for function in project.functions:
        klass = function.klass
        if klass is None or function.module.path not in paths or function.fact.name in ("__init__", "forward"):
            continue
        if project.recurrence.of(klass) != "yes":
            continue
        if not any(_may_tell(parameter.name) for parameter in function.fact.parameters):
            yield from _of_method(project, function, klass)


def _may_tell(name: str) -> bool:
    return names_an_end(name) and "mask" not in name


def _of_method(project: Project, function: FunctionInfo, klass: ClassInfo) -> Iterator[NeverBegun]:
    for action in walk.actions(function.fact.body):
        call, attrs = _advanced(action)
        step = klass.fact.functions.get(walk.last_name(call.func)) if call is not None else None
        if call is None or step is None or _is_wiped(function.fact, step, call, attrs):
            continue
        if any(_is_begun(project, function, klass, attr) for attr in attrs) or _plays_one(project, function, klass):
            continue
        for body, at in _clearing(project, klass, step.name):
            yield NeverBegun(function, call, sorted(attrs)[0], body, at)
            break


def _advanced(action: object) -> tuple[facts.Call | None, frozenset[str]]:
    """``self.h, self.c, out = self.step(x, self.h, self.c)``: the call, and the attributes that go through it."""
    call = action.value if isinstance(action, facts.Assign) else None
    if not isinstance(action, facts.Assign) or not isinstance(call, facts.Call):
        return None, frozenset()
    given = set(filter(None, (_own(argument.value) for argument in call.arguments)))
    taken = set(filter(None, map(_own, walk.flat(action.targets))))
    attrs = frozenset(attr for attr in given & taken if looks_like_state(attr))
    return (call, attrs) if attrs and walk.chain(call.func) == f"self.{walk.last_name(call.func)}" else (None, attrs)


def _own(expr: facts.Expr) -> str:
    return expr.attr if isinstance(expr, facts.Attribute) and walk.chain(expr) == f"self.{expr.attr}" else ""


def _is_wiped(
    function: facts.FunctionFact, step: facts.FunctionFact, call: facts.Call, attrs: frozenset[str]
) -> bool:
    """Whether the method, or the step that it calls, lays a mask over the state."""
    handed = [
        parameter.name
        for at, parameter in enumerate(step.parameters[1:])
        if (given := walk.argument_of(call, parameter.name, at)) is not None and _own(given) in attrs
    ]
    inside = any(_masks(step.body, name, False) for name in handed)
    return inside or len(handed) < len(attrs) or any(_masks(function.body, attr, True) for attr in attrs)


def _masks(body: Shape, name: str, is_attribute: bool) -> bool:
    """Whether something that may say where episodes end, by its name or as a step gives it, is laid over a state."""
    said = {
        walk.last_name(target)
        for action in walk.actions(body)
        if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call)
        for target in (walk.flat(action.targets) if walk.last_name(action.value.func) in STEPS else ())
    }
    return any(
        names_an_end(walk.last_name(expr)) or walk.last_name(expr) in said
        for wipe in wipes_in(body, name, is_attribute)
        for expr in walk.expressions(wipe.mask)
    )


def _is_begun(project: Project, method: FunctionInfo, klass: ClassInfo, attr: str) -> bool:
    """Whether anything may write to the state but the first call and what makes the object, or make a call the first.
    """
    first = [branch.then for branch in walk.branches(method.fact.body) if _asks_for_nothing(branch.test)]
    lazily = {id(action) for arm in first for action in walk.actions(arm)}
    deciding = {name for branch in walk.branches(method.fact.body) for name in _asked(branch.test, method.fact.body)}
    names = {attr} | deciding
    for body in every_body(project.modules, project.functions):
        own = body.scope.function is method.fact
        other = body.scope.klass is not None and not _related(project, body.scope.klass, klass)
        if body.scope.function is not None and body.scope.function.name == "__init__" and body.scope.klass is klass:
            continue
        for action in walk.actions(body.shape):
            if own and (id(action) in lazily or _advanced(action)[1]):
                continue
            if own and not _writes(action, frozenset({attr}), other) and not _empties(action, deciding):
                continue
            if _writes(action, frozenset(names), other):
                return True
    return False


def _related(project: Project, one: ClassInfo, klass: ClassInfo) -> bool:
    return one in project.classes.lineage(klass) or klass in project.classes.lineage(one)


def _asks_for_nothing(test: object) -> bool:
    """``self.h is None``, ``not hasattr(self, "h")``, ``seen is None`` of ``seen = getattr(self, "seen", None)``."""
    if not isinstance(test, facts.Operation) or test.op not in ("is", "==", "not"):
        return False
    return test.op != "not" or any(walk.last_name(call.func) == "hasattr" for call in walk.calls_in(test))


def _asked(test: object, body: Shape) -> Iterator[str]:
    """The attributes that such a test asks for."""
    if not isinstance(test, facts.Operation) or test.op not in _TEST:
        return
    looked_up = {
        walk.last_name(target): action.value
        for action in walk.actions(body)
        if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call)
        for target in action.targets
        if walk.last_name(action.value.func) == "getattr"
    }
    for expr in walk.expressions(test):
        yield from filter(None, [_own(expr)])
        call = looked_up.get(expr.id) if isinstance(expr, facts.Name) else expr
        if isinstance(call, facts.Call) and walk.last_name(call.func) in ("getattr", "hasattr"):
            names = (argument.value for argument in call.arguments)
            yield from (str(each.value) for each in names if isinstance(each, facts.Constant) and each.value)


def _empties(action: object, names: set[str]) -> bool:
    return isinstance(action, facts.Assign) and walk.is_none(action.value) and _writes(action, frozenset(names), False)


def _writes(action: object, names: frozenset[str], of_another: bool) -> bool:
    """Whether an action writes to such an attribute, calls a method of it, or names it in a string.

    ``of_another``: the code is a method of another class, whose own attributes are none of these.
    """
    targets: tuple[facts.Expr, ...] = ()
    if isinstance(action, (facts.Assign, facts.Delete)):
        targets = action.targets
    elif isinstance(action, facts.Augment):
        targets = (action.target,)
    written = [walk.container(target) for target in walk.flat(targets)]
    written += [
        walk.container(call.func.value)
        for call in walk.calls_in(action)
        if isinstance(call.func, facts.Attribute) and call.func.attr.endswith("_")
    ]
    parts = (part for each in written for part in walk.expressions(each) if isinstance(part, facts.Attribute))
    if any(part.attr in names and not (of_another and _own(part)) for part in parts):
        return True
    setting = (call for call in walk.calls_in(action) if walk.last_name(call.func) in ("setattr", "delattr"))
    return any(isinstance(a.value, facts.Constant) and a.value.value in names for c in setting for a in c.arguments)


def _plays_one(project: Project, method: FunctionInfo, klass: ClassInfo) -> bool:
    """Whether code in view asks the network in a loop that ends with the episode."""
    name = method.fact.name
    for body in every_body(project.modules, project.functions, name):
        for loop in walk.loops(body.shape):
            asked = [call for call in walk.calls(loop.body) if walk.last_name(call.func) == name]
            if not ends_with_an_episode(loop):
                continue
            for call in asked:
                types = project.typing.of(call.func.value, body.scope) if isinstance(call.func, facts.Attribute) else ()
                refs = [t.ref for t in types if isinstance(t.ref, ClassInfo)]
                if not types or any(_related(project, ref, klass) for ref in refs):
                    return True
    return False


def _clearing(project: Project, klass: ClassInfo, step: str) -> Iterator[tuple[Body, Span]]:
    """The code that steps an environment with the same step, and wipes the state that it carries where episodes end."""
    for body in every_body(project.modules, project.functions, step):
        if body.scope.klass is klass:
            continue
        for loop in walk.loops(body.shape):
            for action in walk.actions(loop.body) if steps_itself(loop.body) else ():
                call = action.value if isinstance(action, facts.Assign) else None
                if not isinstance(call, facts.Call) or walk.last_name(call.func) != step:
                    continue
                assert isinstance(action, facts.Assign)
                given = {a.value.id for a in call.arguments if isinstance(a.value, facts.Name)}
                taken = {each.id for each in walk.flat(action.targets) if isinstance(each, facts.Name)}
                states = [name for name in given & taken if looks_like_state(name)]
                if states and all(_masks(loop.body, name, False) for name in states):
                    yield body, call.span
