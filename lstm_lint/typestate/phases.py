"""What phase the states in places are in, and what assignments and resets make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lstm_lint import walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.handwritten import may_be_cell
from lstm_lint.project.unchanged import gives_back
from lstm_lint.typestate import atoms, fed_back, heirs, presence, startup, vain, wiped, written_out
from lstm_lint.typestate.histories import KEPT
from lstm_lint.typestate.idle import is_idle
from lstm_lint.typestate.passing import passes_by
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Site
from lstm_lint.typestate.recorder import Fate
from lstm_lint.typestate.slots import Slot, weakest
from lstm_lint.typestate.targets import cannot_be_state, looks_like_state
from lstm_lint.typestate.values import CROSSED, FRESH, CallMark, Guard, Phase, Tag, Value, all_tags, replace
from lstm_lint.vocabulary import StateRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def default_tags(run: Interpreter, place: FieldPlace, state: State) -> frozenset[Tag]:
    """The phases of a slot that no code on the path touched: fresh in a new object, carrying in one that came in."""
    found: set[Tag] = set()
    for base in place.owner.prefixes():
        rel = (*place.owner.attrs[len(base.attrs) :], place.attr)
        for t in run.types_of(base, state):
            for slot in run.index.own(t.ref):
                if slot.place == rel:
                    found |= _initial(run, base, t.ref, slot, state)
            for slot, keepers in heirs.below(run, base, t.ref, state).items():
                if slot.place == rel:
                    run.index.heirs.keepers.setdefault(place, set()).update(keepers)
                    for keeper in keepers:
                        found |= _initial(run, base, keeper, slot, state)
    return frozenset(found)


def _initial(run: Interpreter, base: Path, ref: ClassRef, slot: Slot, state: State) -> set[Tag]:
    root = base.root
    strength = weakest(slot.strength, run.index.guessed(base))
    if any(run.project.recurrence.of(t.ref) == "no" for t in run.types_of(base, state)):
        strength = weakest(strength, "inferred")  # one recurrent member of a union
    phase, cause = Phase.CARRYING, "entry"
    owners = presence.owners(run, base, slot, state)
    made = root in state.fresh or (root.kind == "built" and not root.klass)  # on a path that did not make it: no object
    if made or not run.index.carried(ref, slot) or is_idle(run, base, slot):
        phase = Phase.FRESH
    elif root.kind == "result":
        phase = Phase.UNKNOWN
    elif root.kind in ("global", "self") and startup.is_under_way(run):
        phase, cause = Phase.FRESH, startup.CAUSE
    found = {Tag(phase, owner, strength=strength, cause=cause) for owner in owners}
    return _in_step(run, base, ref, slot, found, state) if phase is Phase.CARRYING else found


def _in_step(run: Interpreter, base: Path, ref: ClassRef, slot: Slot, tags: set[Tag], state: State) -> set[Tag]:
    """What comes in carrying; where a list goes in step with it, only while there is something in that."""
    if len(slot.place) != 1 or not isinstance(ref, ClassInfo) or slot.row is not None:
        return tags
    lists = run.project.in_step.with_state(ref, slot.place[0])
    if not lists:
        return tags
    state.parted = True
    guards = frozenset(Guard(atoms.attribute_atom(run, base, name), True) for name in lists)
    fresh = {replace(tag, phase=Phase.FRESH) for tag in tags}
    if any(state.guards.get(guard.atom) is False for guard in guards):
        return fresh
    return fresh | {tag.under(guards) for tag in tags}


def places_of(run: Interpreter, obj: Path, state: State) -> dict[FieldPlace, set[Path]]:
    """Every slot that an object, or one it is reached through, has: place and owners."""
    found: dict[FieldPlace, set[Path]] = {}
    holders = [base for place in state.ways(obj) for base in place.owner.prefixes()]
    for base in dict.fromkeys([*obj.prefixes(), *holders]):
        for t in run.types_of(base, state):
            only_some = heirs.below(run, base, t.ref, state)
            for slot in (*run.index.deep(t.ref), *only_some):
                owners = presence.owners(run, base, slot, state)
                for holder in run.follow(base, slot.place[:-1], state) if owners else ():
                    place = FieldPlace(holder, slot.place[-1])
                    found.setdefault(place, set()).update(owners)
                    if slot in only_some:
                        run.index.heirs.keepers.setdefault(place, set()).update(only_some[slot])
    return found


def places_of_row(run: Interpreter, obj: Path, row: StateRow, state: State) -> set[FieldPlace]:
    """Where an object keeps the state that a row of its class names."""
    *way, last = row.slot.split(".")
    return {FieldPlace(holder, last) for holder in run.follow(obj, tuple(way), state)}


def held_by(run: Interpreter, obj: Path, state: State) -> dict[FieldPlace, set[Path]]:
    """The slots that an object itself has, and those further in that the rows of its class name.

    Those that it leaves alone as it is now are left out.
    """
    rows = [row for t in run.types_of(obj, state) for row in run.project.classes.states(t.ref)]
    inner = {place for row in rows if "." in row.slot for place in places_of_row(run, obj, row, state)}
    idle = {place for row in rows if not _in_use(obj, row, state) for place in places_of_row(run, obj, row, state)}
    every = places_of(run, obj, state)
    return {p: owners for p, owners in every.items() if (p.owner == obj or p in inner) and p not in idle}


def _in_use(obj: Path, row: StateRow, state: State) -> bool:
    """Whether calls may touch the state: what would forbid it is not known to hold."""
    if row.only_when is None:
        return True
    held = state.heap.get(FieldPlace(obj, row.only_when.attribute))
    value = row.only_when.default if held is None else held.literal()
    return value is ... or value == row.only_when.value


def keeper(run: Interpreter, place: FieldPlace, target: Path, state: State) -> Path:
    """The object whose reset clears the state in a place when the weights of ``target`` were replaced.

    It is the one that has the attribute, or one it is reached through whose row names the whole way there: the nearest
    that the target is part of, else the outermost.
    """
    found = [
        base
        for base in place.owner.prefixes()
        if base != place.owner
        for t in run.types_of(base, state)
        for row in run.project.classes.states(t.ref)
        if "." in row.slot and place in places_of_row(run, base, row, state)
    ]
    around = [base for base in found if target.starts_with(base)]
    return max(around, key=_length) if around else min(found, key=_length, default=place.owner)


def _length(path: Path) -> int:
    return len(path.attrs)


def arriving(run: Interpreter, place: Place, value: Value, state: State) -> Value:
    """What a value becomes in a place: the next state of a slot, a copy of a state, or a reset."""
    if value.bears_state and _is_moved(run, place, state):
        return replace(value, tags=frozenset(), calls=frozenset(), items=None, keys=None)
    tags: set[Tag] = set()
    memory = bool(value.calls) and isinstance(place, FieldPlace) and run.project.memories.is_one(place.attr)
    if (kept := written_out.advanced(run, place, value, state)) is not None:
        made_anew(place, {kept.owner} if kept.owner is not None else (), state)
        tags.add(kept)
    elif value.calls and (memory or not _is_no_state(run, place)) and not _is_network(run, value):
        known = _owners(run, place, state)
        for mark in value.calls:
            onward = _onward(run, place, mark.places, state)
            if place in mark.places or onward or any(_related(mark.owner, owner) for owner in known):
                strength = _strength(run, mark, place, state)
                if memory and place in mark.places:
                    strength = strength or _as_memory(run, mark.owner, place, state)
                elif memory and cannot_be_state(place):
                    continue
                if strength is None:
                    continue
                told = {tag for tag in value.tags if tag.owner is not None and _related(tag.owner, mark.owner)}
                if mark.stale is not None and told:
                    tags |= told  # it was read from a place, and what is known of that is newer than the call
                elif mark.stale is not None:
                    tags.add(replace(mark.stale, strength=strength))
                else:
                    tags |= _over_an_end(value, mark.owner)
                    tags |= _in_one_arm(value, mark.owner) or {
                        Tag(Phase.CARRYING, mark.owner, None, wiped.of(value), strength, "advance")
                    }
                made_anew(place, frozenset({mark.owner}), state)
                for slot in onward or (place,):
                    run.index.note(slot, mark.owner, strength)
                if isinstance(place, Local):
                    run.local_owners[mark.owner] = strength
    if tags:
        return replace(value, tags=frozenset(tags), items=None, keys=_entries(value, tags), refs=frozenset())
    if value.calls and looks_like_state(place):
        run.index.note_output(place, value.calls)
    if value.tags:
        return value
    old = state.get(place)
    if old is None and isinstance(place, FieldPlace):
        old = run.default_field(place, state)
    if old is not None and old.tags:
        settle(run, old.tags, "reset", None, state)
        owners = {tag.owner for tag in old.tags}
        fresh = frozenset(replace(FRESH, owner=owner, strength=_tag_strength(old.tags, owner)) for owner in owners)
        return replace(value, tags=fresh, refs=frozenset() if value.known and not value.types else value.refs)
    return value


def _is_no_state(run: Interpreter, place: Place) -> bool:
    return cannot_be_state(place) or fed_back.is_action(run, place)


def _is_moved(run: Interpreter, place: Place, state: State) -> bool:
    """Whether a place is a quantity of a simulated thing: a network that drives it makes no state of it."""
    if not isinstance(place, FieldPlace) or run.project.library:
        return False
    types = run.types_of(place.owner, state)
    return bool(types) and all(run.project.moved.is_one(t.ref, place.attr) for t in types)


def _entries(value: Value, tags: set[Tag]) -> tuple[tuple[object, Value], ...] | None:
    """The entries of a dict of states that advanced together, each with what its own network made of it."""
    if value.keys is None or len(value.keys) < 2:
        return None
    owners = [(key, entry, {mark.owner for mark in entry.calls}) for key, entry in value.keys]
    return tuple((key, replace(entry, tags=frozenset(t for t in tags if t.owner in own) or entry.tags))
                 for key, entry, own in owners)  # fmt: skip


def _over_an_end(value: Value, owner: Path) -> set[Tag]:
    """What a state is that came out of a call earlier, and was carried over the end of an episode since."""
    return {tag for tag in value.tags if tag.owner == owner and tag.cause.startswith(CROSSED)}


def _in_one_arm(value: Value, owner: Path) -> set[Tag]:
    """What a state is that a function gives back under a condition, and another one where that does not hold."""
    advanced = {tag for tag in value.tags if tag.owner == owner and tag.cause == "advance"}
    return advanced if all(tag.guards for tag in advanced) else set()


def _onward(run: Interpreter, place: Place, read: frozenset[Place], state: State) -> list[FieldPlace]:
    """The places that a call read and that this one is moved on to, by another method: the state before, and after."""
    if not isinstance(place, FieldPlace):
        return []
    return [
        other
        for other in read
        if isinstance(other, FieldPlace) and other.owner == place.owner and other != place
        and any(run.project.hands_on(t.ref, place.attr, other.attr) for t in run.types_of(place.owner, state))
    ]  # fmt: skip


def advanced_in_place(run: Interpreter, place: Place, owners: frozenset[Path], state: State) -> None:
    """A call wrote the next state into what is in a place."""
    value = state.get(place)
    if value is None:
        return
    tags = frozenset(Tag(Phase.CARRYING, owner, cause="advance") for owner in owners)
    state.put(place, replace(value, tags=tags, items=None, keys=None))
    made_anew(place, owners, state)
    for owner in owners:
        run.index.note(place, owner, "proven")
        if isinstance(place, Local):
            run.local_owners[owner] = "proven"


def made_anew(place: Place, owners: Iterable[Path], state: State) -> None:
    """These objects have made the state there with the weights that they have now: those kept before did not."""
    for path, made in state.kept.items():
        if place not in made and any(
            _related(path, owner) or owner in state.reach(path) or path in state.reach(owner) for owner in owners
        ):
            state.kept[path] = made | {place}


def _is_network(run: Interpreter, value: Value) -> bool:
    """Whether a value is a network rather than a state: ``self.slow = self.pull(self.fast, self.slow)``."""
    return bool(value.refs) and any(
        run.project.recurrence.of(t.ref) == "yes" or run.project.classes.is_a(t.ref, "torch.nn.Module")
        for t in value.types
    )


def _tag_strength(tags: frozenset[Tag], owner: Path | None) -> str:
    return weakest(*(t.strength for t in tags if t.owner == owner))


def _owners(run: Interpreter, place: Place, state: State) -> set[Path]:
    value = state.get(place)
    if value is None and isinstance(place, FieldPlace):
        value = run.default_field(place, state)
    tags = value.tags if value is not None else frozenset()
    return {tag.owner for tag in tags if tag.owner is not None and tag.cause != KEPT}


def _related(one: Path, other: Path) -> bool:
    return one.starts_with(other) or other.starts_with(one)


def _strength(run: Interpreter, mark: CallMark, place: Place, state: State) -> str | None:
    """How sure it is that the owner's calls advance a recurrent state; None: they do not."""
    owner, types = mark.owner, run.types_of(mark.owner, state)
    verdicts = {run.project.recurrence.of(t.ref) for t in types if not t.arguments}
    kinds = {run.project.classes.kind(t.ref) for t in types}
    if kinds & {"env", "optimizer"}:
        return None
    if "yes" in verdicts or presence.is_given_one(run, owner, state):
        return run.index.guessed(owner)
    if "unknown" in verdicts and mark.site in run.index.handing_on and place in mark.places:
        return "inferred"
    if run.project.library or not looks_like_state(place) or passes_by(run, place):
        return None
    if not types and _is_handed_nothing_else(run, mark):
        return None  # `c1 = layer(c1)` while a network is built
    if verdicts == {"no"} and not all(isinstance(t.ref, ClassInfo) and may_be_cell(t.ref.fact) for t in types):
        return None
    forwards = [run.project.classes.method(t.ref, "forward") for t in types if not t.arguments]
    if forwards and all(isinstance(each, FunctionInfo) and gives_back(each) for each in forwards):
        return None
    return "inferred"


