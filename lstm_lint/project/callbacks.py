"""Which algorithms an SB3 callback runs in: those whose ``learn`` is given it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.bodies import every_body
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module
from lstm_lint.project.types import Scope, Type, Types

_HOLDERS = frozenset({"CallbackList", "EvalCallback", "EveryNTimesteps", "EventCallback"})
"""Callbacks that call other ones."""
_ADDS = frozenset({"append", "extend", "insert"})


class Callbacks:
    """``learn(callback=…)`` calls, looked at once and only when a callback class asks."""

    def __init__(
        self, modules: Sequence[Module], functions: Sequence[FunctionInfo], classes: Classes, typing: Typing
    ) -> None:
        self._modules = modules
        self._functions = functions
        self._classes = classes
        self._typing = typing
        self._models: dict[ClassInfo, Types] | None = None

    def models(self, klass: ClassInfo) -> Types:
        """The types of ``self.model`` in a callback class; empty when no call in view tells.

        What is told of the class itself counts first; a class that only its subclasses are used of is asked for them.
        """
        if self._models is None:
            self._models = {}
            for body, scope in every_body(self._modules, self._functions, "learn"):
                for call in walk.calls(body):
                    if isinstance(call.func, facts.Attribute) and call.func.attr == "learn":
                        self._note(call, body, scope)
            for body, scope in every_body(self._modules, self._functions):
                for call in walk.calls(body):
                    self._pair(call, scope)
        below = self._classes.subclasses(klass)
        return self._models.get(klass) or frozenset().union(*(self._models.get(k, frozenset()) for k in below))

    def _note(self, call: facts.Call, body: Shape, scope: Scope) -> None:
        assert isinstance(call.func, facts.Attribute) and self._models is not None
        receivers = self._trained(frozenset(t for t in self._typing.of(call.func.value, scope) if not t.of_class))
        if not receivers:
            return
        given = {t for argument in call.arguments for t in self._callbacks(argument.value, scope)}
        if not given and any(argument.keyword == "callback" for argument in call.arguments):
            given = set(self._built(body, scope))  # they are in a list that nobody can read, or in a CallbackList
        for t in given:
            self._models[t] = self._models.get(t, frozenset()) | receivers

    def _trained(self, types: Types, depth: int = 2) -> Types:
        """The algorithms that ``learn`` of these objects runs: those of a wrapper are what its own ``learn`` calls."""
        found: Types = frozenset()
        for t in types:
            method = self._classes.method(t.ref, "learn") if isinstance(t.ref, ClassInfo) else None
            if not isinstance(method, FunctionInfo) or self._classes.kind(t.ref) == "algorithm":
                found |= {t}
            elif depth:
                scope = Scope(method.module, method.klass, method.fact)
                for call in walk.calls(method.fact.body):
                    if isinstance(call.func, facts.Attribute) and call.func.attr == "learn":
                        inner = frozenset(each for each in self._typing.of(call.func.value, scope) if not each.of_class)
                        found |= self._trained(inner, depth - 1)
        return found

    def _pair(self, call: facts.Call, scope: Scope) -> None:
        """``Experiment(model=PPO, callback=Log)``: the class of a callback and that of an algorithm go together."""
        assert self._models is not None
        given = [t.ref for a in call.arguments for t in self._typing.of(a.value, scope) if t.of_class]
        algorithms = frozenset(Type(ref) for ref in given if self._classes.kind(ref) == "algorithm")
        for ref in given if algorithms else ():
            if isinstance(ref, ClassInfo) and self._classes.kind(ref) == "callback":
                self._models[ref] = self._models.get(ref, frozenset()) | algorithms

    def _built(self, body: Shape, scope: Scope) -> Iterator[ClassInfo]:
        """The callbacks that are made in the same function."""
        for action in walk.actions(body):
            for expr in walk.expressions(action):
                if isinstance(expr, facts.Call):
                    callee = self._typing.callee(expr.func, scope)
                    if isinstance(callee, ClassInfo) and self._classes.kind(callee) == "callback":
                        yield callee

    def _callbacks(self, expr: facts.Expr, scope: Scope, depth: int = 3) -> Iterator[ClassInfo]:
        types = self._typing.of(expr, scope)
        for t in types | self._typing.elements(types):
            if isinstance(t.ref, ClassInfo) and self._classes.kind(t.ref) == "callback":
                yield t.ref
        for call in self._calls(expr, scope) if depth else ():
            if str(getattr(call.func, "attr", getattr(call.func, "id", ""))) in _HOLDERS:
                for argument in call.arguments:
                    yield from self._callbacks(argument.value, scope, depth - 1)

        for held in _added(expr, scope) if depth else ():
            yield from self._callbacks(held, scope, depth - 1)

    def _calls(self, expr: facts.Expr, scope: Scope) -> Iterator[facts.Call]:
        """The call that an expression is, or those that a variable was given."""
        if isinstance(expr, facts.Call):
            yield expr
        elif isinstance(expr, facts.Name):
            function, typing = scope.function, self._typing
            names = (typing.bindings(function) if function is not None else typing.module_bindings(scope.module)).names
            yield from (b.expr for b in names.get(expr.id, ()) if b.how == "value" and isinstance(b.expr, facts.Call))


def _added(expr: facts.Expr, scope: Scope) -> Iterator[facts.Expr]:
    """What a list gets after it was made: ``callbacks.append(Log())``, ``callbacks += [Log()]``."""
    name = walk.chain(expr)
    body = scope.function.body if scope.function is not None else scope.module.facts.body
    for action in walk.actions(body) if name else ():
        if isinstance(action, facts.Augment) and action.op == "+" and walk.chain(action.target) == name:
            yield action.value
        for call in walk.calls_in(action):
            func = call.func
            if isinstance(func, facts.Attribute) and func.attr in _ADDS and walk.chain(func.value) == name:
                yield from (argument.value for argument in call.arguments[-1:])
