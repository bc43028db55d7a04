"""Syncs that leave a state as it is, as far as names and the shape of code tell: a note, where no run met the state.

A weight replacement whose source is the trained copy, in a class or loop that keeps a recurrent state, with no reset
behind it. Nothing here proves that the receiver is recurrent, or that its state is the one that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.beside import COMMON, Beside
from lstm_lint.project.cleared import Cleared
from lstm_lint.project.handed import argument
from lstm_lint.project.kept import CONSTRUCTORS, Keeping, Kept
from lstm_lint.project.pushed import GIVES, HANDS_OVER, PUSHES, Pushed
from lstm_lint.project.receiving import SHARED, Receiving
from lstm_lint.project.served import Served
from lstm_lint.project.sourced import INTO, Sourced
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.sync_words import (
    AT_START,
    COPIES,
    FETCHES,
    FROM_TRAINED,
    LOADS,
    MOVES,
    TELLS,
    WRITES,
    is_beside,
    is_others,
)

if TYPE_CHECKING:
    from lstm_lint.project import Project

_UP = 3
_FEW = 4
"""A method of so many classes may be meant by a call of its name on something of unknown class."""


class Follower(NamedTuple):
    """A call that gives a network the trained copy's weights, and the state that is kept beside it."""

    path: str
    span: Span
    receiver: str
    kept: Kept
    function: FunctionInfo


class _Sync(NamedTuple):
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


