"""Events: weights are replaced, and states are used."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo
from lstm_lint.typestate import slots, sources
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.paths import FieldPlace, Path, Place
from lstm_lint.typestate.recorder import Fate, Record, Slotted
from lstm_lint.typestate.targets import is_whole
from lstm_lint.typestate.values import CallMark, Event, Guard, Phase, Tag, Value
from lstm_lint.walk import render

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Frame, Interpreter
    from lstm_lint.typestate.state import State

_NO_WEIGHTS = re.compile(
    r"(^|_)(optim\w*|opt|sched\w*|lr_scheduler|scaler|grad_scaler|norm\w*|rms|obs_rms|ret_rms|buffer|replay\w*|mixer|"
    r"running_mean_std|\w*mean_std|\w*_rms|\w*normali[sz]er|ema_state|logger|tracker|stats|vgs|discriminator|value_net|action_net|mlp_extractor)s?\d*$",
    re.IGNORECASE,
)
WHOLE = "assigned as a whole"
ANOTHER = "bound to another object"
"""The row of an event that replaces no weights: a variable stands for another network from here on."""
_HEADS = re.compile(r"(^|_)(head|heads|decoder|classifier|out|output|fc\d*|critic_head|actor_head|linear)$")
_SPARES = re.compile(
    r"(^|_)(target|tgt|targ|ema|averaged?|avg|best|backup|old|ref|reference|frozen)(_|s?\d*$)", re.IGNORECASE
)
"""Copies that an object of unknown class keeps beside the network it acts with."""


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
) -> None:
    """The weights of ``targets`` come from elsewhere: states that they made are stale from here on.

    ``gone`` are objects exchanged as a whole: a state they keep themselves goes with them.
    """
    site = run.site(span)
    for target in targets:
        # A summary element stands for many objects: weights of one member for another are no rollback.
        single = is_single(run, target, state)
        rollback = single and source is not None and target in source.weights_of
        soft = sources.is_sync(run, target, source, state) if sync is None else sync
        event = Event(
            site,
            run.chain(),
            target,
            _text(run, receiver, target, state),
            row,
            soft,
            run.entry,
            target.root.kind == "self",
        )
        record = run.recorder.record(event)
        record.rollback = record.rollback or rollback
        if source is not None and not source.copied:
            record.sources |= source.weights_of
        record.capped = record.capped or (len(targets) > 1 and some_feed_forward(run, targets, state))
        record.parameter, record.typed = _parameter(run, receiver)
        record.classes |= {t.ref for t in run.types_of(target, state)}
        run.globals.bring_in(run, target, state)
        places = slots.places_of(run, target, state)
        for place, owners in places.items():
            hit = any(touches(run, target, owner, state) for owner in owners)
            if hit and state.heap.get(place) is None:
                run.read_field(place.owner, place.attr, state)
        if rollback:
            _restored(run, target, state)
            continue
        _make_stale(run, event, target, receiver, state, gone)
        state.loads |= {event.site}


def some_feed_forward(run: Interpreter, targets: frozenset[Path], state: State) -> bool:
    """Whether one of several possible receivers is known to have no recurrent state."""
    return any(
        types and all(run.project.recurrence.of(t.ref) == "no" for t in types)
        for target in targets
        for types in (run.types_of(path, state) for path in target.prefixes())
    )


def is_single(run: Interpreter, path: Path, state: State) -> bool:
    """Whether a path stands for one object, not for every element of a collection or for a part of each."""
    if path.root in run.index.many or any(attr.startswith("[") for attr in path.attrs):
        return False
    return not any(place.owner.root in run.index.many for base in path.prefixes() for place in state.ways(base))


def cap(run: Interpreter, span: Span) -> None:
    """The replacement at this place is no more than a warning: its receiver may have no recurrent state at all."""
    site, chain = run.site(span), run.chain()
    for event, record in run.recorder.records.items():
        if event.site == site and event.chain == chain:
            record.capped = True


def _make_stale(run: Interpreter, event: Event, target: Path, receiver: facts.Expr | None, state: State,
    gone: tuple[Path, ...],
) -> None:  # fmt: skip
    record = run.recorder.record(event)
    guards = _known_guards(run, state)
    # Many places have the same owner, and neither change below is seen before all of them were asked about.
    touched = cache(lambda owner: touches(run, target, owner, state))

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.owner is None or not touched(tag.owner):
            return None
        if isinstance(place, FieldPlace) and any(place.owner.starts_with(each) for each in gone):
            return frozenset({replace(tag, phase=Phase.FRESH, event=None)})
        if tag.event is not None and tag.event.row == ANOTHER:
            return None  # of another object's making: told where the variable was bound
        _met(run, record, place, tag, target, receiver, state)
        if tag.phase in (Phase.FRESH, Phase.UNKNOWN):
            return None
        stale = Tag(Phase.STALE, tag.owner, event, guards, tag.strength, "entry" if tag.cause == "entry" else "swap")
        return frozenset({stale, tag} if tag.phase is Phase.STALE else {stale})

    state.retag(change)
    state.remark(lambda mark: _stale_mark(event, mark, guards, touched))


def _restored(run: Interpreter, target: Path, state: State) -> None:
    """The weights are those again that made a state which no other weights have read since."""

    def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase is not Phase.STALE or tag.owner is None or not touches(run, target, tag.owner, state):
            return None
        slots.settle(run, frozenset({tag}), "restored", None, state)
        return frozenset({Tag(Phase.CARRYING, tag.owner, strength=tag.strength, cause="advance")})

    state.retag(change)


def _known_guards(run: Interpreter, state: State) -> frozenset[Guard]:
    from lstm_lint.typestate.masks import implied

    known = frozenset(Guard(atom, holds) for atom, holds in state.guards.items() if not atom.startswith("<"))
    return known.union(implied(run, state))


def _met(
    run: Interpreter, record: Record, place: Place, tag: Tag, target: Path, receiver: facts.Expr | None, state: State
) -> None:
    """Write down a state that a replacement meets: its phase, and how to name it in a reset."""
    record.before.add(tag.phase.value)
    record.strengths.add(tag.strength)
    if isinstance(place, FieldPlace):
        record.slots.add(str(Path(place.owner.root, (*place.owner.attrs, place.attr))))
        holders = spelled(run, place.owner, target, receiver, state)
        found = classes_of(run, place.owner, state)
        near = holders[0] is not None or _from_locals(run, run.frame, place.owner, state) is not None
        record.remedies.add(Slotted(holders, place.attr, tag.strength, found, tag.phase.value, near=near))
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
            slotted = Slotted((), place.name, tag.strength, frozenset(), tag.phase.value, by_row, True, depth)
            record.remedies.add(slotted)


def stale_for(run: Interpreter, event: Event, place: Place, tag: Tag, owner: Path, strength: str, state: State) -> Tag:
    """A state that one object made as another one, ``owner``, would read it."""
    record = run.recorder.record(event)
    record.classes |= {t.ref for t in run.types_of(event.target, state)}
    _met(run, record, place, replace(tag, strength=strength), event.target, None, state)
    return Tag(Phase.STALE, owner, event, _known_guards(run, state), strength, "swap")


def _stale_mark(event: Event, mark: CallMark, guards: frozenset[Guard], touched: Callable[[Path], bool]) -> CallMark:
    """What came out of a call before the replacement is stale wherever it is put after it."""
    if mark.stale is not None or not touched(mark.owner):
        return mark
    return mark._replace(stale=Tag(Phase.STALE, mark.owner, event, guards, cause="swap"))


def spelled(
    run: Interpreter, path: Path, target: Path, receiver: facts.Expr | None, state: State
) -> tuple[str | None, ...]:
    """How each function on the way to the replacement can write the object at ``path``, innermost first."""
    names: list[str | None] = []
    single = is_single(run, path, state)
    for depth, frame in enumerate(reversed(run.frames)):
        if frame.function is not None and frame.function.name == "<lambda>":
            names.append(None)  # its parameters mean nothing to the statement that a reset would follow
            continue
        found = _from_receiver(run, path, target, receiver) if depth == 0 and receiver is not None else None
        names.append(found or (_from_locals(run, frame, path, state) if single else None))
    return tuple(names)


def _from_receiver(run: Interpreter, path: Path, target: Path, receiver: facts.Expr) -> str | None:
    """The object by what the source writes for the target: attributes taken off its end, or put on it."""
    root = receiver
    while isinstance(root, (facts.Attribute, facts.Subscript)):
        root = root.value
    if not isinstance(root, facts.Name) or root.id in run.comprehended:
        return None
    if path.starts_with(target):
        rest = path.attrs[len(target.attrs) :]
        text = render(receiver)
        return None if text is None or any(attr.startswith("[") for attr in rest) else ".".join([text, *rest])
    if not target.starts_with(path):
        return None
    expr = receiver
    for attr in reversed(target.attrs[len(path.attrs) :]):
        if not isinstance(expr, facts.Attribute) or expr.attr != attr:
            return None
        expr = expr.value
    return render(expr)


def _from_locals(run: Interpreter, frame: Frame, path: Path, state: State) -> str | None:
    """A variable of the function, or of its module, that is the object or leads to it by attributes."""
    module = next((f.number for f in run.frames if f.function is None and f.module is frame.module), None)
    best: str | None = None
    for place, value in state.env.items():
        if place.frame not in (frame.number, module) or len(value.refs) != 1 or not place.name.isidentifier():
            continue
        for way in _ways_to(next(iter(value.refs)), path, state):
            name = ".".join([place.name, *way])
            if best is None or (name.count("."), name) < (best.count("."), best):
                best = name
    return best


def _ways_to(start: Path, path: Path, state: State) -> list[tuple[str, ...]]:
    """Attribute chains from one object to another, by path or through one object held under its own name."""
    found: list[tuple[str, ...]] = []
    if path.starts_with(start):
        found.append(path.attrs[len(start.attrs) :])
    for base in path.prefixes():
        for place in state.ways(base):
            if place.owner.starts_with(start):
                found.append((*place.owner.attrs[len(start.attrs) :], place.attr, *path.attrs[len(base.attrs) :]))
    return [way for way in found if not any(attr.startswith("[") for attr in way)]


def classes_of(run: Interpreter, path: Path, state: State) -> frozenset[ClassInfo | str]:
    """The classes the object at a path may have."""
    return frozenset(t.ref for t in run.types_of(path, state))


def touches(run: Interpreter, target: Path, owner: Path, state: State) -> bool:
    """Whether replacing the weights of ``target`` replaces weights that a state of ``owner`` went through."""
    types = run.types_of(target, state)
    if any(run.project.classes.kind(t.ref) in ("optimizer", "env", "callback") for t in types):
        return False
    if owner.starts_with(target) or any(owner.starts_with(held) for held in state.reach(target)):
        return True
    inside = _way_inside(target, owner, state)
    if not inside:
        return False
    owners = run.types_of(owner, state)
    if not owners and _SPARES.search(inside[-1]):
        return False
    for t in owners:
        for row in run.project.classes.rows(t.ref):
            if inside[0] in row.downstream:
                return False
            if row.downstream:
                return True
    verdicts = {run.project.recurrence.of(t.ref) for t in types}
    if "yes" in verdicts:
        return True
    if verdicts == {"no"} or _NO_WEIGHTS.search(inside[-1]):
        return False
    known = any(isinstance(t.ref, ClassInfo) for t in owners)
    if known:
        return any(run.project.recurrence.of(t.ref) != "yes" for t in owners) and not _HEADS.search(inside[-1])
    return not _HEADS.search(inside[-1])


def _way_inside(target: Path, owner: Path, state: State) -> tuple[str, ...]:
    """The attributes that lead from ``owner`` to ``target`` inside it; empty when it is not inside."""
    if target.starts_with(owner):
        return target.attrs[len(owner.attrs) :]
    for base in target.prefixes():
        for place in state.ways(base):
            if place.owner.starts_with(owner):
                return (*place.owner.attrs[len(owner.attrs) :], place.attr, *target.attrs[len(base.attrs) :])
    return ()


def use_value(run: Interpreter, value: Value, owner: Path | None, span: Span, what: str, state: State) -> None:
    """A state is handed to a call on ``owner`` (None: whoever it belongs to)."""
    tags = _all_tags(value)
    inside = state.reach(owner) if tags and owner is not None else frozenset()
    for tag in tags:
        made_by = tag.owner
        if owner is None or made_by is None or _related(made_by, owner) or any(made_by.starts_with(p) for p in inside):
            _used(run, tag, value.src, span, what, False)


def use_place(run: Interpreter, place: FieldPlace, span: Span, what: str, state: State, capped: bool = False) -> None:
    """A call reads the state in a place by itself."""
    value = run.read_field(place.owner, place.attr, state)
    for tag in value.tags:
        _used(run, tag, value.src, span, what, capped)


def _used(run: Interpreter, tag: Tag, src: frozenset[Place], span: Span, what: str, capped: bool) -> None:
    if tag.phase is Phase.STALE and tag.event is not None:
        record = run.recorder.record(tag.event)
        record.fates.add(Fate("used", run.site(span), what, tag.strength, capped))
    if tag.phase in (Phase.CARRYING, Phase.STALE) and tag.cause == "entry":
        for place in src:
            run.index.consumed(place)


def _all_tags(value: Value) -> set[Tag]:
    found = set(value.tags)
    for item in value.items or ():
        found |= _all_tags(item)
    for _, item in value.keys or ():
        found |= _all_tags(item)
    return found


def _related(one: Path, other: Path) -> bool:
    return one.starts_with(other) or other.starts_with(one)


def _text(run: Interpreter, receiver: facts.Expr | None, target: Path, state: State) -> str:
    """The receiver as the source writes it, else as a variable leads to it."""
    text = render(receiver) if receiver is not None else None
    if text == "super()":
        return str(target.root.name)
    return text or _from_locals(run, run.frame, target, state) or str(target)


def _parameter(run: Interpreter, receiver: facts.Expr | None) -> tuple[bool, bool]:
    """Whether the receiver starts at a parameter of the function it stands in, and whether that one is typed."""
    root = receiver
    while isinstance(root, (facts.Attribute, facts.Subscript)):
        root = root.value
    function = run.frame.function
    if function is None or not isinstance(root, facts.Name):
        return False, False
    for position, parameter in enumerate(function.parameters):
        if parameter.name == root.id:
            if position == 0 and run.frame.first is not None:
                return False, True
            return True, bool(run.project.typing.annotation(parameter.annotation, run.frame.scope))
    return False, False


# --- replacements that are assignments ---


def assigned_module(run: Interpreter, owner: Path, target: facts.Attribute, value: Value, state: State) -> bool:
    """``model.policy = other``: a module that drives a state is exchanged as a whole."""
    path = owner.child(target.attr)
    own = path in value.weights_of and is_single(run, path, state)
    if value.is_none or path in value.refs or path in value.holds or own:
        return False
    places = slots.places_of(run, owner, state)
    held = state.heap.get(FieldPlace(owner, target.attr))
    drivers = {o for owners in places.values() for o in owners} | {
        tag.owner for _, v in state.items() for tag in v.tags if tag.owner is not None
    }
    affected = [path, *(held.refs if held is not None else ())]
    if not any(o.starts_with(p) for o in drivers for p in affected):
        return False
    if held is not None and held.refs & value.holds:
        return False  # wrapped: DataParallel(net), torch.compile(net)
    if held is None and owner.root in state.fresh and not _from_the_start(run, owner, target.attr, state):
        return False  # first assignment in the making of the object
    if _in_constructor(run, owner) or not _assigned_elsewhere(run, owner, target.attr, state):
        return False
    if held is not None and held.is_none:
        return False  # built on first need
    for p in affected:
        replace_weights(run, frozenset({p}), target.span, target, WHOLE, state, value, None, tuple(affected))
    return not value.refs or held is None


def _from_the_start(run: Interpreter, owner: Path, attr: str, state: State) -> bool:
    """Whether a library's constructor puts a module there."""
    return any(
        (row.attributes or {}).get(attr) for t in run.types_of(owner, state) for row in run.project.classes.rows(t.ref)
    )


