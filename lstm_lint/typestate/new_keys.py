"""Keys that no table has yet: the number of the only round that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_COUNTS = frozenset({"range", "trange", "count", "enumerate"})


def lacks(run: Interpreter, test: object) -> bool:
    """Whether ``key not in table`` holds in every round, the key being a new one each time."""
    if not isinstance(test, facts.Operation) or test.op != "not in" or run.frame.call is not None:
        return False  # a function that others call may be handed the same table again
    key, table = test.operands
    if not isinstance(key, (facts.Name, facts.Display)) or not _is_own(run, table):
        return False
    names = {part.id for part in walk.expressions(key) if isinstance(part, facts.Name)}
    return any(_counter(loop) in names and _asks(loop.body, test) for loop in _outermost(run.frame.body))


def _is_own(run: Interpreter, table: facts.Expr) -> bool:
    """Whether a table is a variable of the function under way: it does not outlast that under the same name."""
    function = run.frame.function
    if function is None or not isinstance(table, facts.Name):
        return False
    return table.id in run.bound_names() or table.id in {each.name for each in function.parameters}


def _outermost(body: Shape) -> list[Loop]:
    """The loops of a body that stand in no other one."""
    if isinstance(body, Loop):
        return [body]
    return [loop for each in _parts(body) for loop in _outermost(each)]


def _asks(body: Shape, test: facts.Operation) -> bool:
    """Whether a test stands in a loop's body, and in no loop in that."""
    return (isinstance(body, Branch) and body.test is test) or any(_asks(each, test) for each in _parts(body))


def _parts(body: Shape) -> tuple[Shape, ...]:
    if isinstance(body, Branch):
        return body.then, body.orelse
    return body.shapes if isinstance(body, Sequence) else ()


def _counter(loop: Loop) -> str | None:
    """The variable in which a loop counts its rounds."""
    head = loop.head
    if not isinstance(head, facts.Iterate) or not isinstance(head.iterable, facts.Call):
        return None
    how = walk.last_name(head.iterable.func)
    if how not in _COUNTS:
        return None
    pair = how == "enumerate" and isinstance(head.target, facts.Display)
    target = head.target.items[0] if pair and isinstance(head.target, facts.Display) else head.target
    return target.id if isinstance(target, facts.Name) else None
