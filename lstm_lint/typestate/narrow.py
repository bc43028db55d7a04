"""What an arm of a test knows: classes, attributes that are there, and what is None."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, Types
from lstm_lint.project.guards import is_given, may_have
from lstm_lint.project.types import Type
from lstm_lint.typestate import phases, targets
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.values import Phase, Tag, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


Arms = tuple["State | None", "State | None"]

_FLAGS = re.compile(r"(^|_)(is_rnn|use_lstm|use_rnn|use_gru|recurrent|is_recurrent|has_lstm|has_rnn|use_recurrent)$")
RESETS = re.compile(r"reset|init|clear|zero(?!_?grad)|forget|begin|start|new_?(game|episode)", re.IGNORECASE)


def narrowed(run: Interpreter, test: object, value: Value, holds: State | None, fails: State | None) -> Arms:
    if isinstance(test, facts.Operation) and test.op in ("is", "is not") and len(test.operands) == 2:
        other = test.operands[1]
        if walk.is_none(other):
            none, some = (holds, fails) if test.op == "is" else (fails, holds)
            none = _is_none(run, test.operands[0], none)
            return (none, some) if test.op == "is" else (some, none)
    if isinstance(test, facts.Call):
        name = getattr(test.func, "id", "")
        if name == "isinstance" and len(test.arguments) == 2:
            return _isinstance(run, test, holds, fails)
        if name == "hasattr" and len(test.arguments) == 2:
            return _hasattr(run, test, holds, fails)
    if isinstance(test, facts.Operation) and test.op in ("in", "not in"):
        _named_by_key(run, test.operands[0], fails if test.op == "in" else holds)
    last = getattr(test, "attr", getattr(test, "id", ""))
    if last and _FLAGS.search(last) and fails is not None:
        _touch_own(run, fails)
        _covered(run, fails, lambda place, tag: True, "guarded")
    elif isinstance(test, (facts.Name, facts.Attribute)) and fails is not None:
        _falsy(run, test, fails)
    return holds, fails


def _named_by_key(run: Interpreter, expr: facts.Expr, absent: State | None) -> None:
    """``if "gru_h" in checkpoint:``: where a checkpoint brings no such state, the attribute of that name is left."""
    key = expr.value if isinstance(expr, facts.Constant) else None
    if isinstance(key, str) and absent is not None and absent.loads:
        name = key.strip("_")

        def is_named(place: Place, tag: Tag) -> bool:
            return tag.phase is Phase.STALE and isinstance(place, FieldPlace) and place.attr.strip("_") == name

        _covered(run, absent, is_named, "guarded")


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
        for place in phases.places_of(run, ref, state):
            run.read_field(place.owner, place.attr, state)


def _is_none(run: Interpreter, expr: facts.Expr, none: State | None) -> State | None:
    """On the arm where the slot is None there is no state."""
    if none is None:
        return None
    place = targets.place_of(run, expr, none)
    if place is not None:
        held = none.get(place)
        if held is not None and held.tags:
            _has_no_state(run, place, held, none)
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
        _has_no_state(run, place, held, state)
    elif isinstance(place, Local) and held is not None and _is_network(run, held, state):
        state.put(place, Value(const=facts.Constant(None, expr.span)))  # a network is true, so this is none


def _has_no_state(run: Interpreter, place: Place, held: Value, state: State) -> None:
    """A place turns out to have no state, and so does the one that its value was read from and still stands in."""
    phases.settle(run, held.tags, "guarded", None, state)
    for each in {place, *held.src}:
        there = state.get(each)
        if there is not None and there.tags <= held.tags:
            state.put(each, phases.refreshed(there, "None"))


def _is_network(run: Interpreter, value: Value, state: State) -> bool:
    types = frozenset[Type]().union(*(run.types_of(ref, state) for ref in value.refs))
    return bool(types) and all(run.project.recurrence.of(t.ref) == "yes" for t in types)


def _covered(run: Interpreter, state: State, where, how: str) -> None:  # type: ignore[no-untyped-def]
    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase not in (Phase.STALE, Phase.CARRYING) or not where(place, tag):
            return None
        phases.settle(run, frozenset({tag}), how, None, state)
        return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})

    state.retag(change)
    state.remark_stale(lambda _, tag: None if where(Local(-1, ""), tag) else tag)


def classes_named(run: Interpreter, expr: facts.Expr, state: State) -> Types | None:
    """The classes an ``isinstance`` names, None when one of them is unknown."""
    if isinstance(expr, facts.Display):
        found: set[Type] = set()
        for item in expr.items:
            part = classes_named(run, item, state)
            if part is None:
                return None
            found |= part
        return frozenset(found)
    if isinstance(expr, facts.Operation) and expr.op == "|":
        return classes_named(run, facts.Display("tuple", expr.operands, expr.span), state)

    value = run.quiet().evaluate(expr, state)
    if value.classes:
        return frozenset(Type(ref) for ref in value.classes)
    return frozenset({Type(value.external)}) if value.external else None


def _isinstance(run: Interpreter, test: facts.Call, holds: State | None, fails: State | None) -> Arms:
    classes = classes_named(run, test.arguments[1].value, holds or fails)  # type: ignore[arg-type]
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
    others = _others(run, value, classes, arm) if inside else frozenset[Path]()
    if others:
        place = targets.place_of(run, subject, arm)
        held = arm.get(place) if place is not None else None
        if place is not None and held is not None:
            arm.put(place, replace(held, refs=held.refs - others))
    for ref in value.refs - others:
        current = run.types_of(ref, arm) or value.types
        is_a = run.project.classes.is_a
        if inside:
            kept = frozenset(t for t in current if any(is_a(t.ref, c.ref) for c in classes))
            arm.narrowed[ref] = kept or classes
        else:
            kept = frozenset(t for t in current if not any(is_a(t.ref, c.ref) for c in classes))
            if current:
                arm.narrowed[ref] = kept
            _without_heirs(run, ref, classes, arm)
            told = bool(current) or any(_may_be_network(run, t) for t in classes)
            if told and all(run.project.recurrence.of(t.ref) == "no" for t in kept):
                _covered(
                    run,
                    arm,
                    # One that is surely an instance is not what this arm is about, whoever makes its states.
                    lambda place, tag, ref=ref, surely=not kept: (
                        _belongs(place, tag, ref) if surely else tag.owner is not None and tag.owner.starts_with(ref)
                    ),
                    "guarded",
                )
        place = targets.place_of(run, subject, arm)
        held = arm.get(place) if place is not None else None
        if place is not None and held is not None and ref in arm.narrowed:
            arm.put(place, replace(held, types=arm.narrowed[ref]))


def _others(run: Interpreter, value: Value, classes: Types, arm: State) -> frozenset[Path]:
    """The objects among several that are built in view, or parts of others, and of other classes: it is none of them.

    A part may be of a class below the one that it is known to be of.
    """
    is_a = run.project.classes.is_a

    def is_other(ref: Path) -> bool:
        known = run.types_of(ref, arm)
        built = ref.root.kind == "built" and not ref.attrs and bool(known)
        part = bool(known) and any(ref != other and ref.starts_with(other) for other in value.refs)
        if not built and not part:
            return False
        return not any(is_a(t.ref, c.ref) or (part and is_a(c.ref, t.ref)) for t in known for c in classes)

    found = frozenset(filter(is_other, value.refs))
    return found if found != value.refs else frozenset()


def _without_heirs(run: Interpreter, ref: Path, classes: Types, arm: State) -> None:
    """What only instances of these classes keep is not there where the object is none of them."""

    def kept_by_none(place: Place, tag: Tag) -> bool:
        keepers = run.index.heirs.keepers.get(place) if isinstance(place, FieldPlace) else None
        return bool(keepers) and isinstance(place, FieldPlace) and place.owner.starts_with(ref) and all(
            any(run.project.classes.is_a(keeper, c.ref) for c in classes) for keeper in keepers or ()
        )  # fmt: skip

    _covered(run, arm, kept_by_none, "guarded")


def _may_be_network(run: Interpreter, t: Type) -> bool:
    """Whether an object that is no instance of a class may be without recurrent state for that: not of a wrapper."""
    return run.project.classes.kind(t.ref) != "container" and run.project.recurrence.of(t.ref) != "no"


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
        _covered(run, fails, lambda place, tag: any(_belongs(place, tag, ref) for ref in refs), "guarded")
    return holds, fails


def _belongs(place: Place, tag: Tag, ref: Path) -> bool:
    """Whether an object made a state, or keeps it."""
    made = tag.owner is not None and tag.owner.starts_with(ref)
    return made or (isinstance(place, FieldPlace) and place.owner.starts_with(ref))


def _has(run: Interpreter, subject: Value, attr: str, state: State) -> bool | None:
    """Whether every class the subject may have has the attribute; None when that cannot be told."""
    types: set[Type] = set()
    if _is_lacking(run, frozenset().union(*(run.types_of(ref, state) for ref in subject.refs)), attr):
        return False
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


def _is_lacking(run: Interpreter, types: Types, attr: str) -> bool:
    """Whether a row says that objects of a class have no such attribute, and nothing in view gives them one."""
    asked = [t.ref for t in types if any(attr in row.lacks for row in run.project.classes.rows(t.ref))]
    if not asked or any(_class_has(run, t, attr) for t in types):
        return False
    return not is_given(run.project, attr) and not any(may_have(run.project, ref, attr) for ref in asked)


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
