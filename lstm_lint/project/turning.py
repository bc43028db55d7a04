"""Variables with one value in the first round of a loop, and never again: ``first``, or ``n`` that is counted up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Sequence, Shape, Step


class Turning(NamedTuple):
    """A variable, what it is in the first round, and the line where that ends."""

    name: str
    first: bool | int
    until: int


def turning(loop: Loop, body: Shape) -> Iterator[Turning]:
    """The variables that each round of a loop sets to the other truth value, or counts up by one.

    ``body`` is the code that the loop is part of, which binds each of them once, to a literal before the loop.
    """
    if _goes_back_early(loop.body):
        return
    for action in _always(loop.body):
        target = _target(action)
        if target is None or len(written_in(loop.body, target.id)) != 1:
            continue
        written = written_in(body, target.id)
        before = [each for each in written if each is not action]
        first = _begins(before[0], target.id) if len(before) == 1 else None
        if first is None or written[0] is action:
            continue
        if _literal(action) is (not first) if isinstance(first, bool) else isinstance(action, facts.Augment):
            yield Turning(target.id, first, target.span.line)


def _always(shape: Shape) -> Iterator[object]:
    """The actions that each round runs, and those that set a variable where a test of this variable asks for that."""
    for part in shape.shapes if isinstance(shape, Sequence) else (shape,):
        if isinstance(part, Step):
            yield part.action
        elif isinstance(part, Branch):
            negated = isinstance(part.test, facts.Operation) and part.test.op == "not"
            name = part.test.operands[0] if isinstance(part.test, facts.Operation) and negated else part.test
            for arm, held in ((part.then, not negated), (part.orelse, negated)):
                for action in _always(arm):
                    target = _target(action)
                    same = isinstance(name, facts.Name) and target is not None and target.id == name.id
                    if same and _literal(action) is (not held):
                        yield action


def _target(action: object) -> facts.Name | None:
    if isinstance(action, facts.Assign) and len(action.targets) == 1 and isinstance(_literal(action), bool):
        return action.targets[0] if isinstance(action.targets[0], facts.Name) else None
    if isinstance(action, facts.Augment) and action.op == "+" and isinstance(action.value, facts.Constant):
        return action.target if isinstance(action.target, facts.Name) and action.value.value == 1 else None
    return None


def _literal(action: object) -> bool | int | None:
    value = action.value if isinstance(action, facts.Assign) else None
    known = value.value if isinstance(value, facts.Constant) else None
    return known if isinstance(known, (bool, int)) else None


def _begins(action: object, name: str) -> bool | int | None:
    """The literal that an assignment gives a variable, maybe among others."""
    if not isinstance(action, facts.Assign):
        return None
    pairs = [pair for target in action.targets for pair in walk.paired(target, action.value)]
    given = [value for target, value in pairs if isinstance(target, facts.Name) and target.id == name]
    known = given[0].value if len(given) == 1 and isinstance(given[0], facts.Constant) else None
    return known if isinstance(known, (bool, int)) else None


def written_in(shape: Shape, name: str) -> list[object]:
    """What binds a variable, in source order."""
    return [
        action
        for action in walk.actions(shape)
        if isinstance(action, (facts.Assign, facts.Augment, facts.Iterate, facts.Enter))
        for target in (action.targets if isinstance(action, facts.Assign) else (action.target,))
        if target is not None and any(isinstance(part, facts.Name) and part.id == name for part in walk.flat((target,)))
    ]


def _goes_back_early(shape: Shape) -> bool:
    """Whether some way through a round goes to the next one before its end."""
    if isinstance(shape, Leave):
        return shape.kind == "continue"
    return not isinstance(shape, Loop) and any(map(_goes_back_early, walk.parts(shape)))
