"""Parts of a state that are taken apart, ``h, c = self.memory``, or by number, and only one of them is cleared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lstm_lint import facts, walk

if TYPE_CHECKING:
    from lstm_lint.flow import Shape

_IN_PLACE = frozenset({"zero_", "fill_", "fill", "mul_", "copy_", "clear"})
_SIZED = frozenset({"zeros", "ones", "empty", "full", "rand", "randn", "new_zeros"})
_STACKED = frozenset({"stack", "tensor", "array", "list", "tuple"})


def is_one_alone(body: Shape, expr: facts.Expr) -> bool:
    """Whether a variable is one part of what was kept as a whole, and nothing is done to any of the other parts."""
    if not isinstance(expr, facts.Name):
        return False
    taken = [
        target
        for action in walk.actions(body)
        if isinstance(action, facts.Assign) and isinstance(action.value, (facts.Name, facts.Attribute))
        for target in action.targets
        if isinstance(target, facts.Display) and expr.id in walk.variables_in(target)
    ]
    if len(taken) != 1 or len(walk.bound_in(body).names.get(expr.id, ())) != 1:
        return False
    others = walk.variables_in(taken[0]) - {expr.id}
    return bool(others) and others.isdisjoint(_written(body, taken[0]))


def is_one_entry(bodies: Sequence[Shape], expr: facts.Expr) -> bool:
    """Whether an expression is one entry, by its number, of what is made with several, and nothing is done to others.

    ``carry = torch.zeros(2, n, size)`` and ``carry[0].zero_()``: whatever the other is, the cell state, another layer
    or another row. ``bodies`` are those that may do something to it. It is another thing beside ``nets[0]``, which got
    the weights: the entry is all of the state that this one has.
    """
    name = walk.chain(expr.value) if isinstance(expr, facts.Subscript) else None
    number = _number(expr)
    if name is None or number is None:
        return False
    sizes = {size for body in bodies for made in _bound(body, name) if (size := _size(made)) is not None}
    return bool(sizes) and min(sizes) > 1 and not any(_reaches(body, name, number) for body in bodies)


def _number(expr: facts.Expr) -> int | None:
    """The number of an entry: ``carry[0]``, ``carry[-1]``."""
    if not isinstance(expr, facts.Subscript):
        return None
    index = expr.index
    if isinstance(index, facts.Operation):
        inner = index.operands[0]
        number = _literal(inner) if index.op == "-" and len(index.operands) == 1 else None
        return None if number is None else -number
    return _literal(index)


def _literal(expr: facts.Expr) -> int | None:
    value = expr.value if isinstance(expr, facts.Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _bound(body: Shape, name: str) -> Iterator[facts.Expr]:
    for action in walk.actions(body):
        if isinstance(action, facts.Assign):
            pairs = (pair for target in action.targets for pair in walk.paired(target, action.value))
            yield from (made for each, made in pairs if made is not None and walk.chain(each) == name)


def _size(made: facts.Expr) -> int | None:
    """How many entries something is made with."""
    if isinstance(made, facts.Display) and made.kind in ("list", "tuple"):
        starred = any(isinstance(item, facts.Starred) for item in made.items)
        return None if starred else len(made.items)
    if not isinstance(made, facts.Call) or not made.arguments:
        return None
    first = made.arguments[0].value
    if walk.last_name(made.func) in _STACKED:
        return _size(first)
    if walk.last_name(made.func) not in _SIZED:
        return _size(made.func.value) if isinstance(made.func, facts.Attribute) else None  # .to(device)
    first = first.items[0] if isinstance(first, facts.Display) and first.items else first
    return _literal(first)


def _reaches(body: Shape, name: str, number: int) -> bool:
    """Whether a body does something to other entries, goes through all, or has members under numbers as well."""
    for action in walk.actions(body):
        if isinstance(action, facts.Iterate) and name in walk.chains(action.iterable):
            return True
        targets = action.targets if isinstance(action, facts.Assign) else ()
        if any(_is_other(target, name, number) for target in walk.flat(targets)):
            return True
    for call in walk.calls(body):
        on = call.func.value if isinstance(call.func, facts.Attribute) else None
        if on is not None and walk.last_name(call.func) in _IN_PLACE and _is_other(on, name, number):
            return True
        if on is not None and walk.last_name(call.func).startswith("load") and _number(on) == number:
            return True
    return False


def _is_other(target: facts.Expr, name: str, number: int) -> bool:
    """Whether it is an entry under another number, or under one that is not written out, or all of them."""
    if not isinstance(target, facts.Subscript) or walk.chain(target.value) != name:
        return False
    index = target.index
    several = index.operands if isinstance(index, facts.Operation) else ()
    axes = index.items if isinstance(index, facts.Display) else several
    rows = len(axes) > 1 and walk.is_whole(axes[0])
    return not rows and _number(target) != number


def _written(body: Shape, apart_from: facts.Expr) -> set[str]:
    """The variables that are bound, or written to in place, in a body or in a loop over them."""
    found: set[str] = set()
    for action in walk.actions(body):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        targets = (action.target,) if isinstance(action, (facts.Augment, facts.Iterate)) else targets
        for target in targets:
            if target is not apart_from:
                found |= walk.variables_in(target)
        if isinstance(action, facts.Iterate):
            found |= walk.variables_in(action.iterable)
    for call in walk.calls(body):
        if isinstance(call.func, facts.Attribute) and call.func.attr in _IN_PLACE:
            found |= walk.variables_in(call.func.value)
    return found
