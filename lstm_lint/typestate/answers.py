"""What a function returns, as a condition: what went stale where it returned true is so where its call is true.

A part of a returned tuple says so by itself: ``stamp, changed = reload_if_newer(net, stamp)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.typestate import atoms
from lstm_lint.typestate.values import Guard, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def answer_of(frame: int) -> str:
    """The atom for whether what an activation returned is true."""
    return f"⟨returned {frame}⟩"


def is_asked(run: Interpreter) -> bool:
    """Whether what the function under way returns may say anything: it does not always return None."""
    function = run.frame.function
    if function is None or not run.chain():
        return False
    returned = run.project.typing.bindings(function).returns
    return not all(map(walk.is_none, returned))


def asked(value: Value, atom: str) -> Value:
    """What a call gives, as one may ask for its truth, and for that of each part that is written out."""
    if value.items is None:
        return replace(value, answer=atom)
    items = tuple(replace(item, answer=_of_part(atom, index)) for index, item in enumerate(value.items))
    return replace(value, answer=atom, items=items)


def of_whichever(run: Interpreter, span: Span, state: State) -> str:
    """The answer of a call that may run several functions, or of any round of a comprehension: nothing is known yet."""
    atom = answer_of(run.frame_number((run.frame.number, span, "whichever it is")))
    if state.loads:
        state.forget_guards(atom)
    return atom


def of_some(value: Value, atom: str, state: State) -> Value:
    """An element of a list of answers, of which ``any`` is true if one of them is: no other takes that back."""
    if not value.answer:
        return value
    state.stamp(atom, True, Guard(value.answer, True))
    return replace(value, answer=atom)


def renamed(value: Value, atom: str, state: State) -> Value:
    """What one of several functions gives that a call may run: whichever it was, its answer is that of the call."""
    if not value.answer and state.loads:
        return value  # of a function that was not read
    for holds in (True, False):
        state.stamp(atom, holds, Guard(value.answer, holds))
    return replace(value, answer=atom)


def given(run: Interpreter, expr: facts.Expr | None, value: Value, state: State) -> None:
    """A function returns: what is stale where that is true, or a part of it, is so where its call says so."""
    if not is_asked(run):
        return
    atom = answer_of(run.frame.number)
    _stamp(run, atom, expr, value, state)
    if isinstance(expr, facts.Display) and value.items is not None and len(value.items) == len(expr.items):
        for index, (part, held) in enumerate(zip(expr.items, value.items, strict=True)):
            _stamp(run, _of_part(atom, index), part, held, state)


def _of_part(atom: str, index: int) -> str:
    return f"{atom}[{index}]"


def _stamp(run: Interpreter, atom: str, expr: facts.Expr | None, value: Value, state: State) -> None:
    if expr is None or value.literal() is not ...:
        state.stamp(atom, bool(expr is not None and value.literal()))
        return
    for told, holds in _telling(run, expr, value, state):
        known = state.guards.get(told.atom) is told.holds
        state.stamp(atom, holds, None if known else told)


def _telling(run: Interpreter, expr: facts.Expr, value: Value, state: State) -> Iterator[tuple[Guard, bool]]:
    """The conditions that say whether what is returned is true, each with what it says."""
    written, positive = atoms.told_by(run, expr, state)
    for atom, same in ((value.answer, True), (written, positive)):
        if atom:
            yield from ((Guard(atom, holds is same), holds) for holds in (True, False))
    if written:
        yield Guard(f"{written} is None", False), positive  # an object is true
