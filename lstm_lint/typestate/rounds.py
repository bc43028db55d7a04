"""What comes between two rounds of a loop; and the first round, where a test in it asks for that.

What one round hands on to the next is there in the later rounds only, where such a test comes out the other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.typestate import resumed
from lstm_lint.typestate.values import Guard, Phase, Tag

if TYPE_CHECKING:
    from lstm_lint.flow import Loop
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_GOING_ON = (Phase.CARRYING, Phase.STALE)


def begin(run: Interpreter, loop: Loop, again: bool, state: State) -> None:
    """A round begins: the first one is known as such."""
    name = run.project.first_rounds.asked_in(loop, run.frame.body)
    if ":" in name and not again:
        atom = _atom(run, name)
        state.forget_guards(atom)
        state.guards[atom] = True


def end(run: Interpreter, loop: Loop, state: State) -> State:
    """A round has ended, and the next one is not the first."""
    resumed.between(run, loop, state)
    name = run.project.first_rounds.asked_in(loop, run.frame.body)
    if not name:
        return state
    atom = _atom(run, name)
    state.guards[atom] = False
    later, first = Guard(atom, False), Guard(atom, True)

    def stamped(tag: Tag) -> Tag:
        return tag.under(tag.guards - {first} | {later}) if tag.phase in _GOING_ON else tag

    state.parted = True
    state.retag(lambda _, tag: frozenset({stamped(tag)}))
    state.remark_stale(lambda _, tag: stamped(tag))
    return state


def first_round(run: Interpreter, test: object) -> tuple[str, bool] | None:
    """The condition that a test asks for, and whether it stands for that or its negation."""
    known = run.project.first_rounds.asked_by(test)
    return None if known is None else (_atom(run, known[0]), known[1])


def _atom(run: Interpreter, name: str) -> str:
    if ":" in name:
        return f"⟨first {run.frame.number}:{name}⟩"
    return f"⟨first ⟨{run.frame.number}:{name}⟩⟩"  # which is forgotten when the variable is set
