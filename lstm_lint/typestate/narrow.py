"""Conditions: what each arm of a test knows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import ClassInfo, Types
from lstm_lint.project.types import Type
from lstm_lint.typestate import assign, events, slots, targets
from lstm_lint.typestate.globals import place_in
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root
from lstm_lint.typestate.values import NOTHING, CallMark, Guard, Phase, Tag, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

Arms = tuple["State | None", "State | None"]

_FLAGS = re.compile(r"(^|_)(is_rnn|use_lstm|use_rnn|use_gru|recurrent|is_recurrent|has_lstm|has_rnn|use_recurrent)$")
RESETS = re.compile(r"reset|init|clear|zero|forget|begin|start|new_?(game|episode)", re.IGNORECASE)


def assume(run: Interpreter, state: State, test: object) -> Arms:
    """The states in which ``test`` holds and in which it does not."""

    if isinstance(test, facts.BoolOp):
        left = assume(run, state, test.left)
        first, second = left if test.op == "and" else (left[1], left[0])
        if first is None:
            return (None, second) if test.op == "and" else (second, None)
        right = assume(run, first, test.right)
        if test.op == "and":
            return right[0], _either(run, second, right[1])
        return _either(run, second, right[0]), right[1]
    if isinstance(test, facts.Operation) and test.op == "not":
        holds, fails = assume(run, state, test.operands[0])
        return fails, holds
    if isinstance(test, facts.Match):
        return _match(run, state, test)
    if isinstance(test, facts.Constant):
        return (state, None) if test.value else (None, state)
    if isinstance(test, facts.Name) and test.id == "TYPE_CHECKING":
        return None, state
    value = run.evaluate(test, state)  # type: ignore[arg-type]
    subject = test.target if isinstance(test, facts.Walrus) else test
    known = value.literal()
    if known is not ... and isinstance(subject, facts.Name) and not isinstance(test, facts.Walrus):
        return (state, None) if known else (None, state)
    return _by_condition(run, state, subject, value)


def _either(run: Interpreter, one: State | None, other: State | None) -> State | None:
    if one is None or other is None:
        return one or other
    return run.join(one, other)


def _by_condition(run: Interpreter, state: State, test: object, value: Value) -> Arms:
    holds: State | None = state
    fails: State | None = state.copy()
    atom, positive = _atom(run, test, state)
    if atom is not None:
        known = state.guards.get(atom)
        for arm, outcome in ((holds, positive), (fails, not positive)):
            assert arm is not None
            arm.drop_contradicted(atom, outcome)
            arm.guards[atom] = outcome
            _imply(arm, atom, outcome)
        if known is not None and "." not in atom:
            if known is positive:
                fails = None
            else:
                holds = None
    if isinstance(test, facts.Operation) and state.loads:
        _one_of(run, test, holds, fails, state)
    if value.answer:
        for arm, outcome in ((holds, True), (fails, False)):
            if arm is not None:
                arm.drop_contradicted(value.answer, outcome)
    return _narrowed(run, test, value, holds, fails)


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
    text = _text(run, subject, state)
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


def _atom(run: Interpreter, test: object, state: State) -> tuple[str | None, bool]:
    """The normalised text of a side-effect-free test, and whether it stands for the test or its negation."""
    if isinstance(test, facts.Operation) and test.op in ("is", "is not", "==", "!=") and len(test.operands) == 2:
        texts = [_text(run, operand, state) for operand in test.operands]
        if None not in texts:
            positive = test.op in ("is", "==")
            op = "is" if test.op.startswith("is") else "=="
            return f"{texts[0]} {op} {texts[1]}", positive
    return _text(run, test, state), True


def name_atom(run: Interpreter, name: facts.Name, state: State) -> str:
    """The condition that a variable is true, wherever it lives."""
    place = run.lookup_place(name.id, state) or run.local_place(name.id, state)
    if place not in state.env and run.globals.is_shared(run.frame.module, name.id):
        place = place_in(run.frame.module.name, name.id)
    return f"⟨{place.frame}:{place.name}⟩"


def flag(run: Interpreter, target: facts.Expr, holds: bool, state: State) -> None:
    """A variable or attribute is set to True or False: so it is wherever the states of this path are met later."""
    atom = _text(run, target, state) if isinstance(target, (facts.Name, facts.Attribute)) else None
    if atom is not None:
        state.guards[atom] = holds
        state.stamp(atom, holds)


def atom_of(run: Interpreter, expr: facts.Expr, state: State) -> str | None:
    """The condition that an expression without side effects is true."""
    return _text(run, expr, state)


def _text(run: Interpreter, expr: object, state: State) -> str | None:
    if isinstance(expr, facts.Name):
        return name_atom(run, expr, state)
    if isinstance(expr, facts.Attribute):
        known = _object(run, expr.value, state)
        if known is not None:
            return f"⟨{known}.{expr.attr}⟩"
        base = _text(run, expr.value, state)
        return None if base is None else f"{base[:-1]}.{expr.attr}⟩" if base.endswith("⟩") else None
    if isinstance(expr, facts.Constant):
        return repr(expr.value)
    if isinstance(expr, facts.Subscript):
        parts = [_text(run, expr.value, state), _text(run, expr.index, state)]
        return None if None in parts else f"{parts[0]}[{parts[1]}]"
    if isinstance(expr, facts.Operation) and expr.op not in ("fstring", "slice"):
        parts = [_text(run, operand, state) for operand in expr.operands]
        return None if None in parts else f"{expr.op}({', '.join(p or '' for p in parts)})"
    if isinstance(expr, facts.Call):
        name = getattr(expr.func, "id", "")
        if name in ("isinstance", "hasattr", "len", "callable", "bool", "issubclass", "any", "all"):
            parts = [_text(run, argument.value, state) for argument in expr.arguments]
            return None if None in parts else f"{name}({', '.join(p or '' for p in parts)})"
        if isinstance(expr.func, facts.Attribute) and expr.func.attr in ("any", "all", "get", "is_set", "endswith"):
            base = _text(run, expr.func.value, state)
            parts = [_text(run, argument.value, state) for argument in expr.arguments]
            return None if base is None or None in parts else f"{base}.{expr.func.attr}({parts})"
    return None


def _object(run: Interpreter, expr: facts.Expr, state: State) -> str | None:
    """The one object that a name or attribute stands for, whatever it is called here; None for parts of collections."""
    path = _path(run, expr, state)
    if path is None or path.root.kind == "result" or not events.is_single(run, path, state):
        return None
    return object_token(run, path.root) + ".".join(path.attrs)


def object_token(run: Interpreter, root: Root) -> str:
    """How conditions on attributes of an object and of its parts begin."""
    return f"#{run.frame_number(root)}:"


def _path(run: Interpreter, expr: facts.Expr, state: State) -> Path | None:
    if isinstance(expr, facts.Name):
        value = run.lookup(expr.id, state)
        refs = value.refs if value is not None else frozenset()
    elif isinstance(expr, facts.Attribute):
        base = _path(run, expr.value, state)
        if base is None:
            return None
        held = state.heap.get(FieldPlace(base, expr.attr))
        refs = held.refs if held is not None and held.refs else frozenset({base.child(expr.attr)})
    else:
        return None
    return next(iter(refs)) if len(refs) == 1 else None


def _narrowed(run: Interpreter, test: object, value: Value, holds: State | None, fails: State | None) -> Arms:
    if isinstance(test, facts.Operation) and test.op in ("is", "is not") and len(test.operands) == 2:
        other = test.operands[1]
        if isinstance(other, facts.Constant) and other.value is None:
            none, some = (holds, fails) if test.op == "is" else (fails, holds)
            none = _is_none(run, test.operands[0], none)
            return (none, some) if test.op == "is" else (some, none)
    if isinstance(test, facts.Call):
        name = getattr(test.func, "id", "")
        if name == "isinstance" and len(test.arguments) == 2:
            return _isinstance(run, test, holds, fails)
        if name == "hasattr" and len(test.arguments) == 2:
            return _hasattr(run, test, holds, fails)
    last = getattr(test, "attr", getattr(test, "id", ""))
    if last and _FLAGS.search(last) and fails is not None:
        _touch_own(run, fails)
        _covered(run, fails, lambda place, tag: True, "guarded")
    elif isinstance(test, (facts.Name, facts.Attribute)) and fails is not None:
        _falsy(run, test, fails)
    return holds, fails


def _never_advanced(run: Interpreter, place: FieldPlace, held: Value | None, state: State) -> None:
    """A network that is not built yet has made no state."""
    paths = {place.owner.child(place.attr), *(held.refs if held is not None else ())}
    _touch_own(run, state)

    def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.owner is None or not any(tag.owner.starts_with(path) for path in paths):
            return None
        return frozenset({Tag(Phase.FRESH, tag.owner, strength=tag.strength, cause="None")})

    state.retag(change)


def _touch_own(run: Interpreter, state: State) -> None:
    """Bring the slots of ``self`` into the state, so that a flag that says there are none is heard by them."""
    first = run.frame.first
    for ref in first.refs if first is not None else ():
        for place in slots.places_of(run, ref, state):
            run.read_field(place.owner, place.attr, state)


def _is_none(run: Interpreter, expr: facts.Expr, none: State | None) -> State | None:
    """On the arm where the slot is None there is no state."""
    if none is None:
        return None
    place = targets.place_of(run, expr, none)
    if place is not None:
        held = none.get(place)
        if held is not None and held.tags:
            slots.settle(run, held.tags, "guarded", None, none)
            none.put(place, slots.refreshed(held, "None"))
        elif isinstance(place, FieldPlace):
            none.put(place, Value(const=facts.Constant(None, expr.span)))
            _never_advanced(run, place, held, none)
        elif held is not None:
            none.put(place, Value(const=facts.Constant(None, expr.span)))
    return none


def _falsy(run: Interpreter, expr: facts.Expr, state: State) -> None:
    place = targets.place_of(run, expr, state)
    held = state.get(place) if place is not None else None
    if place is not None and held is not None and held.tags:
        slots.settle(run, held.tags, "guarded", None, state)
        state.put(place, slots.refreshed(held, "None"))
    elif isinstance(place, Local) and held is not None and _is_network(run, held, state):
        state.put(place, Value(const=facts.Constant(None, expr.span)))  # a network is true, so this is none


def _is_network(run: Interpreter, value: Value, state: State) -> bool:
    types = frozenset[Type]().union(*(run.types_of(ref, state) for ref in value.refs))
    return bool(types) and all(run.project.recurrence.of(t.ref) == "yes" for t in types)


def _covered(run: Interpreter, state: State, where, how: str) -> None:  # type: ignore[no-untyped-def]
    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase not in (Phase.STALE, Phase.CARRYING) or not where(place, tag):
            return None
        slots.settle(run, frozenset({tag}), how, None, state)
        return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})

    def forgiven(mark: CallMark) -> CallMark:
        covered = mark.stale is not None and where(Local(-1, ""), mark.stale)
        return mark._replace(stale=None) if covered else mark

    state.retag(change)
    state.remark(forgiven)


def _classes(run: Interpreter, expr: facts.Expr, state: State) -> Types | None:
    """The classes an ``isinstance`` names, None when one of them is unknown."""
    if isinstance(expr, facts.Display):
        found: set[Type] = set()
        for item in expr.items:
            part = _classes(run, item, state)
            if part is None:
                return None
            found |= part
        return frozenset(found)
    if isinstance(expr, facts.Operation) and expr.op == "|":
        return _classes(run, facts.Display("tuple", expr.operands, expr.span), state)

    value = run.quiet().evaluate(expr, state)
    if value.classes:
        return frozenset(Type(ref) for ref in value.classes)
    return frozenset({Type(value.external)}) if value.external else None


def _isinstance(run: Interpreter, test: facts.Call, holds: State | None, fails: State | None) -> Arms:
    classes = _classes(run, test.arguments[1].value, holds or fails)  # type: ignore[arg-type]
    subject = test.arguments[0].value
    if classes is None:
        return holds, fails
    for arm, inside in ((holds, True), (fails, False)):
        if arm is not None:
            narrow_to(run, subject, classes, inside, arm)
    return holds, fails


def narrow_to(run: Interpreter, subject: facts.Expr, classes: Types, inside: bool, arm: State) -> None:
    """In this arm the subject is, or is not, an instance of one of these classes."""

    value = run.quiet().evaluate(subject, arm)
    for ref in value.refs:
        current = run.types_of(ref, arm) or value.types
        is_a = run.project.classes.is_a
        if inside:
            kept = frozenset(t for t in current if any(is_a(t.ref, c.ref) for c in classes))
            arm.narrowed[ref] = kept or classes
        else:
            kept = frozenset(t for t in current if not any(is_a(t.ref, c.ref) for c in classes))
            if current:
                arm.narrowed[ref] = kept
            if all(run.project.recurrence.of(t.ref) == "no" for t in kept):
                _covered(
                    run,
                    arm,
                    lambda place, tag, ref=ref: tag.owner is not None and tag.owner.starts_with(ref),
                    "guarded",
                )
        place = targets.place_of(run, subject, arm)
        held = arm.get(place) if place is not None else None
        if place is not None and held is not None and ref in arm.narrowed:
            arm.put(place, replace(held, types=arm.narrowed[ref]))


def _hasattr(run: Interpreter, test: facts.Call, holds: State | None, fails: State | None) -> Arms:

    state = holds or fails
    assert state is not None
    subject = run.quiet().evaluate(test.arguments[0].value, state)
    attr = run.quiet().evaluate(test.arguments[1].value, state).literal()
    if not isinstance(attr, str):
        return holds, fails
    verdict = _has(run, subject, attr, state)
    if verdict is True:
        return holds, None
    if verdict is False:
        return None, fails
    if fails is not None and (RESETS.search(attr) or targets.looks_like_state(Local(0, attr))):
        refs = frozenset().union(*(fails.reach(ref) for ref in subject.refs))
        _covered(run, fails, lambda place, tag: tag.owner is not None and any(
            tag.owner.starts_with(ref) for ref in refs
        ), "guarded")  # fmt: skip
    return holds, fails


def _has(run: Interpreter, subject: Value, attr: str, state: State) -> bool | None:
    """Whether every class the subject may have has the attribute; None when that cannot be told."""
    types: set[Type] = set()
    for ref in subject.refs:
        if run.index.assumed.get(ref):
            found = run.types_of(ref, state)
            return True if found and all(_class_has(run, t, attr) for t in found) else None
        types |= run.types_of(ref, state)
    if not types or any(run.project.classes.is_opaque(t.ref) for t in types):
        return None
    answers = {_class_has(run, t, attr) for t in types}
    if answers == {True}:
        return True
    return False if answers == {False} and RESETS.search(attr) else None


def _class_has(run: Interpreter, t: Type, attr: str) -> bool:
    if run.project.classes.method(t.ref, attr) is not None or run.project.typing.attribute(t.ref, attr):
        return True
    if any(state.slot == attr for state in run.project.classes.states(t.ref)):
        return True
    for base in run.project.classes.lineage(t.ref):
        if isinstance(base, ClassInfo):
            if attr in base.fact.annotations or attr in base.fact.assignments:
                return True
            for function in base.fact.functions.values():
                if attr in run.project.typing.bindings(function).attributes:
                    return True
    return False


def _match(run: Interpreter, state: State, test: facts.Match) -> Arms:

    value = run.evaluate(test.subject, state)
    holds, fails = state, state.copy()
    for name in test.binds:
        assign.store(run, facts.Name(name, test.subject.span), NOTHING, holds)
    for name in test.whole:
        assign.store(run, facts.Name(name, test.subject.span), value, holds)
    if test.classes:
        classes = _classes(run, facts.Display("tuple", test.classes, test.subject.span), state)
        if classes is not None and not test.binds:
            narrow_to(run, test.subject, classes, True, holds)
            if test.guard is None:
                narrow_to(run, test.subject, classes, False, fails)
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
