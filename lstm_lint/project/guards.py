"""``if hasattr(model, "reset_lstm")`` where no such model has it: the reset behind it never runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch
from lstm_lint.project.bodies import Body
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.receivers import Known, bodies, recurrent
from lstm_lint.project.symbols import ClassInfo

if TYPE_CHECKING:
    from lstm_lint.project import Project

_RESET = re.compile(r"reset|init|clear|zero|forget|begin", re.IGNORECASE)
_STATE = re.compile(r"lstm|rnn|gru|hidden|state|memory|recurrent", re.IGNORECASE)


class DeadGuard(NamedTuple):
    """A test whether an object has ``attr``, which no object of its ``known`` classes has."""

    body: Body
    branch: Branch
    test: facts.Call
    subject: facts.Expr
    attr: str
    known: Known


def dead_guards(project: Project, paths: frozenset[str]) -> Iterator[DeadGuard]:
    """The guards of resets that never pass; one with an ``else`` has something to do all the same."""
    for body in bodies(project, "hasattr", paths):
        for branch in walk.branches(body.shape):
            if any(True for _ in walk.actions(branch.orelse)):
                continue
            for test in _tests(branch.test):
                guard = _dead(project, body, branch, test)
                if guard is not None:
                    yield guard


def _tests(test: object) -> Iterator[facts.Call]:
    """The ``hasattr`` calls that all have to hold."""
    if isinstance(test, facts.BoolOp) and test.op == "and":
        yield from _tests(test.left)
        yield from _tests(test.right)
    elif isinstance(test, facts.Call) and walk.chain(test.func) == "hasattr" and len(test.arguments) == 2:
        yield test


def _dead(project: Project, body: Body, branch: Branch, test: facts.Call) -> DeadGuard | None:
    subject, name = (argument.value for argument in test.arguments)
    if not isinstance(name, facts.Constant) or not isinstance(name.value, str) or not _STATE.search(name.value):
        return None
    written = walk.chain(subject)
    if written is None or not _resets(branch, f"{written}.{name.value}", name.value):
        return None
    known = recurrent(project, subject, body.scope, ("algorithm", "policy"))
    if known is None or any(may_have(project, ref, name.value) for ref in known.classes):
        return None
    return DeadGuard(body, branch, test, subject, name.value, known)


def _resets(branch: Branch, chain: str, attr: str) -> bool:
    """Whether the guarded code calls the method, or assigns None or something new to the attribute."""
    for action in walk.actions(branch.then):
        if isinstance(action, facts.Assign) and any(walk.chain(target) == chain for target in action.targets):
            return True
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and walk.chain(expr.func) == chain and _RESET.search(attr):
                return True
    return False


def may_have(project: Project, ref: ClassRef, attr: str) -> bool:
    """Whether objects of a class may have an attribute: theirs, of a class that may stand behind a policy, or set."""
    classes = project.classes
    if classes.is_opaque(ref) or classes.method(ref, attr) is not None or project.typing.attribute(ref, attr):
        return True
    if any(state.slot == attr for state in classes.states(ref)):
        return True
    policy = classes.kind(ref) == "policy"
    for klass in classes.all:
        if (policy or classes.is_a(klass, ref) or classes.is_a(ref, klass)) and _defines(project, klass, attr):
            return True
    return _is_set(project, attr)


def _defines(project: Project, klass: ClassInfo, attr: str) -> bool:
    fact = klass.fact
    return (
        attr in fact.functions or attr in fact.annotations or attr in fact.assignments or project.assigns(klass, attr)
    )


def is_given(project: Project, attr: str) -> bool:
    """Whether some code gives an object other than its own such an attribute: ``model.lstm_states = None``."""
    for module in project.modules:
        if attr not in module.facts.mentions:
            continue
        for shape in (module.facts.body, *(f.fact.body for f in project.functions if f.module is module)):
            for action in walk.actions(shape):
                for target in action.targets if isinstance(action, facts.Assign) else ():
                    for each in walk.expressions(target):
                        if isinstance(each, facts.Attribute) and each.attr == attr and walk.chain(each.value) != "self":
                            return True
    return False


def _is_set(project: Project, attr: str) -> bool:
    """Whether some code outside of classes gives objects such an attribute: ``model.reset_lstm = …``, ``setattr``."""
    for module in project.modules:
        if attr in module.facts.mentions:
            each = [module.facts.body, *(f.fact.body for f in project.functions if f.module is module)]
            for action in (action for shape in each for action in walk.actions(shape)):
                targets = action.targets if isinstance(action, facts.Assign) else ()
                if any(isinstance(t, facts.Attribute) and t.attr == attr and _is_function(action) for t in targets):
                    return True
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Call) and walk.chain(expr.func) == "setattr" and len(expr.arguments) > 1:
                        name = expr.arguments[1].value
                        if not isinstance(name, facts.Constant) or name.value == attr:
                            return True
    return False


def _is_function(action: object) -> bool:
    """Whether an assignment gives something that can be called rather than a state."""
    return isinstance(action, facts.Assign) and isinstance(action.value, (facts.Name, facts.Attribute, facts.Lambda))