def _is_handed_nothing_else(run: Interpreter, mark: CallMark) -> bool:
    """Whether a call has one argument alone: what steps is handed what is seen, besides what it carries."""
    call = walk.call_at(run.frame.body, mark.site.span)
    return call is not None and len(call.arguments) == 1 and call.arguments[0].star == ""


def _as_memory(run: Interpreter, owner: Path, place: Place, state: State) -> str | None:
    """A network without a cell gives back the memory that it was handed, and calls it as the place is called."""
    if not isinstance(place, FieldPlace) or run.project.library:
        return None
    types = run.types_of(owner, state)
    return "inferred" if any(run.project.memories.takes(t.ref, place.attr) for t in types) else None


def settle(run: Interpreter, tags: frozenset[Tag], how: str, span: Span | None, state: State, what: str = "") -> None:
    """Write down what became of the stale states among ``tags``."""
    site: Site | None = run.site(span) if span is not None else None
    for tag in tags:
        if tag.phase is Phase.STALE and tag.event is not None:
            run.recorder.record(tag.event).fates.add(Fate(how, site, what, tag.strength))


def reset_places(run: Interpreter, places: set[Place], how: str, span: Span, what: str, state: State) -> None:
    """Make the states in these places fresh."""
    for place in places:
        if isinstance(place, FieldPlace) and is_futile(run, place, state):
            vain.in_step(run, place, span, what, state)
            continue
        value = state.get(place)
        if value is None and isinstance(place, FieldPlace):
            value = run.default_field(place, state)
        if value is None or not value.tagged:
            continue
        settle(run, frozenset(all_tags(value)), how, span, state, what)
        state.put(place, refreshed(value, what))


