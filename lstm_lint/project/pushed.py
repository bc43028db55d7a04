"""Syncs in which a learner gives its weights away: to remote actors, to what runs its network, value by value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.beside import RESETS
from lstm_lint.project.kept import Keeping, Kept
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

HANDS_OVER = frozenset({"remote", "zip"})
"""Calls that may be part of such a sync whatever else they are used for."""
GIVES = re.compile(r"^_*(update|sync|refresh)_(acting_|actors?_)?(model|agent|policy|network|net)s?$")
PUSHES = re.compile(
    r"^_*(update|sync|broadcast|publish|push|set|send)(_(actors?|workers?|runners?|remote|new|latest|all))?"
    r"(_(policy|policies|models?|weights?|params?|parameters|state_dict|net|network|agents?))?$"
)
_ROLLS_OUT = re.compile(
    r"(^|_)(actors?|workers?|runners?|collectors?|samplers?|batchers?|rollouts?|explorers?|act_group)(_|$)",
    re.IGNORECASE,
)
_EVALUATES = re.compile(r"(^|_)(eval\w*|test\w*|valid\w*|opponents?|targets?)(_|$)", re.IGNORECASE)
_READS = re.compile(r"^_*((get|to|cpu)_)?(\w+_)?(state_?dict|weights|params|parameters)(_cpu)?$")
_LEARNS = re.compile(r"^(train|learn|update|optimi[sz]e)(_|$)")
_SETS = re.compile(
    r"^_*(set|update|sync|refresh|load|receive|apply)_\w*(weights?|params?|parameters|state_dict|policy|model|nets?)\w*$"
)
_PARAMETERS = re.compile(r"(^|_)(parameters|params|weights)$")
_TRAINS = frozenset({"backward", "zero_grad"})
_FEW = 3


class Pushed:
    """The shapes of such syncs, each with the state that goes stale by it."""

    def __init__(self, project: Project, keeping: Keeping) -> None:
        self._project = project
        self._keeping = keeping

    def by(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state of those who are given the learner's weights by a call, or its network."""
        if walk.last_name(call.func) == "remote":
            return self._remote(call, function)
        if self._is_for_evaluation(call, function):
            return None
        given = self._given(call, function) if GIVES.search(walk.last_name(call.func)) else None
        return given or (self._pushed(call, function) if PUSHES.search(walk.last_name(call.func)) else None)

    @staticmethod
    def receiver(call: facts.Call) -> facts.Expr:
        """Who is given the weights: ``actor`` in ``actor.set_weights.remote(weights)``."""
        func = call.func
        if isinstance(func, facts.Attribute) and func.attr == "remote" and isinstance(func.value, facts.Attribute):
            func = func.value
        return func.value if isinstance(func, facts.Attribute) else func

    def _remote(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """``actor.set_weights.remote(weights)``: what the classes keep that have such a method and reset nothing."""
        method = call.func.value if isinstance(call.func, facts.Attribute) else None
        if not isinstance(method, facts.Attribute) or not call.arguments or not _SETS.search(method.attr):
            return None
        if self._project.handed.origin(call.arguments[0].value, function) != "trained":
            return None
        having = [klass for klass in self._project.classes.all if method.attr in klass.fact.functions]
        for klass in having if len(having) <= _FEW else ():
            kept = self._keeping.of_class(klass)
            if kept and not _resets(klass.fact.functions[method.attr]):
                return kept[0]._replace(name=f"its {kept[0].name.removeprefix('self.')}")
        return None

    def _given(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """``runners.update_model(agent)`` in a loop that trains a recurrent network: what the runners step with it."""
        if not call.arguments or not isinstance(call.func, facts.Attribute):
            return None
        placed = self._keeping.placed(function.fact)
        loops = next((each.loops for each in placed if _holds(each.action, call)), ())
        if not any(each.loops and each.loops[0] in loops and _trains(each.action) for each in placed):
            return None
        scope = Scope(function.module, function.klass, function.fact)
        refs = [t.ref for t in self._project.typing.of(call.arguments[-1].value, scope)]
        refs = [ref for ref in refs if self._project.recurrence.of(ref) == "yes"]
        having = [klass for klass in self._project.classes.all if call.func.attr in klass.fact.functions]
        for ref in refs if 0 < len(having) <= _FEW else ():
            if (
                isinstance(ref, ClassInfo)
                and ref not in having
                and not _resets(having[0].fact.functions[call.func.attr])
            ):
                return Kept("", "", ref.module.path, ref.fact.span)
        return None

    def below(self, call: facts.Call, function: FunctionInfo) -> Iterator[tuple[FunctionInfo, facts.Call]]:
        """The calls in methods of that name which hand on the network that they are given, or load its weights."""
        name = walk.last_name(call.func)
        if not GIVES.search(name) or self._given(call, function) is None:
            return
        for klass in self._project.classes.all:
            fact = klass.fact.functions.get(name)
            given = {parameter.name for parameter in fact.parameters[1:]} if fact is not None else set()
            for action in walk.actions(fact.body) if fact is not None else ():
                for expr in walk.expressions(action):
                    if not isinstance(expr, facts.Call) or walk.last_name(expr.func) not in (name, "load_state_dict"):
                        continue
                    read = (part for each in expr.arguments for part in walk.expressions(each.value))
                    if fact is not None and any(isinstance(part, facts.Name) and part.id in given for part in read):
                        yield self._project.symbols.function_info(klass.module, klass, fact), expr

    def _is_for_evaluation(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether what is given the network is named as one that plays matches of its own, each anew."""
        receiver = call.func.value if isinstance(call.func, facts.Attribute) else call.func
        bound = self._project.typing.bindings(function.fact).names
        held = bound.get(receiver.id, ()) if isinstance(receiver, facts.Name) else ()
        named = [walk.chain(each.expr) or "" for each in held if each.how == "element"]
        return any(map(_EVALUATES.search, (*named, *(walk.render(receiver) or "").split("."))))

    def _pushed(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """``workers.update(net.state_dict())`` by what trains it: what they keep, if that is in view at all."""
        func = call.func
        if not isinstance(func, facts.Attribute) or not _ROLLS_OUT.search(walk.last_name(func.value)):
            return None
        read = [part for each in call.arguments for part in self._reads_weights(each.value, function)]
        scope = Scope(function.module, function.klass, function.fact)
        known = {self._project.recurrence.of(t.ref) for part in read for t in self._project.typing.of(part, scope)}
        if not read or (known and "yes" not in known):
            return None
        placed = self._keeping.placed(function.fact)
        loops = next((each.loops for each in placed if _holds(each.action, call)), ())
        around = [each.action for each in placed if not loops or (each.loops and each.loops[0] in loops)]
        if not any(_trains(action) or _learns(action, call) for action in around):
            return None
        types = self._project.typing.of(func.value, scope)
        having = [t.ref for t in types if isinstance(t.ref, ClassInfo) and func.attr in t.ref.fact.functions]
        if any(_resets(klass.fact.functions[func.attr]) for klass in having):
            return None
        by = walk.render(func.value) or "?"
        for klass in having:
            for kept in self._keeping.of_class(klass):
                return kept._replace(name=f"its {kept.name.removeprefix('self.')}", by=by)
        heirs = self._project.classes.subclasses(function.klass) if function.klass is not None else ()
        modules = (function.module, *(klass.module for klass in heirs))
        near = "yes" in known or any(self._project.recurrent_near(module, wherever=True) for module in modules)
        return Kept("", by, function.module.path, call.span) if near else None

    def _reads_weights(self, expr: facts.Expr, function: FunctionInfo) -> Iterator[facts.Expr]:
        """What a value is the weights of, where no name says that it is another than what is trained."""
        if self._project.handed.origin(expr, function) == "stored":
            return
        bound = self._project.typing.bindings(function.fact).names
        held = [each.expr for each in bound.get(expr.id, ())] if isinstance(expr, facts.Name) else []
        for value in (expr, *held):
            for part in walk.expressions(value):
                if isinstance(part, facts.Call) and _READS.search(walk.last_name(part.func)):
                    own = isinstance(part.func, facts.Attribute) and not part.arguments
                    yield part.func.value if own and isinstance(part.func, facts.Attribute) else part

    def copied(self, call: facts.Call, function: FunctionInfo) -> tuple[facts.Expr, facts.Expr] | None:
        """Of ``zip(new, net.parameters())`` that a loop copies by: what is written, and the new values.

        None for anything else, as where old and new values are mixed.
        """
        if walk.last_name(call.func) != "zip" or "copy_" not in function.fact.mentions or len(call.arguments) != 2:
            return None
        actions = list(walk.actions(function.fact.body))
        heads = (action for action in actions if isinstance(action, facts.Iterate) and action.iterable is call)
        names = [part.id for head in heads for part in walk.flat((head.target,)) if isinstance(part, facts.Name)]
        if len(names) != 2:
            return None
        for expr in (expr for action in actions for expr in walk.expressions(action)):
            if not isinstance(expr, facts.Call) or walk.last_name(expr.func) != "copy_" or not expr.arguments:
                continue
            into, of = (_root(each) for each in (expr.func, expr.arguments[0].value))
            if {into, of} != set(names):
                continue
            written = call.arguments[names.index(into)].value
            func = written.func if isinstance(written, facts.Call) else None
            if isinstance(func, facts.Attribute) and _PARAMETERS.search(func.attr):
                return func.value, call.arguments[names.index(of)].value
        return None


def _root(expr: facts.Expr) -> str:
    """The variable that an expression is, or is an attribute of."""
    return (walk.chain(expr) or "").partition(".")[0]


def _holds(action: object, call: facts.Call) -> bool:
    return any(expr is call for expr in walk.expressions(action))


def _trains(action: object) -> bool:
    return any(
        isinstance(expr, facts.Call) and walk.last_name(expr.func) in _TRAINS for expr in walk.expressions(action)
    )


def _learns(action: object, call: facts.Call) -> bool:
    """Whether something is told to learn from what it is handed, by another call."""
    return any(
        isinstance(expr, facts.Call)
        and expr is not call
        and isinstance(expr.func, facts.Attribute)
        and bool(expr.arguments)
        and _LEARNS.search(expr.func.attr) is not None
        and not _ROLLS_OUT.search(walk.last_name(expr.func.value))
        for expr in walk.expressions(action)
    )


def _resets(function: facts.FunctionFact) -> bool:
    """Whether a method resets something by itself."""
    return any(
        isinstance(expr, facts.Call) and RESETS.search(walk.last_name(expr.func)) is not None
        for action in walk.actions(function.body)
        for expr in walk.expressions(action)
    )
