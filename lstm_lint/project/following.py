"""Syncs that leave a state as it is, as far as names and the shape of code tell: a note, where no run met the state.

A weight replacement whose source is the trained copy, in a class or loop that keeps a recurrent state, with no reset
behind it. Nothing here proves that the receiver is recurrent, or that its state is the one that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.beside import COMMON, Beside
from lstm_lint.project.handed import argument
from lstm_lint.project.kept import CONSTRUCTORS, Keeping, Kept
from lstm_lint.project.receiving import Receiving
from lstm_lint.project.sourced import Sourced
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.sync_words import (
    AT_START,
    FETCHES,
    FROM_TRAINED,
    LOADS,
    MOVES,
    TELLS,
    WRITES,
    is_beside,
    is_others,
)
from lstm_lint.project.syncs import Sync, Syncs, parameter_read

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


class Following:
    """The syncs of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._keeping = Keeping(project.classes)
        self._handed = project.handed
        self._beside = Beside(project, self._keeping)
        self._sourced = Sourced(project)
        self._receiving = Receiving(self._keeping, project.typing)
        self._syncs = Syncs(project, self._keeping, self._beside, self._sourced, self._receiving)
        self._covered: set[int] = set()
        """The syncs with which a reset goes: who asks for them asks for both."""

    def find(self, report_on: frozenset[str]) -> Iterator[Follower]:
        """Every sync in the files reported on that leaves a kept state as it is, each once."""
        done: set[tuple[str, Span]] = set()
        known: dict[int, Follower | None] = {}
        under: dict[int, Sync | None] = {}
        todo: list[tuple[Sync, int, Sync | None]] = [(sync, 0, None) for sync in self._syncs.leaves()]
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

    def _is_kept_for(self, found: Follower, below: Sync) -> bool:
        """Whether a caller keeps the state in a variable of its loop, for its own method or a function that syncs."""
        already = self._beside.by_callers.get(below.function)
        if "." in found.kept.name or (already is not None and already != found.kept):
            return False
        self._beside.by_callers[below.function] = found.kept
        klass = below.function.klass
        return (klass is not None and klass is found.function.klass) or self._is_handed(below) or self._sets(below)

    def _sets(self, sync: Sync) -> bool:
        """Whether a method hands the weights that it is given to its object or a part of it, and few have its name."""
        receiver = walk.chain(sync.call.func.value) if isinstance(sync.call.func, facts.Attribute) else None
        if not sync.given or receiver is None or receiver.partition(".")[0] != "self" or is_beside(sync.call.func):
            return False
        name = sync.function.fact.name
        return sum(name in klass.fact.functions for klass in self._project.classes.all) <= _FEW

    def _is_handed(self, sync: Sync) -> bool:
        """Whether a function is handed what it gives weights to, or what holds it: ``actor.models.items()``."""
        root = walk.root(sync.call.func)
        bound = self._project.typing.bindings(sync.function.fact).names
        held = [each.expr for each in bound.get(walk.last_name(root), ()) if each.how == "element"]
        return any(parameter_read(each, sync.function) for each in (root, *held))

    def _users(self, sync: Sync) -> Iterator[Sync]:
        """The calls that lead to a sync, but for those that hand it weights from elsewhere.

        A training as a whole, ``agent.train()``, is none: what it is called on is the trained copy.
        """
        if sync.function.fact.name == "train" and sync.function.klass is not None and not sync.given:
            return
        for user, call in self._handed.calls(sync.function):
            if sync.function.fact.name in COMMON and not self._handed.is_surely(call, user, sync.function):
                continue
            if self._syncs.is_argument(call, user):
                continue
            given = argument(call, sync.function, sync.given) if sync.given else None
            if given is not None and self._handed.origin(given, user) == "stored":
                continue
            yield Sync(user, call, parameter_read(given, user) if given is not None else "")

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

    def _judge(self, sync: Sync, leaf: bool, inside: Follower | None = None) -> Follower | None:
        """The sync as one to report: something is kept around it, or in what a call runs, that it does not reset."""
        function, func = sync.function, sync.call.func
        if self._is_start(function, leaf) or (sync.kept is None and "target" in function.fact.name):
            return None
        receiver = sync.receiver or (func.value if isinstance(func, facts.Attribute) else func)
        if isinstance(receiver, facts.Call) or (walk.last_name(func) == "remote" and sync.kept is None):
            return None
        if is_beside(receiver) and not (sync.kept is not None and sync.kept.by):
            return None
        if function.fact.name in ("main", "<module>") and not self._keeping.loops(function.fact, sync.call):
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
        again = function.klass is not None or bool(self._keeping.loops(function.fact, sync.call))
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
        if self._keeping.loops(function.fact, call):
            return False
        return any(
            each is not call
            and each.span.line > call.span.line
            and walk.render(each.func) == said
            and bool(self._keeping.loops(function.fact, each))
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
