"""Comparisons with what a call says outright: ``self.phase("cat")``, and ``if side == "cat"`` in the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.typestate.paths import Local

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def outcome(run: Interpreter, test: object, state: State) -> bool | None:
    """How a test of a parameter comes out where the call has a literal for it; None: nothing tells.

    Defaults and settings of a module may be others in the next run of the program: they tell nothing.
    """
    if not isinstance(test, facts.Operation) or len(test.operands) != 2:
        return None
    subject, other = test.operands
    if (number := _first(run, subject, state)) is not None and isinstance(other, facts.Constant):
        return _compared(test.op, number, other.value)
    if test.op in ("==", "!="):
        one = _said(run, subject, state)
        if one is not None and isinstance(other, facts.Constant):
            return (one.value == other.value) is (test.op == "==")
    if test.op in ("in", "not in") and isinstance(other, facts.Display):
        one = _said(run, subject, state)
        listed = [item.value for item in other.items if isinstance(item, facts.Constant)]
        if one is not None and len(listed) == len(other.items):
            return (one.value in listed) is (test.op == "in")
    return None


def _first(run: Interpreter, subject: facts.Expr, state: State) -> int | None:
    """The number of a round that a library itself hands to a method, or what a period leaves of it: ``batch_idx % 8``.

    It is as long as the call, being no argument in the source.
    """
    if isinstance(subject, facts.Operation) and subject.op == "%":
        number = _first(run, subject.operands[0], state)
        return 0 if number == 0 else None
    frame = run.frame
    held = state.env.get(Local(frame.number, subject.id)) if isinstance(subject, facts.Name) else None
    if held is None or held.const is None or frame.call is None or held.const.span != frame.call.span:
        return None
    return held.const.value if isinstance(held.const.value, int) else None


def _compared(op: str, number: int, other: object) -> bool | None:
    if not isinstance(other, int):
        return None
    orders = {"==": number == other, "!=": number != other, "<": number < other, "<=": number <= other,
              ">": number > other, ">=": number >= other}  # fmt: skip
    return orders.get(op)


def _said(run: Interpreter, subject: facts.Expr, state: State) -> facts.Constant | None:
    """The string that the call at hand gives for a parameter."""
    frame = run.frame
    if not isinstance(subject, facts.Name) or frame.call is None or frame.function is None:
        return None
    if all(parameter.name != subject.id for parameter in frame.function.parameters):
        return None
    held = state.env.get(Local(frame.number, subject.id))
    said = None if held is None else held.const
    if said is None or not isinstance(said.value, str) or not _within(said.span, frame.call.span):
        return None
    return said


def _within(part: Span, whole: Span) -> bool:
    starts = (whole.line, whole.column) <= (part.line, part.column)
    return starts and (part.end_line, part.end_column) <= (whole.end_line, whole.end_column)
