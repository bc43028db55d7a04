"""Whether whoever replaces the weights of an object is meant to reset its state: by a reset that its users call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.handing import is_hook
from lstm_lint.project.looks import is_anew
from lstm_lint.project.reads import EVERYBODY
from lstm_lint.project.types import Scope
from lstm_lint.project.uses import called_on, handed_on
from lstm_lint.typestate import remedy
from lstm_lint.typestate.entries import starts
from lstm_lint.typestate.picked import PICKED
from lstm_lint.typestate.switched import turning_on

if TYPE_CHECKING:
    from lstm_lint.typestate.recorder import Slotted
    from lstm_lint.typestate.trace import Trace, Verdict

_RESETS = re.compile(r"^_*(reset|clear|forget|init|begin|start)(_|$)", re.IGNORECASE)
_MERE = re.compile(r"reset|clear|forget|zero|flush", re.IGNORECASE)
_ZERO = re.compile(r"(^|_)zero(_|$)")
_OF_STATES = re.compile(r"lstm|gru|rnn|hidden|state|recurrent|memory|hx|carry|agent|policy", re.IGNORECASE)

_USERS = 200
"""So many functions may be asked whether they call a reset: `reset` is what many kinds of objects have."""


def has_own_reset(trace: Trace, verdict: Verdict) -> bool:
    """Whether a class that keeps the state has a method that resets it, and that is no part of making it."""
    classes = {klass for slotted in verdict.record.remedies for klass in slotted.classes}
    named = (name for klass in classes if isinstance(klass, ClassInfo) for name in remedy.every_reset(trace, klass))
    return any(not _is_making(name) for name in named) or any(True for _ in _resets(trace, verdict))


def may_have_caller(trace: Trace, verdict: Verdict) -> bool:
    """Whether something in view may call the method that replaces the weights, as far as its name tells.

    Who only gives it away calls nothing; who gives a reset away beside it leaves both to whoever gets them. Not so
    where it changes over from one network of the object to another: that is for the midst of a task. Nor where the
    reset is what begins a task, and turns on what no step is made without: nobody asks for that in the midst of one.
    """
    functions = [trace.layout.function(entry) for entry in verdict.entries]
    if not functions or None in functions:
        return True
    resets = {name for klass, method in _resets(trace, verdict) for name in _resetting(klass, method, verdict)}
    resets -= _beginning(trace, verdict)
    if verdict.record.event.row == PICKED:
        functions = [each for each in functions if each is None or not is_hook(trace.project.classes, each)]
        resets = set()
    return any(_may_call(trace, function, resets) for function in functions if function is not None)


def _may_call(trace: Trace, function: FunctionInfo, resets: set[str]) -> bool:
    name = function.fact.name
    users = [user for user in trace.project.callers.of(function) if user is not function]
    if trace.project.callers.is_at_top(name):
        users += [program for program in trace.project.programs if name in program.fact.mentions]
    bodies = [user.fact.body for user in users]
    if any(name in called_on(body) or name not in handed_on(body) for body in bodies):
        return True
    return any(not (resets - {name}).isdisjoint(handed_on(body)) for body in bodies)


def _resetting(klass: ClassInfo, reset: FunctionInfo, verdict: Verdict) -> Iterator[str]:
    """A reset, and the methods that call it and do not use the state."""
    slots = {slotted.name for slotted in verdict.record.remedies}
    yield reset.fact.name
    for name, fact in klass.fact.functions.items():
        if reset.fact.name in fact.mentions and slots.isdisjoint(fact.mentions):
            yield name


def _beginning(trace: Trace, verdict: Verdict) -> set[str]:
    """The methods that turn on what no step of such a state is made without, and are no mere reset by their names."""
    names = {slotted.name for slotted in verdict.record.remedies}
    klasses = {klass for klass, _ in _resets(trace, verdict)}
    found = {name for klass in klasses for name in turning_on(trace, klass, names, remedy.every_reset(trace, klass))}
    return {name for name in found if not _MERE.search(name)}


def is_reset_by_users(trace: Trace, verdict: Verdict) -> bool:
    """Whether something outside such a class, which uses its objects, calls such a method.

    A call of what many classes have a method of, ``self.game.reset()``, has to be on an object known to be of it.
    """
    handed = trace.project.handed
    for klass, method in (*_resets(trace, verdict), *_passing_on(trace, verdict)):
        family = {klass, *trace.project.classes.lineage(klass), *trace.project.classes.subclasses(klass)}
        calls = ((user, call) for user, call in handed.calls(method, _USERS) if user.klass not in family)
        if _OF_STATES.search(method.fact.name):
            if any(True for _ in calls):
                return True
        elif any(_is_of(trace, call, user, family) for user, call in calls):
            return True
    return False


def _is_of(trace: Trace, call: facts.Call, user: FunctionInfo, family: set[ClassRef]) -> bool:
    if not isinstance(call.func, facts.Attribute):
        return False
    types = trace.project.typing.of(call.func.value, Scope(user.module, user.klass, user.fact))
    return any(t.ref in family for t in types) if types else _is_used_like(call.func.value, user, family)


def _is_used_like(receiver: facts.Expr, user: FunctionInfo, family: set[ClassRef]) -> bool:
    """Whether a function uses what nothing declares like an object of such a class: by a method of no other kind's."""
    name = walk.chain(receiver)
    read = {
        expr.attr
        for action in walk.actions(user.fact.body)
        for expr in walk.expressions(action)
        if isinstance(expr, facts.Attribute) and walk.chain(expr.value) == name
    }
    methods = {each for klass in family if isinstance(klass, ClassInfo) for each in klass.fact.functions}
    return name is not None and not (read & methods).issubset(EVERYBODY)


