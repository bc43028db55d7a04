"""Events: weights are replaced."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import per_network
from lstm_lint.typestate import inmates, phases, published, rivals, rollbacks, saved, sources, taken_over, tensordicts
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.histories import KEPT
from lstm_lint.typestate.masks import implied
from lstm_lint.typestate.objects import classes_of, is_single, some_feed_forward, touches
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.recorder import Fate, Record, Slotted
from lstm_lint.typestate.row_masks import Rows
from lstm_lint.typestate.spelling import from_locals, is_in_own_collection, receiver_text, spelled
from lstm_lint.typestate.targets import cannot_be_state
from lstm_lint.typestate.values import NOTHING, CallMark, Event, Guard, Phase, Tag, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

ANOTHER = "bound to another object"
"""The row of an event that replaces no weights: a variable stands for another network from here on."""
_WITH_BUFFERS = frozenset({"load_state_dict", "set_parameters"})
"""The rows that fill the persistent buffers of a module as well as its parameters."""


def replace_weights(
    run: Interpreter,
    targets: frozenset[Path],
    span: Span,
    receiver: facts.Expr | None,
    row: str,
    state: State,
    source: Value | None = None,
    sync: bool | None = None,
    gone: tuple[Path, ...] = (),
    named: Path | None = None,
) -> None:
    """The weights of ``targets`` come from elsewhere: states that they made are stale from here on.

    ``gone`` are objects exchanged as a whole: a state they keep themselves goes with them. ``named`` is what the
    receiver names, where that is not the target itself but an object it is part of.
    """
    site = run.site(span)
    run.unbound = None
    run.as_weights |= frozenset() if source is None else source.src
    for target in sorted(targets, key=str):
        # A summary element stands for many objects: weights of one member for another are no rollback.
        single = is_single(run, target, state)
        given = frozenset[Path]() if source is None else source.weights_of | source.parameters_of
        back = any(target in state.lent.get(path, ()) for path in given)
        own = source is not None and not source.mixed and (target in source.weights_of or back)
        rollback = single and own
        rollback = rollback or (single and sources.is_put_back(run, receiver, source))
        state.lent[target] = given
        soft = sync
        if soft is None:
            soft = sources.is_sync(run, target, source, state) or published.is_taken(run, span)
        event = Event(
            site,
            run.chain(),
            target,
            receiver_text(run, receiver, target, state),
            row,
            soft,
            run.entry,
            any(each.root.kind == "self" for each in (target, *gone[:1])),
        )
        record = run.recorder.record(event)
        record.rival = record.rival or rivals.is_exchanged(run, target, span, state)
        record.rollback = record.rollback or rollback
        if source is not None and not source.copied:
            record.sources |= source.weights_of
        record.capped = record.capped or rollback or (len(targets) > 1 and some_feed_forward(run, targets, state))
        record.parameter, record.typed = _parameter(run, receiver)
        record.classes |= {t.ref for t in run.types_of(target, state)}
        run.globals.bring_in(run, target, state)
        places = phases.places_of(run, target, state)
        for place, owners in places.items():
            hit = any(touches(run, target, owner, state) for owner in owners)
            if hit and state.heap.get(place) is None:
                run.read_field(place.owner, place.attr, state)
        if rollback:
            others = rollbacks.made_by_others(run, target, source, state)
            _make_stale(run, event, _Named(target, named or target, receiver), state, gone, others)
            state.loads |= {event.site}
            rollbacks.restored(run, target, state, event)
            continue
        _make_stale(run, event, _Named(target, named or target, receiver), state, gone)
        state.loads |= {event.site}


def cap(run: Interpreter, span: Span) -> None:
    """The replacement at this place is no more than a warning: its receiver may have no recurrent state at all."""
    site, chain = run.site(span), run.chain()
    for event, record in run.recorder.records.items():
        if event.site == site and event.chain == chain:
            record.capped = True


class _Named(NamedTuple):
    """What gets new weights, and the object that the source names by an expression."""

    target: Path
    named: Path
    receiver: facts.Expr | None


def _make_stale(
    run: Interpreter,
    event: Event,
    what: _Named,
    state: State,
    gone: tuple[Path, ...],
    concerned: Callable[[Place, Tag], bool] | None = None,
) -> None:
    """What the target made is stale, as far as it is ``concerned``."""
    target = what.target
    record = run.recorder.record(event)
    guards = _known_guards(run, state)
    # Many places have the same owner, and neither change below is seen before all of them were asked about.
    touched = cache(lambda owner: touches(run, target, owner, state))
    wiped = cache(Rows(run, event.site.span, state).are_wiped)
    taken = cache(lambda: taken_over.with_weights(run, event.site.span, what.receiver))
    parked = cache(lambda: per_network.parked(run.frame.function, run.frame.klass, event.site.span))
    anew = cache(lambda owner: tensordicts.begins_anew(run, owner, event.site.span, state))
    dicts = cache(lambda: taken_over.dicts(run, what.receiver, taken(), state))
    kept: set[CallMark] = set()
    made: set[CallMark] = set()

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.owner is None or not touched(tag.owner) or (concerned is not None and not concerned(place, tag)):
            return None
        if isinstance(place, FieldPlace) and any(place.owner.starts_with(each) for each in gone):
            return frozenset({replace(tag, phase=Phase.FRESH, event=None)})
        if gone and (inmates.stays(run, place, gone, state) or inmates.has_its_own(place, gone, state)):
            return None
        if tag.event is not None and tag.event.row == ANOTHER:
            return None  # of another object's making: told where the variable was bound
        if tag.cause != KEPT:
            _met(run, record, place, tag, what, state)
        if _is_overwritten(run, event, place, state):
            return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})  # by the donor's: RSH009
        if tag.phase in (Phase.FRESH, Phase.UNKNOWN):
            return None
        if tag.cause == KEPT:
            return frozenset({replace(tag, phase=Phase.UNKNOWN)})
        if tag.phase is Phase.CARRYING and wiped(place):
            record.fates.add(Fate("reset", event.site, "the rows of these seats are masked", tag.strength))
            kept.update((state.get(place) or NOTHING).calls)
            return None
        if tag.phase is Phase.CARRYING and anew(tag.owner):
            record.fates.add(Fate("reset", event.site, "it begins anew with the episode", tag.strength))
            kept.update((state.get(place) or NOTHING).calls)
            return None
        name = place.attr if isinstance(place, FieldPlace) else _own_name(run, place)
        if place in dicts() if isinstance(what.receiver, facts.Subscript) else name in taken():
            record.fates.add(Fate("reset", event.site, "it is taken over with the weights", tag.strength))
            kept.update((state.get(place) or NOTHING).calls)
            return None
        if name in parked():
            record.fates.add(Fate("reset", event.site, "each network has one of its own", tag.strength))
            kept.update((state.get(place) or NOTHING).calls)
            return None
        made.update((state.get(place) or NOTHING).calls)
        cause = "entry" if tag.cause == "entry" else "swap"
        under = guards | tag.guards if tag.phase is Phase.CARRYING else guards
        stale = Tag(Phase.STALE, tag.owner, event, under, tag.strength, cause)
        return frozenset({stale, tag} if tag.phase is Phase.STALE else {stale})

    state.retag(change)

    def outcome(mark: CallMark) -> CallMark:
        # Where only some states are concerned, so are only the outcomes of calls that these came from.
        spared = mark in kept if concerned is None else mark not in made
        return mark if spared else _stale_mark(event, mark, guards, touched)

    state.remark(outcome)


def _own_name(run: Interpreter, place: Local) -> str:
    """A variable of the function under way by its name."""
    return place.name if place.frame == run.frame.number else ""


def _is_own(run: Interpreter, receiver: facts.Expr | None, state: State) -> bool:
    """Whether the receiver starts at a variable of the function under way, and not of one around it."""
    root = walk.root(receiver) if receiver is not None else None
    return isinstance(root, facts.Name) and state.get(Local(run.frame.number, root.id)) is not None


def _is_overwritten(run: Interpreter, event: Event, place: Place, state: State) -> bool:
    """Whether the new weights bring a state of their own with them: it is kept in a persistent buffer."""
    if event.row not in _WITH_BUFFERS or not isinstance(place, FieldPlace) or not place.owner.starts_with(event.target):
        return False
    types = run.types_of(place.owner, state)
    return any(run.project.buffers.is_persistent(t.ref, place.attr) for t in types)


def _known_guards(run: Interpreter, state: State) -> frozenset[Guard]:
    known = frozenset(Guard(atom, holds) for atom, holds in state.guards.items() if not atom.startswith("<"))
    return known.union(implied(run, state))


def _met(run: Interpreter, record: Record, place: Place, tag: Tag, what: _Named, state: State) -> None:
    """Write down a state that a replacement meets: its phase, and how to name it in a reset."""
    record.before.add(tag.phase.value)
    record.strengths.add(tag.strength)
    if isinstance(place, FieldPlace):
        record.slots.add(str(Path(place.owner.root, (*place.owner.attrs, place.attr))))
        keeper = phases.keeper(run, place, what.target, state)
        holders = spelled(run, keeper, what.named, what.receiver, state)
        found = classes_of(run, keeper, state)
        direct = spelled(run, keeper, what.target, what.receiver, state) if what.named != what.target else holders
        near = (
            direct[0] is not None
            or (holders[0] is not None and _is_own(run, what.receiver, state))
            or from_locals(run, run.frame, keeper, state) is not None
            or (
                what.receiver is not None
                and not _parameter(run, what.receiver)[0]
                and _within(keeper, what.target, state)
            )
            or is_in_own_collection(run, keeper, state)
        )
        name = ".".join((*place.owner.attrs[len(keeper.attrs) :], place.attr))
        record.remedies.add(Slotted(holders, name, tag.strength, found, tag.phase.value, near=near))
    elif not place.name.strip("_") or cannot_be_state(place) or saved.is_copy(state.get(place) or NOTHING):
        return  # thrown away, or what a candidate has earned, or the weights that were made of that
    elif tag.phase is not Phase.FRESH or tag.cause != "initial":
        record.slots.add(place.name.rpartition(":")[2])
        if place.frame == SHARED:
            name = place.name.rpartition(":")[2]
            record.remedies.add(Slotted((), name, tag.strength, frozenset(), tag.phase.value, local=True, depth=-1))
        depth = next((n for n, frame in enumerate(reversed(run.frames)) if frame.number == place.frame), None)
        if depth is not None:
            assert tag.owner is not None
            types = run.types_of(tag.owner, state)
            by_row = any(row.recurrent == "yes" for t in types for row in run.project.classes.rows(t.ref))
            by_row = by_row and not tensordicts.is_network(run, tag.owner, state)
            slotted = Slotted((), place.name, tag.strength, frozenset(), tag.phase.value, by_row, True, depth)
            record.remedies.add(slotted)


def _within(keeper: Path, target: Path, state: State) -> bool:
    """Whether an object is one that gets new weights, or a part of it."""
    return any(keeper.starts_with(ref) for ref in state.reach(target))


def stale_for(run: Interpreter, event: Event, place: Place, tag: Tag, owner: Path, strength: str, state: State) -> Tag:
    """A state that one object made as another one, ``owner``, would read it."""
    record = run.recorder.record(event)
    record.classes |= {t.ref for t in run.types_of(event.target, state)}
    _met(run, record, place, replace(tag, strength=strength), _Named(event.target, event.target, None), state)
    return Tag(Phase.STALE, owner, event, _known_guards(run, state), strength, "swap")


def _stale_mark(event: Event, mark: CallMark, guards: frozenset[Guard], touched: Callable[[Path], bool]) -> CallMark:
    """What came out of a call before the replacement is stale wherever it is put after it."""
    if mark.stale is not None or not touched(mark.owner):
        return mark
    return mark._replace(stale=Tag(Phase.STALE, mark.owner, event, guards, cause="swap"))


def _parameter(run: Interpreter, receiver: facts.Expr | None) -> tuple[bool, bool]:
    """Whether the receiver starts at a parameter of the function it stands in, and whether that one is typed."""
    root = walk.root(receiver) if receiver is not None else None
    function = run.frame.function
    if function is None or not isinstance(root, facts.Name):
        return False, False
    for position, parameter in enumerate(function.parameters):
        if parameter.name == root.id:
            if position == 0 and run.frame.first is not None:
                return False, True
            return True, bool(run.project.typing.annotation(parameter.annotation, run.frame.scope))
    return False, False