def refreshed(value: Value, cause: str) -> Value:
    """The value, and what is in it, in its initial state."""
    tags = frozenset(Tag(Phase.FRESH, tag.owner, strength=tag.strength, cause=cause) for tag in value.tags)
    if not any(part.bears_state for part in value.parts()):
        return replace(value, tags=tags, calls=frozenset())
    items, keys, element = value.items, value.keys, value.element
    return replace(
        value,
        tags=tags,
        calls=frozenset(),
        items=None if items is None else tuple(refreshed(item, cause) for item in items),
        keys=None if keys is None else tuple((key, refreshed(item, cause)) for key, item in keys),
        element=None if element is None else refreshed(element, cause),
    )


def reset_in_place(
    run: Interpreter, value: Value, span: Span, state: State, among: Callable[[Place], bool] = lambda _: True
) -> None:
    """The tensors of a value are zeroed: so is every place ``among`` those they were read from, and that share them."""
    if not value.tags:
        return
    shared: set[Place] = set(value.src)
    for place, held in state.items():
        if held.tags and held.src & value.src:
            shared.add(place)
    reset_places(run, set(filter(among, shared)), "reset", span, "", state)


def is_futile(run: Interpreter, place: FieldPlace, state: State) -> bool:
    """Whether a reset of the place has no effect here: in ``_on_step``, the rollout keeps the state in a local."""
    if place.owner.root.kind != "self":
        return False
    for frame in run.frames:
        if frame.klass is None or frame.function is None or frame.call is not None:
            continue
        rows = run.project.classes.rows(frame.klass)
        if any(frame.function.name in row.futile_resets_in for row in rows):
            return any(
                run.project.classes.states(t.ref) for t in run.types_of(place.owner, state)
            ) and place.owner.attrs[:1] == ("model",)
    return False
