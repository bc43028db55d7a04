"""Which tests in a loop ask whether it is the first round: ``if episode > 0`` in ``for episode in range(100)``.

So does ``if not first`` where each round ends with ``first = False``.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape
from lstm_lint.project.turning import turning, written_in

_FIRST = {"==": True, "!=": False, ">": False, "<=": True}
_SWAPPED = {"==": "==", "!=": "!=", "<": ">", ">=": "<="}


class FirstRounds:
    """Looks at each loop once, when it is asked for."""

    def __init__(self) -> None:
        self._loops: dict[int, str] = {}
        self._tests: dict[int, tuple[str, bool]] = {}

    def asked_in(self, loop: Loop, body: Shape) -> str:
        """What the first round of a loop in ``body`` goes by, where some test in it asks for that; else nothing.

        It is a variable that is set before the loop, or a name with a colon in it for what the loop itself counts.
        """
        if id(loop) not in self._loops:
            found = _tests(loop, loop.head) if isinstance(loop.head, facts.Iterate) else {}
            found = found or _tests_of_turning(loop, body)
            self._tests.update(found)
            self._loops[id(loop)] = next(iter(found.values()))[0] if found else ""
        return self._loops[id(loop)]

    def asked_by(self, test: object) -> tuple[str, bool] | None:
        """For a test in such a loop that asks for it: what it goes by, and whether the test holds in it."""
        return self._tests.get(id(test))


def _tests(loop: Loop, head: facts.Iterate) -> dict[int, tuple[str, bool]]:
    counter, start = _counter(head)
    if counter is None or written_in(loop.body, counter):
        return {}
    name = f"{counter}:{head.iterable.span.line}:{head.iterable.span.column}"
    asked = ((id(test), _asks(test, counter, start)) for test in _parts(loop.body))
    return {key: (name, holds) for key, holds in asked if holds is not None}


def _tests_of_turning(loop: Loop, body: Shape) -> dict[int, tuple[str, bool]]:
    for each in turning(loop, body):
        tests = [test for test in _parts(loop.body) if isinstance(test, (facts.Name, facts.Operation))]
        asked = ((test, _asks(test, each.name, each.first)) for test in tests if test.span.line < each.until)
        found = {id(test): (each.name, holds) for test, holds in asked if holds is not None}
        if found:
            return found
    return {}


def _counter(head: facts.Iterate) -> tuple[str | None, int]:
    """The variable that counts the rounds, and its first number: of ``range``, ``enumerate`` or ``count``."""
    target, iterable = head.target, head.iterable
    if not isinstance(iterable, facts.Call) or any(argument.star for argument in iterable.arguments):
        return None, 0
    name = walk.last_name(iterable.func)
    given = [argument.value for argument in iterable.arguments if argument.keyword is None]
    if name == "tqdm" and given:
        return _counter(facts.Iterate(target, given[0]))
    start: facts.Expr | None = None
    if name in ("range", "trange") and given:
        start = given[0] if len(given) > 1 else None
    elif name == "enumerate" and isinstance(target, facts.Display) and target.items:
        target, start = target.items[0], walk.argument_of(iterable, "start", 1)
    elif name == "count":
        start = walk.argument_of(iterable, "start", 0)
    else:
        return None, 0
    number = 0 if start is None else start.value if isinstance(start, facts.Constant) else None
    return (target.id, number) if isinstance(target, facts.Name) and type(number) is int else (None, 0)


def _parts(body: Shape) -> Iterator[object]:
    """The tests in a body, and what they are made of by ``and``, ``or`` and ``not``."""
    todo: list[object] = [branch.test for branch in walk.branches(body)]
    for action in walk.actions(body):
        todo.extend(expr.test for expr in walk.expressions(action) if isinstance(expr, facts.Conditional))
    while todo:
        test = todo.pop()
        if isinstance(test, facts.BoolOp):
            todo.extend((test.left, test.right))
        elif isinstance(test, facts.Operation) and test.op == "not":
            todo.append(test.operands[0])
        else:
            yield test


def _asks(test: object, counter: str, start: int) -> bool | None:
    """Whether a test is true in the first round and in no other one, or the reverse; None where it is neither."""
    if isinstance(test, facts.Name):
        return bool(start) if test.id == counter and (start == 0 or isinstance(start, bool)) else None
    if not isinstance(test, facts.Operation) or len(test.operands) != 2:
        return None
    one, other, op = *test.operands, test.op
    if isinstance(one, facts.Constant):
        one, other, op = other, one, _SWAPPED.get(op, "")
    if not isinstance(one, facts.Name) or one.id != counter or not isinstance(other, facts.Constant):
        return None
    if type(other.value) is not int or isinstance(start, bool):
        return None
    if op in ("<", ">="):  # than the second number
        return None if other.value != start + 1 else op == "<"
    return None if other.value != start else _FIRST.get(op)
