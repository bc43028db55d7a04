"""What methods of the vocabulary do to the states that an object keeps: reset, use, advance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.typestate import atoms, phases, uses
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.recorder import ROUND
from lstm_lint.typestate.slots import weakest
from lstm_lint.typestate.values import Guard, Phase, Tag, Value, replace
from lstm_lint.vocabulary import MethodRow
from lstm_lint.vocabulary.schema import ArgumentRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def act(run: Interpreter, row: MethodRow, ref: Path, span: Span, what: str, arguments: Arguments, state: State) -> None:
    """What a call of a method does to the states of an object: reset, use, advance, in this order."""
    if not (row.resets or row.uses or row.advances):
        return
    places = phases.held_by(run, ref, state)
    if row.resets and row.only_without is not None and (given := arguments.get(row.only_without)) is not None:
        run.wipers.note_beginning(given.src, frozenset(places))
    capped = False
    if row.resets and _resets_all(row, arguments):
        kept = _kept_from_reset(row, arguments)
        if kept is False:
            alone = row.unless is None and not row.uses
            phases.reset_places(run, set(places), "reset" if alone else "neutralised", span, f"{row.name}()", state)
        capped = kept is None
    if row.uses:
        for place in places:
            uses.use_place(run, place, span, what, state, capped)
    if row.advances:
        _advance(run, places, state)
    if row.fresh_after is not None and _is_given(arguments, row.fresh_after):
        phases.reset_places(run, set(places), "neutralised", span, f"{row.name}()", state)


def reset_where(run: Interpreter, row: MethodRow, ref: Path, expr: facts.Call, state: State) -> None:
    """A call that resets the states where an argument is true: elsewhere they stay as they are."""
    plain = [a.value for a in expr.arguments if a.keyword is None and not a.star]
    guards: set[Guard] = set()
    for argument in row.resets_where:
        given = next((a.value for a in expr.arguments if a.keyword == argument.argument), None)
        if given is None and argument.position < len(plain):
            given = plain[argument.position]
        atom = atoms.atom_of(run, given, state) if given is not None else None
        if isinstance(given, facts.Constant) and given.value is True:
            phases.reset_places(run, set(phases.held_by(run, ref, state)), "reset", expr.span, f"{row.name}()", state)
            return
        if atom is not None and not isinstance(given, facts.Constant):
            guards.add(Guard(atom, False))
    for place in phases.held_by(run, ref, state) if guards else ():
        held = run.read_field(place.owner, place.attr, state)
        kept = frozenset(tag if tag.phase is Phase.FRESH else tag.under(tag.guards | guards) for tag in held.tags)
        fresh = frozenset(Tag(Phase.FRESH, tag.owner, strength=tag.strength, cause=row.name) for tag in held.tags)
        state.put(place, replace(held, tags=kept | fresh))
        state.parted = True


def _advance(run: Interpreter, places: Mapping[FieldPlace, set[Path]], state: State) -> None:
    """The states in these places are made anew by the weights as they are."""
    for place, owners in places.items():
        run.index.advanced(place)
        held = run.read_field(place.owner, place.attr, state)
        strength = weakest("proven", *(tag.strength for tag in held.tags))
        tags = frozenset(Tag(Phase.CARRYING, owner, strength=strength, cause="advance") for owner in owners)
        state.put(place, replace(held, tags=tags))
        phases.made_anew(place, owners, state)


def _is_given(arguments: Arguments, row: ArgumentRow) -> bool:
    value = arguments.get(row)
    return value is not None and not value.is_none


def _kept_from_reset(row: MethodRow, arguments: Arguments) -> bool | None:
    """Whether the arguments keep a method from resetting; None when nothing tells."""
    if row.unless is not None:
        return arguments.meets(row.unless)
    if not row.resets_with:
        return False
    answers = [arguments.meets(condition) for condition in row.resets_with]
    if True in answers:
        return False
    return None if None in answers else True


def _resets_all(row: MethodRow, arguments: Arguments) -> bool:
    """Whether a reset is of every state, not of those that an argument points at."""
    which = arguments.get(row.only_without) if row.only_without is not None else None
    return which is None or which.is_none or which.ones


def actors(run: Interpreter, ref: Path, row: MethodRow, state: State) -> frozenset[Path]:
    """The objects whose states a method resets, uses or advances; each of a collection of them."""
    if not row.on:
        return frozenset({ref})
    *way, last = row.on.split(".")
    found: set[Path] = set()
    for holder in run.follow(ref, tuple(way), state):
        held = state.heap.get(FieldPlace(holder, last))
        inside = held.element.refs if held is not None and held.element is not None and not held.refs else None
        found |= inside or run.follow(holder, (last,), state)
    return frozenset(found)


def looped(run: Interpreter, iterable: Value, span: Span, state: State, what: str = ROUND) -> None:
    """A loop goes on over objects, or ``next()`` is called: some step their environments to give the next element."""
    for ref in sorted(iterable.refs | iterable.holds, key=str):
        for t in run.types_of(ref, state):
            row = run.project.classes.method(t.ref, "__iter__")
            if isinstance(row, MethodRow):
                for actor in actors(run, ref, row, state):
                    act(run, row, actor, span, what, Arguments((), ()), state)
