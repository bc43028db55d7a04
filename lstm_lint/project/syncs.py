"""Calls that by their names and their place give a network the weights of the trained copy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.beside import Beside
from lstm_lint.project.cleared import Cleared
from lstm_lint.project.handed import argument
from lstm_lint.project.kept import Keeping, Kept
from lstm_lint.project.pushed import GIVES, HANDS_OVER, PUSHES, Pushed
from lstm_lint.project.receiving import SHARED, Receiving
from lstm_lint.project.served import Served
from lstm_lint.project.sourced import INTO, Sourced
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.sync_words import COPIES, FETCHES, MOVES, WRITES, is_beside

if TYPE_CHECKING:
    from lstm_lint.project import Project


class Sync(NamedTuple):
    """A call on the way from a loop to a weight replacement; ``given``: the parameter by which the weights come in."""

    function: FunctionInfo
    call: facts.Call
    given: str = ""
    kept: Kept | None = None
    """The state that is left as it is, where a row says so."""
    receiver: facts.Expr | None = None
    """What gets the weights, where the call is not one of its methods."""
    own: bool = False
    """Whether the weights may be of another network of the object that holds the receiver."""


class Syncs:
    """The calls of a project that may be such a sync."""

    def __init__(
        self, project: Project, keeping: Keeping, beside: Beside, sourced: Sourced, receiving: Receiving
    ) -> None:
        self._project = project
        self._handed = project.handed
        self._beside = beside
        self._sourced = sourced
        self._receiving = receiving
        self._pushed = Pushed(project, keeping)
        self._cleared = Cleared(project)
        self._served = Served(project, keeping)
        self._names: dict[str, bool] = {}

    def leaves(self) -> Iterator[Sync]:
        """The calls that give a network weights of the trained copy."""
        for function in (*self._project.functions, *self._project.programs):
            named = {name for name in function.fact.mentions if self._may_sync(name)}
            if not named:
                continue
            for call in walk.calls(function.fact.body):
                if walk.last_name(call.func) in named:
                    yield from self._leaf(call, function)

    def _may_sync(self, name: str) -> bool:
        known = self._names.get(name)
        if known is None:
            by_name = FETCHES.search(name) is not None or COPIES.search(name) is not None
            by_name = by_name or MOVES.search(name) is not None or GIVES.search(name) is not None
            by_name = by_name or PUSHES.search(name) is not None
            by_row = bool(self._sourced.names) and (name in self._sourced.names or name in INTO)
            known = self._names[name] = name in WRITES or name in HANDS_OVER or by_name or by_row
        return known

    def _leaf(self, call: facts.Call, function: FunctionInfo) -> Iterator[Sync]:
        """A call as a sync, if it is one."""
        kept = self._sourced.syncs(call, function) if self._sourced.names else None
        if kept is not None:
            stored = any(self._handed.origin(each.value, function) == "stored" for each in call.arguments)
            if not stored:
                yield Sync(function, call, kept=kept)
        elif kept := self._copied(call, function) or self._taken(call, function):
            yield Sync(function, call, kept=kept)
        elif kept := self._pushed.by(call, function):
            yield Sync(function, call, kept=kept, receiver=self._pushed.receiver(call))
            for below, inner in self._pushed.below(call, function):
                yield Sync(below, inner, kept=kept)
        elif (copied := self._pushed.copied(call, function)) is not None:
            receiver, new = copied
            if not is_beside(receiver) and self._handed.origin(new, function) == "trained":
                yield Sync(function, call, parameter_read(new, function), receiver=receiver)
        elif self._fetches(call) and not self.is_argument(call, function):
            yield Sync(function, call)
        elif kept := self._inside(call, function):
            yield Sync(function, call, kept=kept)
        elif kept := self._published(call, function):
            yield Sync(function, call, kept=kept, own=True)
        elif self._writes(call, function):
            yield Sync(function, call, parameter_read(call.arguments[0].value, function))

    def _taken(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state of an object of a library in view, where it is given the trained copy's weights."""
        kept = self._sourced.takes(call, function) if self._sourced.names else None
        return kept if kept and self._handed.origin(call.arguments[0].value, function) == "trained" else None

    def _inside(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state inside a network that is given the trained copy's weights, or that comes to it from outside.

        What clears it at times, or steps it for others, carries a state, whatever it is called.
        """
        func = call.func
        if not isinstance(func, facts.Attribute) or func.attr not in WRITES or not call.arguments:
            return None
        kept = self._cleared.by(call, function) or self._serves(func.value, function)
        kept = kept or self._served.around(call, function)
        if kept is None or self._receiving.is_own(call, function):
            return None
        return kept if self._handed.origin(call.arguments[0].value, function) == "trained" else None

    def _published(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state of actors that act with a network of a learner, where it takes over what the learner trains."""
        kept = self._beside.acted_with.by_attribute(call, function) if walk.last_name(call.func) in WRITES else None
        if kept is None or not call.arguments:
            return None
        return kept if self._handed.origin(call.arguments[0].value, function) == "trained" else None

    def _serves(self, receiver: facts.Expr, function: FunctionInfo) -> Kept | None:
        """The state that a network of the own object steps for others."""
        chain = walk.chain(receiver)
        if function.klass is None or chain is None or not chain.startswith("self.") or is_beside(receiver):
            return None
        return self._served.by(function.klass, chain)

    def _copied(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state that a network of an object advances, where another of its networks is copied into it."""
        name = walk.last_name(call.func)
        if function.klass is None or not MOVES.search(name) or name not in self._defined:
            return None
        receiver = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
        into = receiver is not None and receiver.startswith("self.") and "target" not in name
        written = receiver if into else self._written(call, name)
        if written is None or not written.startswith("self."):
            return None
        return self._beside.advanced_by(function.klass, written) or self._served.by(function.klass, written)

    def _written(self, call: facts.Call, name: str) -> str | None:
        """What a call hands to the parameter named as the target of a function that copies one network to another."""
        for function in self._project.functions:
            if function.fact.name != name:
                continue
            for parameter in function.fact.parameters:
                given = argument(call, function, parameter.name) if "target" in parameter.name else None
                if given is not None:
                    return walk.chain(given)
        return None

    def _fetches(self, call: facts.Call) -> bool:
        """Whether a call is of a function of the project that by its name fetches the newest weights."""
        name = walk.last_name(call.func)
        if name not in self._defined or is_beside(call.func):
            return False
        if FETCHES.search(name) is not None:
            return True
        first = walk.last_name(call.arguments[0].value) if call.arguments else ""
        return COPIES.search(name) is not None and SHARED.search(first) is not None

    @staticmethod
    def is_argument(call: facts.Call, function: FunctionInfo) -> bool:
        """Whether another call is handed what a call gives: it fetches weights and puts them nowhere itself."""
        return any(each.value is call for other in walk.calls(function.fact.body) for each in other.arguments)

    @cached_property
    def _defined(self) -> frozenset[str]:
        return frozenset(function.fact.name for function in self._project.functions)

    def _writes(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a call replaces the weights of something that acts by those of the trained copy."""
        func = call.func
        if not isinstance(func, facts.Attribute) or func.attr not in WRITES or not call.arguments:
            return False
        if (
            is_beside(func.value)
            or self._receiving.is_made_here(func.value, function)
            or self._receiving.is_own(call, function)
        ):
            return False
        origin = self._handed.origin(call.arguments[0].value, function)
        return origin == "trained" or (origin == "stored" and FETCHES.search(function.fact.name) is not None)


def parameter_read(expr: facts.Expr, function: FunctionInfo) -> str:
    """The parameter that an expression reads its weights from, if it does."""
    names = {parameter.name for parameter in function.fact.parameters}
    found = (part.id for part in walk.expressions(expr) if isinstance(part, facts.Name) and part.id in names)
    return next((name for name in found if name not in ("self", "cls")), "")
