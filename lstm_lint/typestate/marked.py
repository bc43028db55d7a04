"""Members of a collection that are marked where they get weights, and found again by that mark in another loop.

``worst.load_state_dict(…); worst.adopted = True`` in one loop, ``for m in members: if m.adopted: m.begin()`` in the
next. One summary stands for all of them: what is stale of it is stale of marked members, and these are told apart from
the others by the test alone, whatever they are called there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo
from lstm_lint.typestate import records
from lstm_lint.typestate.atoms import object_token
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.values import Value
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def mark(run: Interpreter, target: facts.Expr, value: Value, state: State) -> None:
    """An attribute, or an entry, of a member is set: what is stale here is so of members that have this mark."""
    literal = value.literal()
    if walk.part_name(target) is None or not (state.loads or isinstance(literal, bool)):
        return
    atom = _atom(run, target, state)
    if atom is None:
        return
    if isinstance(literal, bool):
        state.guards[atom] = literal
        state.stamp(atom, literal)
    elif isinstance(target, facts.Attribute) and _may_be_none(run, target, state):
        state.stamp(f"{atom} is None", value.is_none)


def asked(run: Interpreter, test: object, holds: State | None, fails: State | None, state: State) -> None:
    """A mark is asked for: in each arm there are those members for which it came out so."""
    of_none = isinstance(test, facts.Operation) and test.op in ("is", "is not") and walk.is_none(test.operands[-1])
    subject = test.operands[0] if isinstance(test, facts.Operation) and of_none else test
    atom = _atom(run, subject, state) if state.loads and walk.part_name(subject) is not None else None
    if atom is None:
        return
    said = (False, True) if isinstance(test, facts.Operation) and test.op == "is" else (True, False)
    for arm, there in zip((holds, fails), said, strict=True):
        if arm is not None and not of_none:
            arm.drop_contradicted(atom, there)
        if arm is not None and (of_none or there):
            arm.drop_contradicted(f"{atom} is None", not there)


def rewritten(key: object, state: State) -> None:
    """An entry of a dict is set: what was so while it was as it was no longer is."""
    if state.guards or state.loads or state.parted:
        state.forget_guards(f"[{key!r}]⟩")


def _atom(run: Interpreter, expr: object, state: State) -> str | None:
    """The condition that a mark is there, of whichever member it is; as a method of the member has it of itself.

    A dict goes by the networks in it.
    """
    if isinstance(expr, facts.Attribute):
        refs = _members(run, expr, state)
        tokens = sorted(f"{object_token(run, ref.root)}.{'.'.join(ref.attrs)}" for ref in refs)
        return f"⟨{'|'.join(tokens)}.{expr.attr}⟩" if tokens else None
    if not isinstance(expr, facts.Subscript):
        return None
    base = run.quiet().evaluate(expr.value, state)
    roots = {ref.root for part in records.within(base) for ref in part.refs if ref.root.kind == "built"}
    tokens = sorted(object_token(run, root) for root in roots)
    return f"⟨{'|'.join(tokens)}.[{walk.part_name(expr)!r}]⟩" if tokens else None


def _members(run: Interpreter, expr: facts.Attribute, state: State) -> frozenset[Path]:
    """The objects that an attribute is of, where they are members of a collection."""
    refs = run.quiet().evaluate(expr.value, state).refs
    apart = any(ref.root.kind == "result" for ref in refs) or all(is_single(run, ref, state) for ref in refs)
    return frozenset() if apart else refs


def _may_be_none(run: Interpreter, target: facts.Attribute, state: State) -> bool:
    """Whether a class of members sets an attribute, which is none for a state, to None somewhere."""
    classes = {t.ref for ref in _members(run, target, state) for t in run.types_of(ref, state)}
    functions = (f for klass in classes if isinstance(klass, ClassInfo) for f in klass.fact.functions.values())
    bound = (each for f in functions for each in run.project.typing.bindings(f).attributes.get(target.attr, ()))
    return not looks_like_state(target.attr) and any(walk.is_none(each.expr) for each in bound)
