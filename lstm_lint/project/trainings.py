"""The lines of one function on which a network may be trained, or given other weights."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.bodies import Body
from lstm_lint.project.optimizer_steps import trains, trains_with_its_own
from lstm_lint.project.placed import Placed, binds, is_same, mentions, training_calls
from lstm_lint.project.symbols import External, FunctionInfo
from lstm_lint.project.types import Scope
from lstm_lint.vocabulary import MethodRow

if TYPE_CHECKING:
    from lstm_lint.project import Project

# What these make has an `update()` that trains nothing: a digest, a counter, a bar.
_TRAIN_NOTHING = sys.stdlib_module_names | {"tqdm", "rich"}


class Trainings:
    """Of one function, or of the top level of a module."""

    def __init__(self, project: Project, body: Body, placed: Sequence[Placed]) -> None:
        self._project = project
        self._body = body
        self._placed = placed

    def lines(self, holder: facts.Expr, name: str) -> list[int]:
        """Where the network may be trained, or given other weights than those in the variable of that name."""
        own = walk.chain(holder)
        by_name = [
            call.span.line
            for call in training_calls(self._placed, own)
            if not (name and any(mentions(a.value, name) for a in call.arguments))
            and not _merges(call, name)
            and not self._is_of_standard_library(call)
            and not self._is_of_other(call, own)
        ]
        others = (*self._by_row(own), *self._by_what_it_does(holder, name))
        return by_name + [line for line in others if line not in by_name]

    def _by_row(self, own: str | None) -> Iterator[int]:
        """The calls of a library's agent that train the network in question, by the row of the method."""
        watching: list[facts.Expr] = []
        for each in self._placed:
            action = each.action
            if isinstance(action, facts.Enter) and self._is_to_watch(action.item):
                watching.append(action.item)
            elif isinstance(action, facts.Exit):
                watching = [item for item in watching if item is not action.item]
            for call in walk.expressions(action) if own is not None and not watching else ():
                row = self._row(call)
                if row is not None and row.trains and isinstance(call, facts.Call) and self._has(call.func, str(own)):
                    yield call.span.line

    def _has(self, method: facts.Expr, own: str) -> bool:
        """Whether the agent whose method this is acts with the network in question, as far as is seen here."""
        agent = walk.chain(method.value) if isinstance(method, facts.Attribute) else None
        return agent is not None and (f"{own}.".startswith(f"{agent}.") or self._is_given(agent, own))

    def _is_to_watch(self, item: facts.Expr) -> bool:
        """Whether what is done within a ``with`` block trains nothing: ``with agent.eval_mode():``."""
        row = self._row(item)
        return row is not None and (row.within or {}).get("training") is False

    def _row(self, call: object) -> MethodRow | None:
        """What the vocabulary says of a method that is called."""
        if not isinstance(call, facts.Call) or not isinstance(call.func, facts.Attribute):
            return None
        types = self._project.typing.of(call.func.value, self._body.scope)
        rows = (self._project.classes.method(t.ref, call.func.attr) for t in types)
        return next((row for row in rows if isinstance(row, MethodRow)), None)

    def _is_given(self, agent: str, own: str) -> bool:
        """Whether an agent is made here with a network."""
        return any(
            isinstance(each.action, facts.Assign) and binds(each.action, agent) and mentions(each.action.value, own)
            for each in self._placed
        )

    def _by_what_it_does(self, holder: facts.Expr, name: str) -> Iterator[int]:
        """The calls of functions in view that train, of what has the network or with it, whatever they are called."""
        root, scope = walk.root(holder), self._body.scope
        own = scope.function.parameters[:1] if scope.klass is not None and scope.function is not None else ()
        if not isinstance(root, facts.Name) or any(each.name == root.id for each in own):
            return  # an object may train one of its networks and not the other
        for each in self._placed:
            for call in walk.expressions(each.action):
                if not isinstance(call, facts.Call) or _is_about(call, name):
                    continue
                function = self._function(call)
                if function is None:
                    continue
                if _is_about(call, root.id):
                    if trains(function.fact, call, function.klass is not None):
                        yield call.span.line
                elif self._shares(function, root.id) and trains_with_its_own(
                    function.fact, call, root.id, self._beside(function)
                ):
                    yield call.span.line

    def _shares(self, function: FunctionInfo, name: str) -> bool:
        """Whether a name stands for the same variable in a function that is called as it does here."""
        scope, fact = self._body.scope, function.fact
        if function.klass is not None or function.module is not scope.module or name not in fact.mentions:
            return False
        if self._project.typing.is_local(name, Scope(function.module, None, fact)):
            return False
        here = scope.function
        if here is not None and fact.qualname.startswith(f"{here.qualname}.<locals>."):
            return True
        return "." not in fact.qualname and not self._project.typing.is_local(name, scope)

    def _beside(self, function: FunctionInfo) -> Iterator[object]:
        """What is done here and at the top level, where an optimizer may be made."""
        yield from (each.action for each in self._placed)
        yield from walk.actions(function.module.facts.body)

    def _function(self, call: facts.Call) -> FunctionInfo | None:
        symbol = self._project.typing.callee(call.func, self._body.scope)
        if isinstance(symbol, FunctionInfo):
            return symbol
        if isinstance(call.func, facts.Name):
            return self._inside.get(call.func.id)
        if isinstance(call.func, facts.Attribute):
            for t in self._project.typing.of(call.func.value, self._body.scope):
                method = self._project.classes.method(t.ref, call.func.attr)
                if isinstance(method, FunctionInfo):
                    return method
        return None

    @cached_property
    def _inside(self) -> dict[str, FunctionInfo]:
        """The functions that are defined in this one, by name."""
        scope = self._body.scope
        own = f"{scope.function.qualname}.<locals>." if scope.function is not None else ""
        return {
            each.fact.name: each
            for each in self._project.functions
            if own and each.module is scope.module and each.fact.qualname == own + each.fact.name
        }

    def _is_of_other(self, call: facts.Call, own: str | None) -> bool:
        """Whether an algorithm is trained that is not the one in question."""
        if not isinstance(call.func, facts.Attribute) or own is None:
            return False
        types = self._project.typing.of(call.func.value, self._body.scope)
        algorithm = any(self._project.classes.kind(t.ref) == "algorithm" for t in types)
        return algorithm and not is_same(walk.chain(call.func.value) or own, own)

    def _is_of_standard_library(self, call: facts.Call) -> bool:
        """Whether ``digest.update(...)`` is a method of what a function of Python's own library made, or of a bar."""
        owner = call.func.value if isinstance(call.func, facts.Attribute) else None
        if not isinstance(owner, facts.Name):
            return False
        actions = (each.action for each in self._placed)
        made = [each.value for each in actions if isinstance(each, facts.Assign) and binds(each, owner.id)]
        symbols = [
            self._project.typing.callee(value.func, self._body.scope) for value in made if isinstance(value, facts.Call)
        ]
        return len(symbols) == len(made) > 0 and all(
            isinstance(symbol, External) and symbol.dotted.partition(".")[0] in _TRAIN_NOTHING for symbol in symbols
        )


def _is_about(call: facts.Call, name: str) -> bool:
    """Whether a call is one of a method of what is in a variable, or is handed that or a part of it."""
    about = [argument.value for argument in call.arguments]
    if isinstance(call.func, facts.Attribute):
        about.append(call.func.value)
    return any(isinstance(root, facts.Name) and root.id == name for root in map(walk.root, about))


def _merges(call: facts.Call, name: str) -> bool:
    """Whether ``d.update(...)`` merges dictionaries: the one in question, or one that is written out."""
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr != "update":
        return False
    return walk.chain(func.value) == name or any(isinstance(a.value, facts.DictDisplay) for a in call.arguments)
