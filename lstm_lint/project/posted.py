"""Weights that lie in a store under one key, where what trains the network puts the newest and others read them.

``store.set("params", pack(net))`` in the process that has the optimizer of ``net``, ``store.get("params")`` in others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.handed import argument
from lstm_lint.project.learned import is_learned
from lstm_lint.project.senders import is_own, said
from lstm_lint.project.symbols import FunctionInfo, Variable
from lstm_lint.project.sync_words import OTHERS
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_READS = {"get": 1, "hget": 2, "hmget": 2}
_WRITES = {"set": 1, "put": 1, "setex": 1, "psetex": 1, "hset": 2}
"""How many of the arguments are the key."""
_FILLS = frozenset({"save", "dump"})
_WEIGHTS = frozenset({"state_dict", "parameters", "named_parameters"})
_DEEP = 3

_Key = tuple[str, ...]


class _Post(NamedTuple):
    """A call that puts something under a key."""

    key: _Key
    call: facts.Call
    function: FunctionInfo


class _Network(NamedTuple):
    """What is asked for its weights, by the name that it has in a function."""

    name: str
    function: FunctionInfo


class Posted:
    """Answers for one reading call at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def is_newest(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether all that is put under the key that a call reads are weights of what is trained there, elsewhere."""
        key = self._key(call, function, _READS)
        if key is None or any(map(OTHERS.search, key)):
            return False
        posts = [post for post in self._posts if post.key == key]
        given = [(post, list(self._owners(post))) for post in posts]
        return (
            bool(given)
            and all(networks and all(map(self._is_trained, networks)) for _, networks in given)
            and not any(self._is_own(each.function, function) for _, networks in given for each in networks)
            and any(map(self._is_repeated, posts))
        )

    def is_of_learned(self, value: facts.Expr, function: FunctionInfo, reader: FunctionInfo) -> bool:
        """Whether what a function gives are weights of what is trained there, and not where they are read."""
        asked = self._networks(value, function, _DEEP)
        networks = [network for each in asked for network in self._handed(each, _DEEP)]
        trained = bool(networks) and all(map(self._is_trained, networks))
        return trained and not any(self._is_own(each.function, reader) for each in networks)

    @cached_property
    def _posts(self) -> tuple[_Post, ...]:
        found = []
        for function in (*self._project.functions, *self._project.programs):
            if _WRITES.keys().isdisjoint(function.fact.mentions):
                continue
            for call in walk.calls(function.fact.body):
                key = self._key(call, function, _WRITES)
                found += [_Post(key, call, function)] if key is not None else []
        return tuple(found)

    def _key(self, call: facts.Call, function: FunctionInfo, counts: dict[str, int]) -> _Key | None:
        """What a call names, where all of that is written out."""
        count = counts.get(call.func.attr, 0) if isinstance(call.func, facts.Attribute) else 0
        plain = [each.value for each in call.arguments if each.keyword is None and not each.star]
        words = [self._word(each, function) for each in plain[:count]]
        known = tuple(word for word in words if word)
        return known if count and len(known) == count else None

    def _word(self, expr: facts.Expr, function: FunctionInfo) -> str:
        """A string, or what a module or a class calls by a name for all of its functions."""
        if isinstance(expr, facts.Constant):
            return expr.value if isinstance(expr.value, str) else ""
        if isinstance(expr, facts.Attribute) and function.klass is not None and is_own(expr, function):
            value = function.klass.fact.assignments.get(expr.attr)
            return self._word(value, function) if isinstance(value, facts.Constant) else ""
        symbol = self._project.symbols.resolve_expr(function.module, expr)
        values = symbol.module.facts.assignments.get(symbol.name, ()) if isinstance(symbol, Variable) else ()
        return self._word(values[0], function) if len(values) == 1 and isinstance(values[0], facts.Constant) else ""

    def _owners(self, post: _Post) -> Iterator[_Network]:
        """The networks whose weights are put there, as those have them who hand them in."""
        for each in post.call.arguments[_WRITES[walk.last_name(post.call.func)] :]:
            for network in self._networks(each.value, post.function, _DEEP):
                yield from self._handed(network, _DEEP)

    def _networks(self, value: facts.Expr, function: FunctionInfo, deep: int) -> Iterator[_Network]:
        """What is asked for its weights in a value, in what was written into it, or by a function that makes it."""
        for part in self._written(value, function):
            if not isinstance(part, facts.Call):
                continue
            if isinstance(part.func, facts.Attribute) and part.func.attr in _WEIGHTS:
                yield _Network(walk.chain(part.func.value) or "", function)
                continue
            made = self._called(part, function) if deep > 0 else None
            for returned in walk.bindings(made.fact).returns if made is not None else ():
                for network in self._networks(returned, made, deep - 1) if made is not None else ():
                    handed = _argument(part, network)
                    yield _Network(walk.chain(handed) or "", function) if handed is not None else network

    def _written(self, value: facts.Expr, function: FunctionInfo) -> Iterator[facts.Expr]:
        """The parts of a value, and of what a call saves into a buffer that it is read from."""
        parts = list(said(self._project, value, function, _DEEP))
        yield from parts
        names = {part.id for part in parts if isinstance(part, facts.Name)}
        for call in walk.calls(function.fact.body) if names else ():
            if walk.last_name(call.func) in _FILLS and len(call.arguments) > 1:
                buffer = call.arguments[1].value
                if isinstance(buffer, facts.Name) and buffer.id in names:
                    yield from said(self._project, call.arguments[0].value, function, _DEEP)

    def _called(self, call: facts.Call, function: FunctionInfo) -> FunctionInfo | None:
        scope = Scope(function.module, function.klass, function.fact)
        called = self._project.typing.callee(call.func, scope)
        return called if isinstance(called, FunctionInfo) and called.klass is None else None

    def _handed(self, network: _Network, deep: int) -> Iterator[_Network]:
        """A network as the callers of a function have it that is handed it."""
        if deep == 0 or all(each.name != network.name for each in network.function.fact.parameters):
            yield network
            return
        for user, call in self._project.handed.calls(network.function):
            value = argument(call, network.function, network.name)
            name = walk.chain(value) if value is not None else None
            yield from self._handed(_Network(name or "", user), deep - 1)

    def _is_trained(self, network: _Network) -> bool:
        if not network.name or any(map(OTHERS.search, (network.name, network.function.fact.name))):
            return False
        return is_learned(network.name, network.function, self._project.functions)

    def _is_own(self, trainer: FunctionInfo, reader: FunctionInfo) -> bool:
        """Whether what trains reads as well what was put: one of several that take over each other's weights."""
        if trainer.klass is not None and trainer.klass is reader.klass:
            return True
        near, every = {reader.id: reader}, {reader.id}
        for _ in range(_DEEP):
            near = {user.id: user for each in near.values() for user in self._project.callers.of(each)}
            every |= near.keys()
        return trainer.id in every

    def _is_repeated(self, post: _Post) -> bool:
        """Whether it is put there in a loop, or by a function that is called in one."""
        calls = [(post.function, post.call), *self._project.handed.calls(post.function)]
        return any(call in walk.calls(loop.body) for user, call in calls for loop in walk.loops(user.fact.body))


def _argument(call: facts.Call, network: _Network) -> facts.Expr | None:
    """What a call hands to a function as the network."""
    named = any(each.name == network.name for each in network.function.fact.parameters)
    return argument(call, network.function, network.name) if named else None
