"""What a loop over a range says of its last round: ``cut = step == n - 1``, and maybe ``if done or cut: break``."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Sequence, Shape, Step
from lstm_lint.memo import by_node


@by_node
def is_left_in_last_round(loop: Loop) -> bool:
    """Whether a loop says of the last number that it is, and breaks then: it never goes on behind its last round."""
    last = _last(loop)
    if last is None or any(_is_continue(part) for part in _in_loop(loop.body)):
        return False
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


@by_node
def true_in_last_alone(loop: Loop) -> tuple[facts.Expr, ...]:
    """The tests of a loop over a range that are false in each round that another one follows.

    They are ``step == n - 1`` itself, and a flag that is bound to it once in each round, behind which nothing binds it.
    """
    last = _last(loop)
    if last is None:
        return ()
    parts = _in_turn(loop.body)
    often = [name for part in parts for name in _bound_in(part)]
    flags = [
        target
        for part in parts
        if isinstance(part, Step) and isinstance(part.action, facts.Assign) and last.is_number(part.action.value)
        for target in part.action.targets
        if isinstance(target, facts.Name) and often.count(target.id) == 1
    ]
    tests = [each for part in _in_loop(loop.body) if isinstance(part, Branch) for each in _either(part.test)]
    return (*flags, *(each for each in tests if isinstance(each, facts.Operation) and last.is_number(each)))


def _either(test: object) -> Iterator[object]:
    """The tests of which one has to hold, or all: ``a or b``."""
    if isinstance(test, facts.BoolOp):
        yield from _either(test.left)
        yield from _either(test.right)
    else:
        yield test


def _last(loop: Loop) -> _Last | None:
    """How the last number of a range is told that a loop goes through as it began."""
    head = loop.head
    if not isinstance(head, facts.Iterate) or not isinstance(head.target, facts.Name):
        return None
    call = head.iterable
    if not isinstance(call, facts.Call) or walk.chain(call.func) != "range" or len(call.arguments) != 1:
        return None
    count = walk.render(call.arguments[0].value)
    fixed = {head.target.id, *walk.chains(call.arguments[0].value)}
    if count is None or not fixed.isdisjoint(_bound_in(loop.body)):
        return None
    return _Last(head.target.id, count)


def _in_loop(body: Shape) -> Iterator[Shape]:
    """The parts of a body, but for those of loops inside it."""
    todo: list[Shape] = [body]
    while todo:
        part = todo.pop()
        yield part
        todo.extend(() if isinstance(part, Loop) else walk.parts(part))


def _is_continue(part: Shape) -> bool:
    return isinstance(part, Leave) and part.kind == "continue"


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
        return self.is_number(expr)

    def is_number(self, expr: facts.Expr) -> bool:
        """Whether an expression is true in the last round, and in no other."""
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
