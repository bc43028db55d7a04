"""Loops over a range that are left in their last round: ``cut = step == n - 1`` and ``if done or cut: break``."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Sequence, Shape, Step


def is_left_in_last_round(loop: Loop) -> bool:
    """Whether a loop says of the last number that it is, and breaks then: it never goes on behind its last round."""
    head = loop.head
    if not isinstance(head, facts.Iterate) or not isinstance(head.target, facts.Name):
        return False
    call = head.iterable
    if not isinstance(call, facts.Call) or walk.chain(call.func) != "range" or len(call.arguments) != 1:
        return False
    count = walk.render(call.arguments[0].value)
    if count is None:
        return False
    if not _runs_through(loop.body, {head.target.id, *walk.chains(call.arguments[0].value)}):
        return False
    last = _Last(head.target.id, count)
    flags: set[str] = set()
    for part in _in_turn(loop.body):
        if isinstance(part, Step) and isinstance(part.action, facts.Assign):
            named = {target.id for target in part.action.targets if isinstance(target, facts.Name)}
            flags = flags | named if last.is_told(part.action.value, flags) else flags - named
        elif isinstance(part, Branch) and isinstance(part.test, _TESTS) and last.is_told(part.test, flags):
            end = walk.ending(part.then)
            if isinstance(end, Leave) and end.kind == "break":
                return True
            flags = flags - _bound_in(part)
        else:
            flags = flags - _bound_in(part)
    return False


def _runs_through(body: Shape, fixed: set[str]) -> bool:
    """Whether no round is cut short by ``continue``, and none changes how many there are."""
    if not fixed.isdisjoint(_bound_in(body)):
        return False
    todo: list[Shape] = [body]
    while todo:
        part = todo.pop()
        if isinstance(part, Leave) and part.kind == "continue":
            return False
        todo.extend(() if isinstance(part, Loop) else walk.parts(part))
    return True


def _bound_in(body: Shape) -> set[str]:
    """The variables and attributes that a body binds."""
    found: set[str] = set()
    for action in walk.actions(body):
        targets: tuple[facts.Expr, ...] = ()
        if isinstance(action, facts.Assign):
            targets = action.targets
        elif isinstance(action, (facts.Augment, facts.Iterate)):
            targets = (action.target,)
        found |= {name for target in walk.flat(targets) if (name := walk.chain(target)) is not None}
    return found


_TESTS = (facts.Name, facts.Operation, facts.BoolOp)


class _Last:
    """The variable of a loop, and how many rounds it has, as it is written."""

    def __init__(self, name: str, count: str) -> None:
        self._numbers = {f"{name} == {count} - 1", f"{name} + 1 == {count}", f"{name} >= {count} - 1"}
        self._numbers |= {f"{name} + 1 >= {count}", f"{count} - 1 == {name}", f"{count} == {name} + 1"}

    def is_told(self, expr: facts.Expr, flags: set[str]) -> bool:
        """Whether an expression is true in the last round, whatever else it is true for."""
        if isinstance(expr, facts.Name):
            return expr.id in flags
        if isinstance(expr, facts.BoolOp) and expr.op == "or":
            return self.is_told(expr.left, flags) or self.is_told(expr.right, flags)
        return isinstance(expr, facts.Operation) and _text(expr) in self._numbers


def _text(expr: facts.Expr) -> str | None:
    if isinstance(expr, facts.Operation) and len(expr.operands) == 2:
        left, right = (_text(operand) for operand in expr.operands)
        return None if left is None or right is None else f"{left} {expr.op} {right}"
    if isinstance(expr, facts.Constant):
        return repr(expr.value)
    return walk.render(expr)


def _in_turn(shape: Shape) -> list[Shape]:
    """The parts of a body that each round comes to, unless it leaves before."""
    if isinstance(shape, Sequence):
        return [inner for part in shape.shapes for inner in _in_turn(part)]
    return [shape]
