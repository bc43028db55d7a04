"""What a test leaves of a world in either arm: the word is heard in one, there is no state, or there is no telling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lstm_lint import facts, walk
from lstm_lint.flow import Branch
from lstm_lint.project.signal_calls import begins
from lstm_lint.project.signal_views import View
from lstm_lint.project.signal_worlds import World, key
from lstm_lint.vocabulary.names import looks_like_state

_RECURRENT = re.compile(r"recurrent|lstm|rnn|gru|stateful|memory|hidden", re.IGNORECASE)

Arms = tuple[Iterable[World], Iterable[World]]


class SignalTests:
    """Answers for the tests of one function."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._following = view.following
        self._branches = {id(branch.test): branch for branch in walk.branches(view.fact.body)}

    def arms(self, world: World, test: object) -> Arms:
        """The worlds in which a test holds, and those in which it does not."""
        return self._tested(world, test, self._branches.get(id(test)))

    def heard(self, world: World, node: object) -> World:
        """The same, once the word is asked for while it is given."""
        asks = world.given and any(self._view.asks(expr) for expr in walk.expressions(node))
        self._following.heard = self._following.heard or asks
        return replace(world, heard=True) if asks else world

    def _tested(self, world: World, test: object, branch: Branch | None) -> Arms:
        if isinstance(test, facts.BoolOp):
            return self._both(world, test, branch)
        if isinstance(test, facts.Operation) and test.op == "not":
            yes, no = self._tested(world, test.operands[0], branch)
            return no, yes
        said = self._view.truth(test, world)
        if said is not None:
            heard = self.heard(world, test)
            return ([heard], []) if said else ([], [heard])
        return self._absent(world, test) or self._unknown(world, test, branch)

    def _both(self, world: World, test: facts.BoolOp, branch: Branch | None) -> Arms:
        """``and`` and ``or``, part by part."""
        yes, no = self._tested(world, test.left, branch)
        first, out = (yes, list(no)) if test.op == "and" else (no, list(yes))
        on: list[World] = []
        for each in first:
            holds, fails = self._tested(each, test.right, branch)
            on += holds if test.op == "and" else fails
            out += fails if test.op == "and" else holds
        return (on, out) if test.op == "and" else (out, on)

    def _absent(self, world: World, test: object) -> Arms | None:
        """A test of whether there is a state: where there is none, none is old."""
        subject, there = _subject(test)
        if _is_recurrent(subject):
            none = self._following.right(world)
        elif subject is test and not isinstance(test, (facts.Name, facts.Attribute)):
            return None
        elif self._view.is_old(subject, world):
            name = key(subject)
            none = replace(world, old=world.old - {name} if name in self._following.all_old else frozenset())
        else:
            return None
        return ([world], [none]) if there else ([none], [world])

    def _unknown(self, world: World, test: object, branch: Branch | None) -> Arms:
        """A test of which nothing is known: either arm, unless it may have to do with the state."""
        either = world
        if branch is not None and self._matters(branch) and not self._view.is_free(test, world):
            if world.heard:
                either = self._following.right(world)
            elif self._signals(branch):
                either = replace(world, murky=True)
        return [either], [either]

    def _matters(self, branch: Branch) -> bool:
        """Whether an arm leaves, or does something that may have to do with the word or the state."""
        calls = (call for arm in (branch.then, branch.orelse) for call in walk.calls(arm))
        return walk.leaves(branch) or self._signals(branch) or any(map(begins, calls))

    def _signals(self, branch: Branch) -> bool:
        """Whether an arm or the test has to do with the word or the state."""
        names = self._following.states | self._view.signal.names
        return any(
            (isinstance(expr, facts.Attribute) and expr.attr in names)
            or (isinstance(expr, facts.Constant) and expr.value in names)
            or (isinstance(expr, facts.Call) and self._view.may_touch(expr))
            for action in walk.actions(branch)
            for expr in walk.expressions(action)
        )


def _subject(test: object) -> tuple[object, bool]:
    """What a test asks for, and whether it holds where that is there."""
    subject, there = test, True
    if isinstance(test, facts.Operation) and len(test.operands) == 2:
        if test.op in ("is", "is not", "==", "!=") and walk.is_none(test.operands[1]):
            subject, there = test.operands[0], test.op in ("is not", "!=")
        elif test.op in ("in", "not in"):
            subject, there = test.operands[1], test.op == "in"
    return (subject.target if isinstance(subject, facts.Walrus) else subject), there


def _is_recurrent(expr: object) -> bool:
    """Whether a test asks whether a policy has a state at all."""
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) == "hasattr"
    if not isinstance(expr, facts.Attribute):
        return False
    return _RECURRENT.search(expr.attr) is not None and not looks_like_state(expr.attr)
