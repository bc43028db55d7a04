"""Entries that have been there: a key was read, or comes out of the container, before it is written to."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try

_KEYS = frozenset({"keys", "items"})
_SAME = frozenset({"list", "tuple", "sorted", "set", "iter", "enumerate"})


def is_known(body: Shape, target: facts.Subscript) -> bool:
    """Whether each way to a write goes by a read of the same entry, or by a loop over what the container holds."""
    text = walk.render(target)
    if text is None:
        return False
    done = _before(body, target)
    return any(_reads(node, text) or _goes_through(node, target) for node in done or ())


def _before(shape: Shape, target: facts.Subscript) -> list[object] | None:
    """What is evaluated in any case before a target is written; None where it is not in the shape."""
    if isinstance(shape, Step):
        action = shape.action
        if isinstance(action, facts.Assign) and any(_has(each, target) for each in action.targets):
            return [action.value]
        return None
    if isinstance(shape, Sequence):
        for at, each in enumerate(shape.shapes):
            inner = _before(each, target)
            if inner is not None:
                return [node for earlier in shape.shapes[:at] for node in _surely(earlier)] + inner
        return None
    for part in walk.parts(shape):
        inner = _before(part, target)
        if inner is not None:
            return [*_surely(shape), *inner]
    return None


def _surely(shape: Shape) -> Iterator[object]:
    """What of a shape is evaluated first and in any case."""
    if isinstance(shape, Step):
        yield shape.action.value if isinstance(shape.action, facts.Assign) else shape.action
    elif isinstance(shape, Sequence):
        for each in shape.shapes:
            yield from _surely(each)
    elif isinstance(shape, Branch):
        yield shape.test
    elif isinstance(shape, Loop):
        yield shape.head if shape.head is not None else shape.test
    elif isinstance(shape, Try):
        return


def _has(expr: facts.Expr, target: facts.Subscript) -> bool:
    return any(each is target for each in walk.expressions(expr))


def _reads(node: object, text: str) -> bool:
    if node is None or isinstance(node, facts.Delete):
        return False
    return any(isinstance(each, facts.Subscript) and walk.render(each) == text for each in walk.expressions(node))


def _goes_through(node: object, target: facts.Subscript) -> bool:
    """``for name in self.seats`` and the like, around ``self.seats[name] = other``."""
    if not isinstance(node, facts.Iterate) or not isinstance(target.index, facts.Name):
        return False
    first = node.target.items[0] if isinstance(node.target, facts.Display) and node.target.items else node.target
    through = node.iterable
    while isinstance(through, facts.Call):
        if isinstance(through.func, facts.Attribute) and through.func.attr in _KEYS and not through.arguments:
            through = through.func.value
        elif walk.last_name(through.func) in _SAME and through.arguments:
            through = through.arguments[0].value
        else:
            return False
    same = walk.chain(through) is not None and walk.chain(through) == walk.chain(target.value)
    return same and isinstance(first, facts.Name) and first.id == target.index.id
