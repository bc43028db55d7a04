"""Word that a load leaves for whoever steps next: ``self.is_new = True``, and ``if self.is_new: self.h = None``.

As a stamp does, it says that a state is of other weights; here it is a flag, which is on, or off, until it is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.looks import is_anew
from lstm_lint.project.signals import Flag
from lstm_lint.project.stamp_names import arm_of


class Flagged:
    """Answers for the functions of a project."""

    def __init__(self, functions: Iterable[facts.FunctionFact]) -> None:
        self._functions = list(functions)
        self._blanking: dict[str, set[str]] | None = None

    def left_at(self, function: facts.FunctionFact, span: Span) -> frozenset[Flag]:
        """The flags that a function sets beside what stands there."""
        return frozenset(
            Flag(target.attr, value.value)
            for target, value in _given(walk.actions(arm_of(function, span)))
            if isinstance(target, facts.Attribute) and isinstance(value, facts.Constant)
            if isinstance(value.value, bool)
        )

    def resets(self, function: facts.FunctionFact, flags: frozenset[Flag], states: frozenset[str]) -> bool:
        """Whether a function begins states of these names anew where one of the flags says so, before it reads them.

        All of them: to begin one of two anew is half of it.
        """
        whole = list(walk.actions(function.body))
        for branch in walk.branches(function.body):
            if not flags.isdisjoint(_asked(branch.test)):
                at = next(n for n, action in enumerate(whole) if action is branch.test)
                read = any(_reads(action, states) for action in whole[:at])
                arm = list(walk.actions(branch.then))
                if not read and all(any(self._blanks(a, frozenset({each})) for a in arm) for each in states):
                    return True
        return False

    def _blanks(self, action: object, states: frozenset[str]) -> bool:
        """Whether an action gives a state an initial value, or calls a function that does nothing else with it."""
        for target, value in _given((action,)):
            if value is not None and is_anew(value) and walk.last_name(walk.container(target)) in states:
                return True
        return any(states & self._blanked_by(walk.last_name(call.func)) for call in walk.calls_in(action))

    def _blanked_by(self, name: str) -> set[str]:
        """The attributes to which functions of this name give an initial value."""
        if self._blanking is None:
            self._blanking = {}
            for function in self._functions:
                self._blanking.setdefault(function.name, set()).update(_given_blank(function))
        return self._blanking.get(name, set())


def _given_blank(function: facts.FunctionFact) -> set[str]:
    given: dict[str, bool] = {}
    for target, value in _given(walk.actions(function.body)):
        if isinstance(target, facts.Attribute):
            given[target.attr] = given.get(target.attr, True) and value is not None and is_anew(value)
    return {name for name, blank in given.items() if blank}


def _given(actions: Iterable[object]) -> Iterator[tuple[facts.Expr, facts.Expr | None]]:
    """Each single target of some assignments, with what it gets."""
    for action in actions:
        if isinstance(action, facts.Assign):
            for target in action.targets:
                for each, value in walk.paired(target, action.value):
                    yield each, action.value if value is None else value  # ``h, c = net.initial_state()``


def _asked(test: object) -> Iterator[Flag]:
    """The flags any of which is enough for a test to hold: ``first or self.is_new``."""
    if isinstance(test, facts.BoolOp) and test.op == "or":
        yield from _asked(test.left)
        yield from _asked(test.right)
    elif isinstance(test, facts.Operation) and test.op == "not":
        yield from (Flag(each.name, not each.on) for each in _asked(test.operands[0]))
    elif isinstance(test, facts.Attribute):
        yield Flag(test.attr, True)


def _reads(action: object, states: frozenset[str]) -> bool:
    """Whether a state goes into a call."""
    return any(
        walk.last_name(expr) in states
        for call in walk.calls_in(action)
        for argument in call.arguments
        for expr in walk.expressions(argument.value)
    )
