"""Conditions: what each arm of a test knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import (
    apart,
    assign,
    begun,
    compared,
    listed,
    marked,
    narrow,
    new_keys,
    or_ones,
    sessions,
    spoken,
)
from lstm_lint.typestate.alternatives import alternatives, refute
from lstm_lint.typestate.atoms import atom_of, test_atom
from lstm_lint.typestate.narrow import Arms
from lstm_lint.typestate.values import NOTHING, Guard, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def assume(run: Interpreter, state: State, test: object) -> Arms:
    """The states in which ``test`` holds and in which it does not."""
    if isinstance(test, facts.BoolOp):
        return _assume_both(run, state, test)
    if isinstance(test, facts.Operation) and test.op == "not":
        holds, fails = assume(run, state, test.operands[0])
        return fails, holds
    if isinstance(test, facts.Match):
        return _match(run, state, test)
    if isinstance(test, facts.Operation) and (inner := _said_to_be_true(test)) is not None:
        holds, fails = assume(run, state, inner)
        return (holds, fails) if test.op in ("is", "==") else (fails, holds)
    if isinstance(test, facts.Constant):
        return (state, None) if test.value else (None, state)
    if isinstance(test, facts.Name) and test.id == "TYPE_CHECKING":
        return None, state
    if isinstance(test, facts.Operation) and test.op in ("is", "is not") and isinstance(test.operands[0], facts.Call):
        return _is_returned(run, state, test, test.operands[0])
    if (arms := sessions.asked(run, test, state)) is not None:
        return arms
    value = run.evaluate(test, state)  # type: ignore[arg-type]
    if new_keys.lacks(run, test):
        return state, None
    subject = test.target if isinstance(test, facts.Walrus) else test
    known = value.literal()
    if known is not ... and isinstance(subject, facts.Name) and not isinstance(test, facts.Walrus):
        return (state, None) if known else (None, state)
    if isinstance(test, facts.Call) and value.is_none:
        return None, state
    none = _is_the_same(run, test, state)  # before the arms are told apart, one of which is this very state
    said = spoken.outcome(run, test, state)
    holds, fails = _by_condition(run, state, subject, value)
    return (None if False in (none, said) else holds), (None if True in (none, said) else fails)


def _said_to_be_true(test: facts.Operation) -> facts.Call | None:
    """The call of ``self.reload() is True``."""
    if test.op not in ("is", "is not", "==", "!=") or len(test.operands) != 2:
        return None
    call, other = test.operands
    is_true = isinstance(other, facts.Constant) and other.value is True
    return call if is_true and isinstance(call, facts.Call) else None


def _is_returned(run: Interpreter, state: State, test: facts.Operation, call: facts.Call) -> Arms:
    """``self.reload() is None``: what went stale where it returned something is not there."""
    value = run.evaluate(call, state)
    other = run.evaluate(test.operands[1], state)
    holds, fails = _by_condition(run, state, test, NOTHING)
    none = holds if test.op == "is" else fails
    if none is not None and value.answer and other.is_none:
        none.drop_contradicted(value.answer, False)
    return holds, fails


def _is_the_same(run: Interpreter, test: object, state: State) -> bool | None:
    """How ``x is None`` comes out where the variable is known: a parameter that was left at its default.

    And ``x == True``, of what is known to be true, false or None.
    """
    if not isinstance(test, facts.Operation) or test.op not in _SAME or len(test.operands) != 2:
        return None
    subject, other = test.operands
    if not isinstance(subject, facts.Name) or not isinstance(other, facts.Constant):
        return None
    held = run.lookup(subject.id, state)
    known = held.literal() if held is not None else ...
    if known is ... or not (other.value is None or (isinstance(other.value, bool) and _is_bool(known))):
        return None
    return (known is other.value) is (test.op in ("is", "=="))


_SAME = frozenset({"is", "is not", "==", "!="})


def _is_bool(known: object) -> bool:
    return known is None or isinstance(known, bool)


def _assume_both(run: Interpreter, state: State, test: facts.BoolOp) -> Arms:
    """``and`` and ``or``: one arm knows how both parts came out, the other that one of them came out so."""
    text = alternatives(run, test, state)
    left = assume(run, state, test.left)
    first, second = left if test.op == "and" else (left[1], left[0])
    if first is None:
        return (None, second) if test.op == "and" else (second, None)
    right = assume(run, first, test.right)
    both, other = right if test.op == "and" else (right[1], right[0])
    one = _either(run, second, other)
    if text is not None and one is not None:
        one.guards[text] = True
    return (both, one) if test.op == "and" else (one, both)


def _either(run: Interpreter, one: State | None, other: State | None) -> State | None:
    if one is None or other is None:
        return one or other
    return run.join(one, other)


def _by_condition(run: Interpreter, state: State, test: object, value: Value) -> Arms:
    holds: State | None = state
    fails: State | None = state.copy()
    atom, positive = test_atom(run, test, state)
    impossible: list[bool] = []
    if atom is not None:
        known = state.guards.get(atom)
        for arm, outcome in ((holds, positive), (fails, not positive)):
            assert arm is not None
            arm.drop_contradicted(atom, outcome)
            arm.guards[atom] = outcome
            _imply(arm, atom, outcome)
            compared.settle(run, test, arm, (atom, outcome))
            if refute(run, atom, arm):
                impossible.append(outcome is positive)
            begun.unbind(run, atom, outcome, arm)
        if known is not None and "." not in atom:
            if known is positive:
                fails = None
            else:
                holds = None
        holds = None if True in impossible else holds
        fails = None if False in impossible else fails
    marked.asked(run, test, holds, fails, state)
    listed.asked(run, test, holds, fails, state)
    if isinstance(test, facts.Operation) and state.loads:
        _one_of(run, test, holds, fails, state)
    if value.answer:
        for arm, outcome in ((holds, True), (fails, False)):
            if arm is not None:
                arm.drop_contradicted(value.answer, outcome)
    apart.note(run, test, holds, fails)
    if holds is not None:
        or_ones.where_it_holds(run, test, value, holds)
    return narrow.narrowed(run, test, value, holds, fails)


def _one_of(run: Interpreter, test: facts.Operation, holds: State | None, fails: State | None, state: State) -> None:
    """``x in ("a", "b")`` and ``x == "a"``: what went stale under another literal is not here, and the reverse."""
    if test.op not in ("in", "not in", "==", "!=") or len(test.operands) != 2:
        return
    subject, other = test.operands
    if test.op in ("in", "not in"):
        if not isinstance(other, facts.Display):
            return
        listed = other.items
    else:
        listed = (other,)
    text = atom_of(run, subject, state)
    if text is None or not all(isinstance(item, facts.Constant) for item in listed):
        return
    start = f"{text} == "
    atoms = {start + repr(item.value) for item in listed if isinstance(item, facts.Constant)}
    inside, outside = (holds, fails) if test.op in ("in", "==") else (fails, holds)

    def is_other(guard: Guard) -> bool:
        literal = guard.holds and guard.atom.startswith(start) and "⟨" not in guard.atom[len(start) :]
        return literal and guard.atom not in atoms

    if inside is not None:
        inside.drop_where(lambda guards: any(is_other(guard) for guard in guards))
    if outside is not None:
        outside.drop_where(lambda guards: any(guard.holds and guard.atom in atoms for guard in guards))


def _imply(arm: State, atom: str, outcome: bool) -> None:
    """What is true is not None, and what is None is not true."""
    if atom.endswith(" is None"):
        if outcome:
            bare = atom[: -len(" is None")]
            arm.drop_contradicted(bare, False)
            arm.guards[bare] = False
    elif outcome and atom.startswith("⟨") and atom.endswith("⟩"):
        arm.drop_contradicted(f"{atom} is None", False)
        arm.guards[f"{atom} is None"] = False


def _match(run: Interpreter, state: State, test: facts.Match) -> Arms:
    value = run.evaluate(test.subject, state)
    holds, fails = state, state.copy()
    for name in test.binds:
        assign.store(run, facts.Name(name, test.subject.span), NOTHING, holds)
    for name in test.whole:
        assign.store(run, facts.Name(name, test.subject.span), value, holds)
    if test.classes:
        classes = narrow.classes_named(run, facts.Display("tuple", test.classes, test.subject.span), state)
        if classes is not None and not test.binds:
            narrow.narrow_to(run, test.subject, classes, True, holds)
            if test.guard is None:
                narrow.narrow_to(run, test.subject, classes, False, fails)
    if test.value is not None:
        equal = facts.Operation("==", (test.subject, test.value), test.subject.span)
        new_holds, new_fails = _by_condition(run, holds, equal, NOTHING)
        if new_holds is None or new_fails is None:
            return new_holds, new_fails
        holds, fails = new_holds, new_fails
    if test.guard is not None:
        guarded, refused = assume(run, holds, test.guard)
        return guarded, _either(run, fails, refused)
    return holds, None if test.always else fails