class Following:
    """The syncs of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._keeping = Keeping(project.classes)
        self._handed = project.handed
        self._beside = Beside(project, self._keeping)
        self._sourced = Sourced(project)
        self._receiving = Receiving(self._keeping, project.typing)
        self._pushed = Pushed(project, self._keeping)
        self._cleared = Cleared(project)
        self._served = Served(project, self._keeping)
        self._names: dict[str, bool] = {}
        self._covered: set[int] = set()
        """The syncs with which a reset goes: who asks for them asks for both."""

    def find(self, report_on: frozenset[str]) -> Iterator[Follower]:
        """Every sync in the files reported on that leaves a kept state as it is, each once."""
        done: set[tuple[str, Span]] = set()
        known: dict[int, Follower | None] = {}
        under: dict[int, _Sync | None] = {}
        todo: list[tuple[_Sync, int, _Sync | None]] = [(sync, 0, None) for sync in self._leaves()]
        while todo:
            sync, up, below = todo.pop(0)
            under.setdefault(id(sync.call), below)
            again = id(sync.call) in known and (sync.kept is None or known[id(sync.call)] is not None)
            inside = known.get(id(below.call)) if below is not None else None
            found = known[id(sync.call)] if again else self._judge(sync, below is None, inside)
            known[id(sync.call)] = found
            if found is not None and (found.path, found.span) not in done:
                done.add((found.path, found.span))
                if found.path in report_on:
                    yield found
            unnoted = below is not None and known.get(id(below.call)) is None
            if found is not None and below is not None and unnoted and self._is_kept_for(found, below):
                known.pop(id(below.call), None)
                todo.append((below, _UP, under.get(id(below.call))))
            climbs = up < _UP and sync.kept is None and (found is None or self._tells(sync.function))
            climbs = climbs and id(sync.call) not in self._covered
            if not again and climbs and not self._is_start(sync.function, below is None):
                todo += [(user, up + 1, sync) for user in self._users(sync)]

    @staticmethod
    def _tells(function: FunctionInfo) -> bool:
        """Whether a call of a function reads as one that brings new weights, to be named beside the sync inside."""
        trains = "backward" in function.fact.mentions
        return TELLS.search(function.fact.name) is not None or (function.fact.name == "update" and not trains)

    def _is_kept_for(self, found: Follower, below: _Sync) -> bool:
        """Whether a caller keeps the state in a variable of its loop, for its own method or a function that syncs."""
        already = self._beside.by_callers.get(below.function)
        if "." in found.kept.name or (already is not None and already != found.kept):
            return False
        self._beside.by_callers[below.function] = found.kept
        klass = below.function.klass
        return (klass is not None and klass is found.function.klass) or self._is_handed(below) or self._sets(below)

    def _sets(self, sync: _Sync) -> bool:
        """Whether a method hands the weights that it is given to its object or a part of it, and few have its name."""
        receiver = walk.chain(sync.call.func.value) if isinstance(sync.call.func, facts.Attribute) else None
        if not sync.given or receiver is None or receiver.partition(".")[0] != "self" or is_beside(sync.call.func):
            return False
        name = sync.function.fact.name
        return sum(name in klass.fact.functions for klass in self._project.classes.all) <= _FEW

    def _is_handed(self, sync: _Sync) -> bool:
        """Whether a function is handed what it gives weights to, or what holds it: ``actor.models.items()``."""
        root = walk.root(sync.call.func)
        bound = self._project.typing.bindings(sync.function.fact).names
        held = [each.expr for each in bound.get(walk.last_name(root), ()) if each.how == "element"]
        return any(_parameter(each, sync.function) for each in (root, *held))

    def _leaves(self) -> Iterator[_Sync]:
        """The calls that give a network weights of the trained copy."""
        for function in (*self._project.functions, *self._project.programs):
            named = {name for name in function.fact.mentions if self._may_sync(name)}
            if not named:
                continue
            for action in walk.actions(function.fact.body):
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Call) and walk.last_name(expr.func) in named:
                        yield from self._leaf(expr, function)

    def _may_sync(self, name: str) -> bool:
        known = self._names.get(name)
        if known is None:
            by_name = FETCHES.search(name) is not None or COPIES.search(name) is not None
            by_name = by_name or MOVES.search(name) is not None or GIVES.search(name) is not None
            by_name = by_name or PUSHES.search(name) is not None
            by_row = bool(self._sourced.names) and (name in self._sourced.names or name in INTO)
            known = self._names[name] = name in WRITES or name in HANDS_OVER or by_name or by_row
        return known

    def _leaf(self, call: facts.Call, function: FunctionInfo) -> Iterator[_Sync]:
        """A call as a sync, if it is one."""
        kept = self._sourced.syncs(call, function) if self._sourced.names else None
        if kept is not None:
            stored = any(self._handed.origin(each.value, function) == "stored" for each in call.arguments)
            if not stored:
                yield _Sync(function, call, kept=kept)
        elif kept := self._copied(call, function) or self._taken(call, function):
            yield _Sync(function, call, kept=kept)
        elif kept := self._pushed.by(call, function):
            yield _Sync(function, call, kept=kept, receiver=self._pushed.receiver(call))
            for below, inner in self._pushed.below(call, function):
                yield _Sync(below, inner, kept=kept)
        elif (copied := self._pushed.copied(call, function)) is not None:
            receiver, new = copied
            if not is_beside(receiver) and self._handed.origin(new, function) == "trained":
                yield _Sync(function, call, _parameter(new, function), receiver=receiver)
        elif self._fetches(call) and not self._is_argument(call, function):
            yield _Sync(function, call)
        elif kept := self._inside(call, function):
            yield _Sync(function, call, kept=kept)
        elif kept := self._published(call, function):
            yield _Sync(function, call, kept=kept, own=True)
        elif self._writes(call, function):
            yield _Sync(function, call, _parameter(call.arguments[0].value, function))

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
    def _is_argument(call: facts.Call, function: FunctionInfo) -> bool:
        """Whether another call is handed what a call gives: it fetches weights and puts them nowhere itself."""
        return any(
            isinstance(expr, facts.Call) and any(each.value is call for each in expr.arguments)
            for action in walk.actions(function.fact.body)
            for expr in walk.expressions(action)
        )

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

    def _users(self, sync: _Sync) -> Iterator[_Sync]:
        """The calls that lead to a sync, but for those that hand it weights from elsewhere."""
        for user, call in self._handed.calls(sync.function):
            if sync.function.fact.name in COMMON and not self._handed.is_surely(call, user, sync.function):
                continue
            if self._is_argument(call, user):
                continue
            given = argument(call, sync.function, sync.given) if sync.given else None
            if given is not None and self._handed.origin(given, user) == "stored":
                continue
            yield _Sync(user, call, _parameter(given, user) if given is not None else "")

    def _is_start(self, function: FunctionInfo, leaf: bool = False) -> bool:
        """Whether a function runs before anything acts, or to read a checkpoint.

        One that loads what by its source is the trained copy's reads none: ``load_params()`` of a remote actor.
        """
        name = function.fact.name
        if name in CONSTRUCTORS or self._project.callers.only_constructing(function):
            return True
        if FETCHES.search(name) or FROM_TRAINED.search(name) or name.startswith("load_weights"):
            return False
        if leaf and LOADS.search(name):
            return False
        return AT_START.search(name) is not None

    def _judge(self, sync: _Sync, leaf: bool, inside: Follower | None = None) -> Follower | None:
        """The sync as one to report: something is kept around it, or in what a call runs, that it does not reset."""
        function, func = sync.function, sync.call.func
        if self._is_start(function, leaf) or (sync.kept is None and "target" in function.fact.name):
            return None
        receiver = sync.receiver or (func.value if isinstance(func, facts.Attribute) else func)
        if isinstance(receiver, facts.Call) or (walk.last_name(func) == "remote" and sync.kept is None):
            return None
        if is_beside(receiver) and not (sync.kept is not None and sync.kept.by):
            return None
        if function.fact.name in ("main", "<module>") and not self._beside.loops(function, sync.call):
            return None
        writes = walk.last_name(func) in WRITES
        own = not sync.own and self._receiving.is_own(sync.call, function)
        if writes and (own or self._receiving.is_made_here(receiver, function)):
            return None
        if self._is_first(sync.call, function):
            return None
        kept = sync.kept or self._beside.kept(function, sync.call)
        if kept is None and leaf and function.klass is not None and self._sourced.names:
            kept = self._sourced.keeps(function.klass)
        again = function.klass is not None or bool(self._beside.loops(function, sync.call))
        if kept is None and again and inside is not None and "self." in inside.kept.name and is_others(func):
            kept = inside.kept._replace(name=_of_it(inside.kept.name))
        if kept is None:
            return None
        if self._beside.is_covered(function, sync.call, kept):
            self._covered.add(id(sync.call))
            return None
        if writes and self._is_copied_from(sync.call, function, kept):
            return None
        shown = walk.render(receiver) or ""
        if shown == "self" and sync.kept is not None and MOVES.search(walk.last_name(func)):
            shown = kept.by or shown  # `self.copy_weights(self.actor, self.net)`
        return Follower(function.module.path, sync.call.span, shown, kept, function)

    def _is_first(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a call stands before a loop in which the same is said again: nothing has been stepped yet."""
        said = walk.render(call.func)
        if self._beside.loops(function, call):
            return False
        return any(
            each is not call
            and each.span.line > call.span.line
            and walk.render(each.func) == said
            and bool(self._beside.loops(function, each))
            for each in walk.calls(function.fact.body)
        )

    def _is_copied_from(self, call: facts.Call, function: FunctionInfo, kept: Kept) -> bool:
        """Whether what acts is the network that the weights are read from: the receiver is its target."""
        receiver = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
        every = [each for each, _ in self._keeping.in_loops(function)]
        every += [kept] if kept.name.startswith("self.") else []
        if any(each.by.rpartition(".")[0] == receiver or each.by == receiver for each in every):
            return False
        return any(self._receiving.is_of_source(each, call, function) for each in every)


def _of_it(name: str) -> str:
    """The name of a state that the receiver of a call keeps."""
    return name.replace("self.", "its ") if " " in name else f"its {name.removeprefix('self.')}"


def _parameter(expr: facts.Expr, function: FunctionInfo) -> str:
    """The parameter that an expression reads its weights from, if it does."""
    names = {parameter.name for parameter in function.fact.parameters}
    found = (part.id for part in walk.expressions(expr) if isinstance(part, facts.Name) and part.id in names)
    return next((name for name in found if name not in ("self", "cls")), "")
