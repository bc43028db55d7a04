"""Objects of which each holds one set of weights: what trains the network puts the newest there, actors ask for them.

``store.put.remote(net.state_dict())`` in the loop that trains ``net``, and ``store.get.remote(version)`` in an actor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.given_out import given_out
from lstm_lint.project.handed import argument
from lstm_lint.project.placed import pairs
from lstm_lint.project.senders import said
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.sync_words import OTHERS
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_COPIES = frozenset({"copy", "deepcopy", "dict", "clone", "put"})
_COMMON = frozenset({"get", "put", "set", "pull", "push", "read", "write", "fetch", "update", "send", "receive"})
"""Methods of so many objects that only the same name for the object tells which is meant."""
_FILLS = frozenset({"append", "appendleft", "insert", "add", "setdefault", "update", "extend", "pop"})


class Boards:
    """Answers for one call that asks for weights at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def is_asked(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a call asks, from outside, for the weights that a learner has put into such an object last."""
        method, holder = _called(call)
        having = {klass for klass in self._project.classes.all if method in klass.fact.functions}
        if holder is None or len(having) != 1 or function.klass in having:
            return False
        (klass,) = having
        if any(map(OTHERS.search, (klass.fact.name, method, holder))):
            return False
        gives = klass.fact.functions[method]
        return any(self._is_told(klass, attr, method, holder) for attr in _given_out(gives) if _holds_one(klass, attr))

    def _is_told(self, klass: ClassInfo, attr: str, method: str, holder: str) -> bool:
        """Whether all that comes into an attribute is what learners put there, apart from how it begins."""
        takers = [fact for fact in klass.fact.functions.values() if fact.name != "__init__" and _assigns(fact, attr)]
        return (
            not OTHERS.search(attr)
            and bool(takers)
            and all(
                self._is_told_by(klass, fact, attr, holder if {method, fact.name} & _COMMON else "") for fact in takers
            )
        )

    def _is_told_by(self, klass: ClassInfo, fact: facts.FunctionFact, attr: str, holder: str) -> bool:
        names = _assigns(fact, attr)
        parameters = {parameter.name for parameter in fact.parameters[1:]}
        if len(names) != 1 or not names <= parameters:
            return False
        (name,) = names
        taker = self._project.symbols.function_info(klass.module, klass, fact)
        calls = [
            (user, call)
            for user, call in self._project.handed.calls(taker)
            if user.klass is not klass and (not holder or _called(call)[1] == holder)
        ]
        return bool(calls) and all(
            self._is_learners(argument(call, taker, name), user)
            and any(
                self._is_repeated(again, user) and self._is_same(call, again, taker, name, user)
                for by, again in calls
                if by is user
            )
            for user, call in calls
        )

    def _is_repeated(self, call: facts.Call, user: FunctionInfo) -> bool:
        """Whether weights are put there time and again: in a loop, or by a method."""
        return user.klass is not None or any(call in walk.calls(loop.body) for loop in walk.loops(user.fact.body))

    def _is_same(self, call: facts.Call, again: facts.Call, taker: FunctionInfo, name: str, user: FunctionInfo) -> bool:
        """Whether two calls put there the weights of one network: those that it begins with, and those that follow."""
        if call is again:
            return True
        values = [argument(each, taker, name) for each in (call, again)]
        first, later = (set(self._networks(value, user)) if value is not None else set() for value in values)
        return bool(first) and first == later

    def _is_learners(self, value: facts.Expr | None, user: FunctionInfo) -> bool:
        """Whether weights are read from a network that is trained where they are put."""
        own = list(user.klass.fact.functions.values()) if user.klass is not None else [user.fact]
        if value is None or self._are_many(user.klass.fact.name if user.klass is not None else user.fact.name):
            return False
        networks = list(self._networks(value, user))
        if not networks or any(map(OTHERS.search, networks)):
            return False
        return any("backward" in fact.mentions for fact in own) or self._is_given_by_learners(value, user)

    def _is_given_by_learners(self, value: facts.Expr, user: FunctionInfo) -> bool:
        """Whether all weights are what methods of objects give that train them, of which there is one each."""
        calls = [part for part in said(self._project, value, user, 3) if isinstance(part, facts.Call)]
        given = [found for call in calls if (found := given_out(self._project, call, user)) is not None]
        names = {found.network for found in given}
        return names >= set(self._networks(value, user)) and not any(
            self._are_many(found.learner.fact.name) or OTHERS.search(found.learner.fact.name) for found in given
        )

    def _are_many(self, name: str) -> bool:
        """Whether objects of a class, or runs of a function, are begun in a loop: the members of a population."""
        for function in (*self._project.functions, *self._project.programs):
            if name not in function.fact.mentions:
                continue
            repeated: list[object] = [
                action for loop in walk.loops(function.fact.body) for action in walk.actions(loop.body)
            ]
            repeated += [
                expr.element
                for action in walk.actions(function.fact.body)
                for expr in walk.expressions(action)
                if isinstance(expr, facts.Comprehension)
            ]
            if any(walk.last_name(expr) == name for each in repeated for expr in walk.expressions(each)):
                return True
        return False

    def _networks(self, value: facts.Expr, user: FunctionInfo, deep: int = 3) -> Iterator[str]:
        """What is asked for its weights in an expression, or in what its variables are bound to."""
        for part in walk.expressions(value):
            if isinstance(part, facts.Attribute) and part.attr in ("state_dict", "parameters", "named_parameters"):
                yield walk.render(part.value) or ""
            elif isinstance(part, facts.Call) and deep > 0 and (taken := self._packed(part, user, deep)) is not None:
                yield walk.render(taken) or ""
            elif isinstance(part, facts.Call) and (given := given_out(self._project, part, user)) is not None:
                yield given.network
            elif isinstance(part, facts.Name) and deep > 0:
                for binding in self._project.typing.bindings(user.fact).names.get(part.id, ()):
                    yield from self._networks(binding.expr, user, deep - 1)

    def _packed(self, call: facts.Call, user: FunctionInfo, deep: int) -> facts.Expr | None:
        """The network that a call of a function of the project is handed, where it gives the weights of that."""
        packing = self._project.typing.callee(call.func, Scope(user.module, user.klass, user.fact))
        if not isinstance(packing, FunctionInfo) or packing.klass is not None or packing is user:
            return None
        given = walk.bindings(packing.fact).returns
        read = {name for value in given for name in self._networks(value, packing, deep - 1)}
        named = [parameter.name for parameter in packing.fact.parameters if parameter.name in read]
        return argument(call, packing, named[0]) if len(read) == len(named) == 1 else None


def _called(call: facts.Call) -> tuple[str, str | None]:
    """The method that a call runs, maybe in another process, and the last name of the object that has it."""
    func = call.func
    if isinstance(func, facts.Attribute) and func.attr == "remote":
        func = func.value
    return (func.attr, walk.last_name(func.value)) if isinstance(func, facts.Attribute) else ("", None)


def _given_out(fact: facts.FunctionFact) -> set[str]:
    """The attributes that a method returns, or has in what it returns; none if an argument may choose among several."""
    parameters = {parameter.name for parameter in fact.parameters[1:]}
    for action in walk.actions(fact.body):
        for expr in walk.expressions(action):
            chosen = [expr.index] if isinstance(expr, facts.Subscript) else []
            chosen += [each.value for each in expr.arguments] if isinstance(expr, facts.Call) else []
            if any(isinstance(e, facts.Name) and e.id in parameters for part in chosen for e in walk.expressions(part)):
                return set()
    own = fact.parameters[0].name if fact.parameters else ""
    return {
        part.attr
        for value in walk.bindings(fact).returns
        for part in walk.expressions(value)
        if isinstance(part, facts.Attribute) and walk.chain(part.value) == own
    }


def _assigns(fact: facts.FunctionFact, attr: str) -> set[str]:
    """What a method assigns to an attribute: the variables that are put there as they are, or "" for all else."""
    return {
        _variable(value)
        for action in walk.actions(fact.body)
        if isinstance(action, facts.Assign)
        for target, value in pairs(action)
        if walk.chain(target) == f"self.{attr}"
    }


def _variable(value: facts.Expr) -> str:
    if isinstance(value, facts.Call) and len(value.arguments) == 1 and walk.last_name(value.func) in _COPIES:
        value = value.arguments[0].value
    return value.id if isinstance(value, facts.Name) else ""


def _holds_one(klass: ClassInfo, attr: str) -> bool:
    """Whether an attribute holds what it is given, and is no collection that is filled bit by bit."""
    own = f"self.{attr}"
    for fact in klass.fact.functions.values():
        for action in walk.actions(fact.body):
            targets = action.targets if isinstance(action, facts.Assign) else ()
            if any(isinstance(each, facts.Subscript) and walk.chain(each.value) == own for each in walk.flat(targets)):
                return False
        for call in walk.calls(fact.body):
            func = call.func
            if isinstance(func, facts.Attribute) and func.attr in _FILLS and walk.chain(func.value) == own:
                return False
    return True
