"""Weights that a process asks another one for, by name: whether the one that answers trains the network it sends.

``conn.send(("pull", None))`` and ``net.load_state_dict(conn.recv())`` in a worker; ``conn.send(net.state_dict())``
where the kind of the message is ``"pull"``, in the process that has the optimizer of ``net``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.handed import argument
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.sync_words import OTHERS
from lstm_lint.project.types import Scope
from lstm_lint.typestate.optimized import Optimized, trained
from lstm_lint.typestate.paths import Site

if TYPE_CHECKING:
    from lstm_lint.project import Module, Project

_TAKES = re.compile(r"^(recv|receive)(_\w+)?$|^get(_nowait)?$")
_SENDS = re.compile(r"^send(_\w+)?$|^put(_nowait)?$")
_WEIGHTS = frozenset({"state_dict", "parameters", "named_parameters"})
_DEEP = 4


class Answered:
    """Answers for one replacement at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._functions = {function.id: function for function in (*project.functions, *project.programs)}
        self._trained: dict[int, Optimized] = {}

    def at(self, site: Site, chain: Sequence[Site]) -> bool:
        """Whether the weights that come in at a place, by way of these calls, were asked of what trains them."""
        function = self._functions.get(site.function)
        value = _given(site, function) if function is not None else None
        for outer in (*reversed(chain), None):
            if function is None or value is None:
                return False
            said = list(self._said(value, function, _DEEP))
            taken = list(self._taken(said, function, _DEEP))
            if taken:
                return all(self._is_answered(each, by) or self._is_filled(each, by) for each, by in taken)
            caller = self._functions.get(outer.function) if outer is not None else None
            call = walk.call_at(caller.fact.body, outer.span) if caller is not None and outer is not None else None
            value = self._handed(said, call, function)
            function = caller
        return False

    def _taken(
        self, said: Sequence[facts.Expr], function: FunctionInfo, deep: int
    ) -> Iterator[tuple[facts.Call, FunctionInfo]]:
        """The calls that take a message in these expressions, and in what functions give that are called there."""
        for call in (each for each in said if isinstance(each, facts.Call)):
            if _is_taken(call):
                yield call, function
                continue
            called = self._called(call, function)
            if called is not None and deep > 0:
                for value in walk.bindings(called.fact).returns:
                    yield from self._taken(list(self._said(value, called, deep - 1)), called, deep - 1)

    @staticmethod
    def _handed(said: Sequence[facts.Expr], call: facts.Call | None, function: FunctionInfo) -> facts.Expr | None:
        """What a call hands to the one parameter of a function that an expression is made of."""
        named = {each.id for each in said if isinstance(each, facts.Name)}
        names = [each.name for each in function.fact.parameters if each.name in named]
        return argument(call, function, names[0]) if call is not None and len(names) == 1 else None

    def _said(self, value: facts.Expr, function: FunctionInfo, deep: int) -> Iterator[facts.Expr]:
        """Every part of an expression, and of what its variables are bound to."""
        bound = self._project.typing.bindings(function.fact).names
        for part in walk.expressions(value):
            yield part
            if isinstance(part, facts.Name) and deep > 0:
                for binding in bound.get(part.id, ()):
                    yield from self._said(binding.expr, function, deep - 1)

    def _is_answered(self, taken: facts.Call, function: FunctionInfo) -> bool:
        """Whether it is the answer to a question, and whoever answers it sends the weights of what is trained there."""
        asked = _question(taken, function)
        if not asked or any(map(OTHERS.search, (*asked, function.fact.name))) or _steps(function):
            return False
        sent = [
            self._is_of_trained(argument.value, other)
            for other in self._functions.values()
            if other is not function
            for call in _answers(asked, other)
            for argument in call.arguments
        ]
        return bool(sent) and all(sent)

    def _is_filled(self, taken: facts.Call, function: FunctionInfo) -> bool:
        """Whether all that is put into the queue that it is taken from are weights of what is trained there."""
        if OTHERS.search(function.fact.name) or _steps(function):
            return False
        puts = self._project.queues.filled_by(taken, function)
        again = any(put.call in walk.calls(loop.body) for put in puts for loop in walk.loops(put.function.fact.body))
        return again and all(self._is_of_trained(put.call.arguments[0].value, put.function) for put in puts)

    def _is_of_trained(self, value: facts.Expr, function: FunctionInfo) -> bool:
        """Whether what is sent are weights of networks alone that an optimizer has and steps in the same module."""
        said = list(self._said(value, function, _DEEP))
        read = {id(each.func) for each in said if isinstance(each, facts.Call) and self._gives_back(each, function)}
        if any(OTHERS.search(walk.last_name(each)) for each in said if id(each) not in read):
            return False
        module = function.module
        networks = [walk.last_name(each) for each in self._networks(value, function, _DEEP)]
        owners = trained(self._trained, module)
        return bool(networks) and owners.issuperset(networks) and self._has_steps(module)

    def _has_steps(self, module: Module) -> bool:
        return any(each.module is module and _steps(each) for each in self._functions.values())

    def _networks(self, value: facts.Expr, function: FunctionInfo, deep: int) -> Iterator[facts.Expr]:
        """What is asked for its weights in an expression, or by a function that is called there."""
        for part in self._said(value, function, _DEEP):
            if not isinstance(part, facts.Call):
                continue
            if isinstance(part.func, facts.Attribute) and part.func.attr in _WEIGHTS:
                yield part.func.value
                continue
            called = self._called(part, function)
            if called is None or deep == 0:
                continue
            for returned in walk.bindings(called.fact).returns:
                for network in self._networks(returned, called, deep - 1):
                    yield _as_handed(network, part, called) or network

    def _gives_back(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a function in view gives the weights of what it is handed, whatever it is called: `snapshot(net)`."""
        called = self._called(call, function)
        returned = walk.bindings(called.fact).returns if called is not None else []
        networks = [each for value in returned if called for each in self._networks(value, called, _DEEP)]
        return bool(networks) and all(_as_handed(each, call, called) for each in networks if called)

    def _called(self, call: facts.Call, function: FunctionInfo) -> FunctionInfo | None:
        """The function of the project that a call runs, or the method of the same object."""
        func, klass = call.func, function.klass
        own = function.fact.parameters[0].name if function.fact.parameters else ""
        if klass is not None and isinstance(func, facts.Attribute) and walk.chain(func.value) == own:
            called: object = self._project.classes.method(klass, func.attr)
        else:
            called = self._project.typing.callee(func, Scope(function.module, klass, function.fact))
        return called if isinstance(called, FunctionInfo) else None


def _given(site: Site, function: FunctionInfo) -> facts.Expr | None:
    """The weights that are written at a place: the argument of a call, or what a loop over parameters goes through."""
    for loop in walk.loops(function.fact.body):
        if isinstance(loop.head, facts.Iterate) and loop.head.iterable.span == site.span:
            return loop.head.iterable
    call = walk.call_at(function.fact.body, site.span)
    return call.arguments[0].value if call is not None and call.arguments else None


def _as_handed(network: facts.Expr, call: facts.Call, called: FunctionInfo) -> facts.Expr | None:
    """A network as the caller has it, where it is an argument."""
    parameters = called.fact.parameters[1 if called.klass is not None else 0 :]
    if isinstance(network, facts.Name) and any(each.name == network.id for each in parameters):
        return argument(call, called, network.id)
    return None


def _channel(call: facts.Call, what: re.Pattern[str]) -> str:
    """The name of what a message is sent or taken by."""
    func = call.func
    return walk.last_name(func.value) if isinstance(func, facts.Attribute) and what.match(func.attr) else ""


def _is_taken(call: facts.Call) -> bool:
    """Whether a call takes a message: ``reply.get("state")`` reads an entry."""
    named = call.arguments[0].value if call.arguments else None
    return bool(_channel(call, _TAKES)) and not (isinstance(named, facts.Constant) and isinstance(named.value, str))


def _question(taken: facts.Call, function: FunctionInfo) -> frozenset[str]:
    """The words in the last message that went out by the same channel before the answer was taken."""
    channel = _channel(taken, _TAKES)
    before = [
        call
        for call in walk.calls(function.fact.body)
        if _channel(call, _SENDS) == channel and call.span < taken.span and call.arguments
    ]
    return _words(before[-1].arguments[0].value) if before else frozenset()


def _words(node: object) -> frozenset[str]:
    """The strings that are written out in an expression, those that name an entry left out."""
    said = list(walk.expressions(node))
    keys = [key for each in said if isinstance(each, facts.DictDisplay) for key, _ in each.items]
    keys += [each.index for each in said if isinstance(each, facts.Subscript)]
    keys += [arg.value for each in said if isinstance(each, facts.Call) for arg in each.arguments[:1]]
    strings = (each for each in said if isinstance(each, facts.Constant) and not any(each is key for key in keys))
    return frozenset(each.value for each in strings if isinstance(each.value, str))


def _answers(asked: frozenset[str], function: FunctionInfo) -> Iterator[facts.Call]:
    """The messages that a function sends where the kind of one that it took is what was ``asked`` for."""
    if not any(map(_TAKES.match, function.fact.mentions)):
        return
    for branch in walk.branches(function.fact.body):
        if not asked.isdisjoint(_words(branch.test)):
            yield from (call for call in walk.calls(branch.then) if _channel(call, _SENDS))


def _steps(function: FunctionInfo) -> bool:
    """Whether an optimizer makes a step: an environment is given an action."""
    return any(walk.last_name(call.func) == "step" and not call.arguments for call in walk.calls(function.fact.body))
