"""What one comparison of two numbers says of another one of the same two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Leave
from lstm_lint.typestate.atoms import atom_of, less

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_COMPARED = frozenset({"<", "<=", ">", ">=", "==", "!="})


def settle(run: Interpreter, test: object, arm: State, arms: tuple[str, bool]) -> None:
    """Drop what went stale where two numbers compared otherwise; ``arms``: the condition and how it came out."""
    if not isinstance(test, facts.Operation) or test.op not in _COMPARED or len(test.operands) != 2:
        return
    one, other = (atom_of(run, operand, arm) for operand in test.operands)
    if one is None or other is None:
        return
    atom, holds = arms
    same = (f"{one} == {other}", f"{other} == {one}")
    orders = (less(one, other), less(other, one))
    if holds:
        for contrary in {*same, *orders} - ({atom} if atom in orders else set(same)):
            arm.drop_contradicted(contrary, False)
    elif atom in same and _goes_on_below(run, test):
        for operand, order in zip(test.operands, orders, strict=True):
            if run.project.counters.counts(operand, run.frame.body):
                arm.drop_contradicted(order, True)


def _goes_on_below(run: Interpreter, test: facts.Operation) -> bool:
    """Whether the code ends where two numbers are the same: what goes on has not got so far yet."""
    body = run.frame.body
    for branch in walk.branches(body):
        if branch.test is test:
            ended = walk.ending(branch.then if test.op == "==" else branch.orelse)
            return isinstance(ended, Leave) and ended.kind != "continue"
    return test.op == "!=" and any(loop.test is test for loop in walk.loops(body))