def _assigned_elsewhere(run: Interpreter, owner: Path, attr: str, state: State) -> bool:
    """Whether some other method puts a module there: else this is where it is built in the first place."""
    known = [t.ref for t in run.types_of(owner, state) if isinstance(t.ref, ClassInfo)]
    if not known:
        return True
    for ref in known:
        for base in run.project.classes.lineage(ref):
            if not isinstance(base, ClassInfo):
                continue
            for function in base.fact.functions.values():
                bound = run.project.typing.bindings(function).attributes.get(attr, [])
                values = [b for b in bound if not (isinstance(b.expr, facts.Constant) and b.expr.value is None)]
                if values and function is not run.frame.function:
                    return True
            if attr in base.fact.annotations:
                return True
        if any((row.attributes or {}).get(attr) for row in run.project.classes.rows(ref)):
            return True
    return False


def _in_constructor(run: Interpreter, owner: Path) -> bool:
    function = run.frame.function
    return (
        function is not None
        and function.name in ("__init__", "__post_init__", "__new__", "setup", "_setup_model")
        and (run.frame.first is not None and owner in run.frame.first.refs)
    )


def assigned_mask(run: Interpreter, owner: Path, attr: str, value: Value, state: State) -> bool:
    """``model._last_episode_starts = ones`` and ``model._last_obs = None`` make the next step start anew."""
    for t in run.types_of(owner, state):
        for row in run.project.classes.states(t.ref):
            wanted = (row.assigned or {}).get(attr)
            if (wanted == "ones" and value.ones) or (wanted == "none" and value.is_none):
                place = FieldPlace(owner, row.slot)
                span = run.frame.function.span if run.frame.function else Span(1, 1, 1, 1)
                slots.reset_places(run, {place}, "reset", span, f"{attr} set", state)
                return True
    return False