def _passing_on(trace: Trace, verdict: Verdict) -> Iterator[tuple[ClassInfo, FunctionInfo]]:
    """The resets of the class whose method replaces the weights, which hand the call on to the part with the state."""
    klass = trace.layout.klass(verdict.record.event.entry.partition("|")[2])
    names = {method.fact.name for _, method in _resets(trace, verdict)}
    for each in (klass, *trace.project.classes.subclasses(klass)) if klass is not None else ():
        for fact in each.fact.functions.values():
            if _RESETS.search(fact.name) and not _is_making(fact.name) and any(
                walk.last_name(call.func) in names and (walk.chain(call.func) or "").startswith("self.")
                for call in walk.calls(fact.body)
            ):
                yield each, trace.project.symbols.function_info(each.module, each, fact)


def _resets(trace: Trace, verdict: Verdict) -> Iterator[tuple[ClassInfo, FunctionInfo]]:
    for slotted in verdict.record.remedies:
        for klass in slotted.classes:
            if isinstance(klass, ClassInfo):
                known = remedy.every_reset(trace, klass)
                for method in _methods(trace, klass):
                    name = method.fact.name
                    if not _is_making(name) and (name in known or _begins_anew(method, slotted)):
                        yield klass, method


def _is_making(name: str) -> bool:
    return name.startswith("__") or starts(name)


def _methods(trace: Trace, klass: ClassInfo) -> Iterator[FunctionInfo]:
    for base in trace.project.classes.lineage(klass):
        if isinstance(base, ClassInfo):
            for fact in base.fact.functions.values():
                yield trace.project.symbols.function_info(base.module, base, fact)


def _begins_anew(method: FunctionInfo, slotted: Slotted) -> bool:
    """Whether a method, by its name a reset, gives the state what by its name is an initial one.

    What makes it may be out of view: ``self.h = self.net.get_zero_state(1)``.
    """
    if not _RESETS.search(method.fact.name) or not method.fact.parameters:
        return False
    place = f"{method.fact.parameters[0].name}.{slotted.name}"
    return any(
        isinstance(action, facts.Assign)
        and any(walk.chain(target) == place for target in action.targets)
        and (is_anew(action.value) or _makes_zeros(action.value))
        for action in walk.actions(method.fact.body)
    )


def _makes_zeros(value: facts.Expr) -> bool:
    return any(
        isinstance(expr, facts.Call) and _ZERO.search(walk.last_name(expr.func)) for expr in walk.expressions(value)
    )
