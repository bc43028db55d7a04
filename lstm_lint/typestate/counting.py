"""What the ends of episodes are only computed with, counted and shown by: it reaches neither a state nor an object."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Leave, Loop, Shape
from lstm_lint.typestate import lost

STORING = (facts.Assign, facts.Augment, facts.Evaluate)
KEEPING = frozenset({
    "Tensor", "FloatTensor", "BoolTensor", "tensor", "as_tensor", "from_numpy", "array", "asarray", "logical_or",
    "logical_not", "float", "int", "bool", "to", "cpu", "astype", "reshape", "view", "unsqueeze", "append", "extend",
    "sum", "mean", "print", "copy", "clone", "any", "flatnonzero", "nonzero", "argwhere",
})  # fmt: skip
"""Calls that compute with a flag or keep it for later, and tell nobody."""
_SHOWING = frozenset({
    "len", "round", "max", "min", "info", "debug", "warning", "write", "writerow", "set_postfix", "set_description",
    "add_scalar", "record", "format", "get", "item", "std", "median",
})  # fmt: skip
"""Calls that show what came of an episode, or work it out."""
_GOES_THROUGH = frozenset({"enumerate", "range", "where", "zip"})
"""Calls that give what a loop goes through."""


def only_counts(shape: Shape, test: object, carried: set[str]) -> bool:
    """Whether what a test decides is only counted or shown: ``if dones[0]: games += 1``."""
    branch = next((each for each in walk.branches(shape) if each.test is test), None)
    arms = (branch.then, branch.orelse) if branch is not None else ()
    if any(True for arm in arms for _ in _leaves(arm)):
        return False
    actions = [action for arm in arms for action in walk.actions(arm) if not lost.is_lost(shape, action)]
    return bool(arms) and all(_is_count(action, carried) for action in actions)


def counting_rounds(shape: Shape, names: set[str], carried: set[str]) -> Iterator[Loop]:
    """The loops over those that have ended which only count or show what came of them.

    ``for i in np.flatnonzero(done): returns.append(total[i])``
    """
    return (
        loop
        for loop in walk.loops(shape)
        if _is_over_ends(loop, names, carried) and _only_counts_each(loop, carried)
    )


def written_by_rows(loop: Loop) -> set[str]:
    """The variables that such a loop leaves word in of which ones have ended: ``alive[i] = 0``, ``ended.append(i)``."""
    assert isinstance(loop.head, facts.Iterate)
    rows = {walk.last_name(expr) for expr in walk.expressions(loop.head.target)}
    found: set[str] = set()
    for action in walk.actions(loop.body):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, facts.Augment):
            targets = (action.target,)
        for target in walk.flat(targets):
            index = walk.expressions(target.index) if isinstance(target, facts.Subscript) else ()
            if not rows.isdisjoint(map(walk.last_name, index)):
                found.add(walk.last_name(walk.container(target)))
        for call in walk.calls_in(action):
            given = {walk.last_name(argument.value) for argument in call.arguments}
            if isinstance(call.func, facts.Attribute) and not rows.isdisjoint(given):
                found.add(walk.last_name(call.func.value))
    return found


def _is_over_ends(loop: Loop, names: set[str], carried: set[str]) -> bool:
    if not isinstance(loop.head, facts.Iterate):
        return False
    named = {walk.last_name(expr) for expr in walk.expressions(loop.head.iterable)}
    called = {walk.last_name(call.func) for call in walk.calls_in(loop.head)}
    return not names.isdisjoint(named) and carried.isdisjoint(named) and called <= KEEPING | _GOES_THROUGH


def _only_counts_each(loop: Loop, carried: set[str]) -> bool:
    tests = {id(branch.test) for branch in walk.branches(loop.body)}
    return all(leaf.kind == "continue" for leaf in _leaves(loop.body)) and all(
        _is_count(action, carried, id(action) in tests) for action in walk.actions(loop.body)
    )


def _is_count(action: object, carried: set[str], test: bool = False) -> bool:
    called = {walk.last_name(call.func) for call in walk.calls_in(action)}
    named = {walk.last_name(expr) for expr in walk.expressions(action)}
    storing = test or isinstance(action, STORING)
    return storing and called <= KEEPING | _SHOWING and carried.isdisjoint(named)


def _leaves(shape: Shape) -> Iterator[Leave]:
    if isinstance(shape, Leave):
        yield shape
    for part in walk.parts(shape):
        yield from _leaves(part)