def assigned_mask_items(run: Interpreter, container: facts.Expr, index: facts.Expr, value: Value, state: State) -> bool:
    """``model._last_episode_starts[:] = True``."""
    if not isinstance(container, facts.Attribute) or not is_whole(index):
        return False
    base = run.quiet().evaluate(container.value, state)
    ones = replace(value, ones=value.ones or value.literal() in (True, 1, 1.0))
    answers = [assigned_mask(run, ref, container.attr, ones, state) for ref in base.refs]
    return any(answers)


def assigned_parameter_data(run: Interpreter, target: facts.Attribute, base: Value, value: Value, state: State) -> bool:
    """``p.data = q`` for a parameter ``p`` of a module; ``p.grad = g`` says that the module is trained."""
    if target.attr in ("grad", "_grad") and base.parameters_of:
        if not value.is_none:
            run.index.graded |= base.parameters_of
        return True
    if target.attr != "data" or not base.parameters_of:
        return False
    copied_into(run, base, value, target.span, target, state)
    return True


def copied_into(run: Interpreter, base: Value, value: Value, span: Span, receiver: facts.Expr, state: State) -> None:
    """Values are written into the parameters of a module, usually in a loop over them: one event, at the loop."""
    targets = base.parameters_of or base.weights_of
    if value.const is not None or value.ones:
        return
    mixed = bool(value.parameters_of & targets) or bool(value.weights_of & targets)
    only_own = not (value.parameters_of | value.weights_of) - targets
    same = bool(base.src & value.src) or all(is_single(run, target, state) for target in targets)
    if mixed and not same:
        mixed, only_own = False, False  # one of many copies from another of them
    if mixed and only_own:
        return  # noise, decay, clipping: a step of the same weights
    where = run.frame.loops[-1].iterable.span if run.frame.loops else span
    source = Value(weights_of=frozenset(value.parameters_of | value.weights_of) - targets)
    replace_weights(run, targets, where, None, "parameters copied", state, source, True if mixed else None)
