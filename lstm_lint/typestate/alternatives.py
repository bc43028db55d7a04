"""``a or b`` as one condition: where it held, and each of its parts turns out false further on, that path is not there.

The joined arms of such a test have no part in common, so what was met under it would look as if it were met anyhow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate.atoms import test_atom
from lstm_lint.typestate.values import Guard

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_OR = " | "


def alternatives(run: Interpreter, test: facts.BoolOp, state: State) -> str | None:
    """The condition that an ``or`` holds, or that an ``and`` does not; None where a part has side effects."""
    parts = _parts(run, test, test.op, test.op == "or", state)
    if parts is None:
        return None
    text = _OR.join(sorted(f"{'' if part.holds else 'not '}{part.atom}" for part in parts))
    run.alternatives[text] = parts
    return text


def _parts(run: Interpreter, test: object, op: str, wanted: bool, state: State) -> frozenset[Guard] | None:
    if isinstance(test, facts.BoolOp):
        if test.op != op:
            return None
        left, right = (_parts(run, part, op, wanted, state) for part in (test.left, test.right))
        return None if left is None or right is None else left | right
    if isinstance(test, facts.Operation) and test.op == "not":
        return _parts(run, test.operands[0], op, not wanted, state)
    atom, positive = test_atom(run, test, state)
    return None if atom is None else frozenset({Guard(atom, positive is wanted)})


def refute(run: Interpreter, atom: str, arm: State) -> bool:
    """Drop what was met under an ``or`` of which this was the last part to be false; whether the arm itself was."""
    impossible = False
    for text, parts in run.alternatives.items():
        if any(part.atom == atom for part in parts) and all(
            arm.guards.get(part.atom) is (not part.holds) for part in parts
        ):
            # A call may have written to an attribute meanwhile.
            impossible = impossible or (arm.guards.get(text) is True and "." not in text)
            arm.drop_contradicted(text, False)
        elif arm.guards.get(text) is True and any(part.atom == atom for part in parts):
            _leave_one(parts, arm)
    return impossible


def _leave_one(parts: frozenset[Guard], arm: State) -> None:
    """Where all parts of an ``or`` that held are false but one, that one is true: so is all that was met there."""
    left = [part for part in parts if arm.guards.get(part.atom) is not (not part.holds)]
    if len(left) == 1 and left[0].atom not in arm.guards:
        arm.drop_contradicted(*left[0])
        arm.guards[left[0].atom] = left[0].holds
