"""Masks that a loop takes down where an episode ends, and never puts up again.

``masks = np.ones(n)`` before the loop and ``masks[dones] = 0`` in it: from its first end on, the state of an
environment is wiped at every step. The masks of each step are to be made anew, and taken down then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Shape, Step
from lstm_lint.project import Module, Project
from lstm_lint.project.bodies import every_body
from lstm_lint.typestate.ends import steps_itself
from lstm_lint.typestate.masks import names_an_end, written
from lstm_lint.vocabulary.names import looks_like_state

_KEEPS = re.compile(r"mask|keep|alive|running|continu|not_?done|goes_on", re.IGNORECASE)
_STARTS = re.compile(r"start|first|begin|new_(ep|game)|reset", re.IGNORECASE)
_EITHER = re.compile(r"(?<!not_)(?<!not)done|term|trunc|over|end", re.IGNORECASE)
"""What a mask may be true for as well: ``done_masks``."""
_LEFT = re.compile(r"(^|_)(active|finished|remaining|left|completed)(_|s?$)", re.IGNORECASE)
_ONE, _NOUGHT = frozenset({"ones", "ones_like"}), frozenset({"zeros", "zeros_like", "new_zeros"})


class Lowered(NamedTuple):
    """A call that is handed such a mask beside the state, the mask, and where it is taken down."""

    module: Module
    call: facts.Call
    mask: str
    where: facts.Expr


class _Placed(NamedTuple):
    """An action of a loop with the branches around it; it stands in the arm where ``holds`` is what a test gives."""

    action: object
    around: tuple[Branch, ...] = ()
    holds: tuple[bool, ...] = ()

    @property
    def arm(self) -> Shape:
        """The innermost arm around it."""
        return self.around[-1].then if self.holds[-1] else self.around[-1].orelse

    def is_at_an_end(self) -> bool:
        """Whether the innermost test around it says that an episode has ended."""
        if not self.around:
            return False
        test, holds = self.around[-1].test, self.holds[-1]
        if isinstance(test, facts.Operation) and test.op == "not":
            return not holds and _speaks_of_ends(test)
        return holds and _speaks_of_ends(test)


def lowered(project: Project, paths: frozenset[str]) -> Iterator[Lowered]:
    """The calls in these files, in the order of the source."""
    for body in every_body(project.modules, project.functions, "step"):
        if body.scope.module.path in paths:
            for loop in walk.loops(body.shape):
                if steps_itself(loop.body) and not ends_with_an_episode(loop):
                    yield from _in_loop(body.scope.module, loop)


def _in_loop(module: Module, loop: Loop) -> Iterator[Lowered]:
    placed = list(_placed(loop.body))
    for each in placed:
        call = each.action.value if isinstance(each.action, facts.Assign) else None
        state = _carried(each.action)
        if not isinstance(call, facts.Call) or not state:
            continue
        for mask in _masks(call, state):
            where = _taken_down(placed, mask)
            if where is not None and _goes_on(placed, state, loop.test):
                yield Lowered(module, call, mask, where)


def _placed(shape: Shape, around: tuple[Branch, ...] = (), holds: tuple[bool, ...] = ()) -> Iterator[_Placed]:
    if isinstance(shape, Step):
        yield _Placed(shape.action, around, holds)
    elif isinstance(shape, Branch):
        yield from _placed(shape.then, (*around, shape), (*holds, True))
        yield from _placed(shape.orelse, (*around, shape), (*holds, False))
    else:
        for part in walk.parts(shape):
            yield from _placed(part, around, holds)


def _carried(action: object) -> frozenset[str]:
    """The variables that a call is handed and gives back, and that may be a state."""
    if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
        return frozenset()
    given = walk.variables_in(action.value.arguments)
    taken = {each.id for each in walk.flat(action.targets) if isinstance(each, facts.Name)}
    return frozenset(name for name in given & taken if looks_like_state(name))


def _masks(call: facts.Call, state: frozenset[str]) -> Iterator[str]:
    """The variables in the arguments of a call that may say where episodes go on, or begin."""
    for argument in call.arguments:
        names = walk.variables_in(argument.value) - state
        yield from sorted(name for name in names if names_an_end(name) and _wiping(name) is not None)


def _taken_down(placed: Sequence[_Placed], mask: str) -> facts.Expr | None:
    """Where a mask is set to what wipes a state at an end, if nothing else is ever done to it within an episode."""
    found: facts.Expr | None = None
    for each in placed:
        if mask not in written(each.action):
            if _may_write(each.action, mask):
                return None
            continue
        if not isinstance(each.action, facts.Assign) or len(each.action.targets) != 1:
            return None
        target, value = each.action.targets[0], each.action.value
        rows = isinstance(target, facts.Subscript) and _speaks_of_ends(target.index)
        if _is(value, _wiping(mask)) and (rows or each.is_at_an_end()):
            found = found or target
        elif not (isinstance(target, facts.Name) and _begins_all_anew(each)):
            return None
    return found


def _may_write(action: object, mask: str) -> bool:
    """Whether a call that gives nothing, or ``out=``, may write to a mask that it is handed."""
    return any(
        isinstance(argument.value, facts.Name)
        and argument.value.id == mask
        and (isinstance(action, facts.Evaluate) or argument.keyword == "out")
        for call in walk.calls_in(action)
        for argument in call.arguments
    )


def _wiping(mask: str) -> int | None:
    """What wipes the state where a mask of this name has it: 0 for one that keeps, 1 where an episode begins."""
    keeps, starts = _KEEPS.search(mask) is not None, _STARTS.search(mask) is not None
    if keeps is starts or (keeps and _EITHER.search(mask)):
        return None
    return 0 if keeps else 1


def _is(value: facts.Expr, number: int | None) -> bool:
    """Whether a value is this number, or an array of nothing else."""
    if isinstance(value, facts.Constant):
        return isinstance(value.value, (bool, int, float)) and value.value == number
    return isinstance(value, facts.Call) and walk.last_name(value.func) in (_ONE if number else _NOUGHT)


def _speaks_of_ends(expr: object) -> bool:
    return any(
        names_an_end(walk.last_name(each))
        for each in walk.expressions(expr)
        if isinstance(each, (facts.Name, facts.Attribute))
    )


def _begins_all_anew(each: _Placed) -> bool:
    """Whether it is part of what begins another lot of episodes, whatever has ended: the environments are reset."""
    tests = [branch.test for branch in each.around]
    if not tests or any(_speaks_of_ends(test) or _tells_who_is_left(test) for test in tests):
        return False
    return any(walk.last_name(call.func) == "reset" for call in walk.calls(each.arm))


def _tells_who_is_left(test: object) -> bool:
    return any(_LEFT.search(name) for chain in walk.chains(test) for name in chain.split("."))


def _goes_on(placed: Sequence[_Placed], state: frozenset[str], test: object) -> bool:
    """Whether an environment whose episode has ended is played on, in another one."""
    return _clears_rows(placed, state) or _counts_ends(placed, test) or _resets(placed)


def _resets(placed: Sequence[_Placed]) -> bool:
    """Whether an end is met with a reset of the environment."""
    return any(
        each.is_at_an_end() and any(walk.last_name(call.func) == "reset" for call in walk.calls_in(each.action))
        for each in placed
    )


def _clears_rows(placed: Sequence[_Placed], state: frozenset[str]) -> bool:
    """Whether the states of ended environments begin anew: these go on with them."""
    return any(
        isinstance(target, facts.Subscript)
        and walk.chain(target.value) in state
        and _speaks_of_ends(target.index)
        and _is(each.action.value, 0)
        for each in placed
        if isinstance(each.action, facts.Assign)
        for target in each.action.targets
    )


def _counts_ends(placed: Sequence[_Placed], test: object) -> bool:
    """Whether a loop goes on for a number of episodes: its test reads what the ends are added to."""
    counted = {
        walk.chain(each.action.target)
        for each in placed
        if isinstance(each.action, facts.Augment)
        and each.action.op == "+"
        and (_speaks_of_ends(each.action.value) or each.is_at_an_end())
    }
    return not counted.isdisjoint(walk.chains(test))


def ends_with_an_episode(loop: Loop) -> bool:
    """Whether a loop is over where an episode is, or has told which environments are still to be stepped."""
    if _speaks_of_ends(loop.test) or _tells_who_is_left(loop.test):
        return True
    return any(
        _speaks_of_ends(branch.test) or _tells_who_is_left(branch.test)
        for branch in walk.branches(loop.body)
        if any(map(_leaves, (branch.then, branch.orelse)))
    )


def _leaves(arm: Shape) -> bool:
    if isinstance(arm, Leave):
        return arm.kind in ("break", "return", "raise")
    return not isinstance(arm, Loop) and any(map(_leaves, walk.parts(arm)))
