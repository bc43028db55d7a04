"""What a call does to recurrent states by the rows of the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.types import Type
from lstm_lint.typestate import (
    acting,
    atoms,
    copied_anew,
    donors,
    episodes,
    events,
    load_hooks,
    masks,
    noise,
    objects,
    phases,
    registered,
    saved,
    sources,
    unreadable,
    uses,
)
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.construction import built
from lstm_lint.typestate.paths import COPY, FieldPlace, Local, Path, Place, Root, is_copy
from lstm_lint.typestate.unreadable import callee_name
from lstm_lint.typestate.values import NOTHING, CallMark, Value, replace
from lstm_lint.vocabulary import FunctionRow, MethodRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def function(run: Interpreter, row: FunctionRow, expr: facts.Call, arguments: Arguments, state: State) -> Value:
    """A call of a function the vocabulary knows."""
    if row.copies is not None and len(arguments.positional) > row.copies:
        given = arguments.positional[row.copies]
        copy = copied(run, given)
        copied_anew.forget(run, expr, given, copy.refs, state)
        for ref in copy.refs if state.guards or state.loads else ():
            state.forget_guards(f"⟨{atoms.object_token(run, ref.root)}")  # of the copy that was made here before
        saved.put_aside(given, state)
        return saved.through(expr.func, given, copy, state)
    if row.resets is not None:
        value = arguments.get(row.resets)
        if value is not None:
            reset_object(run, value, "reset", expr, callee_name(expr), state)
        return NOTHING
    if row.replaces is not None:
        target = arguments.get(row.replaces)
        source = arguments.get(row.source) if row.source else None
        if target is not None:
            _function_replaces(run, row, target, source, expr, arguments, state)
    stepped = arguments.get(row.steps) if row.steps is not None else None
    if stepped is not None:
        acts = MethodRow(callee_name(expr), uses=True, advances=True)
        if row.anew_without is not None:
            acts = MethodRow(acts.name, resets=True, only_without=row.anew_without, uses=True, advances=True)
        for ref in sorted(stepped.refs, key=str):
            acting.act(run, acts, ref, expr.span, f"{acts.name}()", arguments, state)
    if row.fills is not None and _comes_from_elsewhere(row, arguments):
        _fill(arguments.get(row.fills), state)
    if row.makes:
        made = Type(run.project.classes.external(row.makes))
        return built(run, made, callee_name(expr), expr, arguments, state, False)
    return NOTHING


def _comes_from_elsewhere(row: FunctionRow, arguments: Arguments) -> bool:
    """Whether a call fills its collection with what is not the same in every process, nor what all of them follow."""
    origin = row.fills_from
    if origin is None:
        return True
    sender = arguments.get(origin)
    return sender is not None and arguments.meets(origin) is not True and not sources.names_trained(sender)


def _fill(collection: Value | None, state: State) -> None:
    """Another process puts its own weights in the place of those that were there."""
    for place in collection.src if collection is not None else ():
        held = state.get(place)
        if held is not None and held.weights_of:
            state.put(place, Value(src=frozenset({place})))


def _function_replaces(
    run: Interpreter, row: FunctionRow, target: Value, source: Value | None, expr: facts.Call, arguments: Arguments,
    state: State,
) -> None:  # fmt: skip
    targets = target.parameters_of or target.refs
    if saved.is_copy(target):
        saved.written(target, source, state)
        return
    if source is not None and (source.weights_of | source.parameters_of) & targets:
        exact = saved.is_exact(source)
        if source.noise != noise.CANDIDATE and not exact and not _is_of_another(run, row, targets, expr, state):
            return  # computed from the module's own weights: a step
        if not exact:
            others = source.weights_of - targets
            source = replace(source, weights_of=others, parameters_of=source.parameters_of - targets)
    sync: bool | None = None
    if row.sync_unless is not None:
        sync = arguments.meets(row.sync_unless) is not True
    if source is not None:
        source = replace(source, weights_of=source.weights_of | source.parameters_of)
    events.replace_weights(run, targets, expr.span, None, callee_name(expr), state, source, sync or None)


def _is_of_another(
    run: Interpreter, row: FunctionRow, targets: frozenset[Path], expr: facts.Call, state: State
) -> bool:
    if row.replaces is None or row.source is None:
        return False
    into, source = (walk.argument_of(expr, each.argument, each.position) for each in (row.replaces, row.source))
    return into is not None and donors.is_another(run, targets, into, source, state)


def method(
    run: Interpreter, row: MethodRow, base: Value, func: facts.Expr, expr: facts.Call, arguments: Arguments,
    state: State,
) -> Value:  # fmt: skip
    """A call of a method the vocabulary knows, on every object the receiver may be."""
    receiver = func.value if isinstance(func, facts.Attribute) else func
    for ref in sorted(base.refs, key=str):
        if row.replaces is not None:
            _method_replaces(run, row, ref, receiver, expr, arguments, state)
            load_hooks.loaded(run, ref, row.name, expr.span, state)
        for actor in acting.actors(run, ref, row, state):
            acting.act(run, row, actor, expr.span, f"{callee_name(expr)}()", arguments, state)
            if row.on and registered.between_steps(run, run.types_of(ref, state), state):
                acting.act(run, row, actor, expr.span, f"{callee_name(expr)}()", arguments, state)
            if row.resets_where:
                acting.reset_where(run, row, actor, expr, state)
        for attr, value in (row.within or {}).items():
            state.heap[FieldPlace(ref, attr)] = Value(const=facts.Constant(value, expr.span))
    if row.replaces is not None and len(base.refs) > 1 and objects.some_feed_forward(run, base.refs, state):
        events.cap(run, expr.span)
    if row.state is not None:
        return _takes_state(run, row, base, expr, arguments, state)
    if row.makes:
        made = Type(run.project.classes.external(row.makes))
        return built(run, made, row.name, expr, arguments, state, False)
    if row.returns is not None:
        return _part(run, base, tuple(filter(None, row.returns.split("."))), state)
    if row.returns_none:
        return Value(const=facts.Constant(None, expr.span))
    return unreadable.result(run, base.types, row.name, expr, state)


def left(run: Interpreter, item: facts.Expr, state: State) -> None:
    """A ``with`` block ends: what held within it is as it was by default."""
    if not isinstance(item, facts.Call) or not isinstance(item.func, facts.Attribute):
        return
    base = run.quiet().evaluate(item.func.value, state)
    for ref in base.refs:
        for t in run.types_of(ref, state):
            row = run.project.classes.method(t.ref, item.func.attr)
            for attr in (row.within or {}) if isinstance(row, MethodRow) else ():
                state.heap.take(FieldPlace(ref, attr))


def _part(run: Interpreter, base: Value, way: tuple[str, ...], state: State) -> Value:
    """The object that a call gives out, by the way to it."""
    if not way:
        return replace(base, calls=frozenset())
    refs = frozenset(path for ref in base.refs for path in run.follow(ref, way, state))
    return Value(refs=refs, types=frozenset().union(*(run.types_of(path, state) for path in refs)))


def _method_replaces(
    run: Interpreter, row: MethodRow, ref: Path, receiver: facts.Expr, expr: facts.Call, arguments: Arguments,
    state: State,
) -> None:  # fmt: skip
    if row.harmless_keys and arguments.positional and arguments.positional[0].keys:
        names = [str(key) for key, _ in arguments.positional[0].keys]
        if all(name.endswith(row.harmless_keys) for name in names):
            return
    if arguments.positional and _not_yet_filled(run, arguments.positional[0]):
        return
    targets = run.follow(ref, tuple(row.replaces.split(".")) if row.replaces else (), state)
    source = arguments.packed()
    given = frozenset(targets) | {ref}
    source = replace(source, weights_of=source.weights_of | (given & source.weights_of))
    if ref in source.weights_of:
        source = replace(source, weights_of=source.weights_of | targets)
    events.replace_weights(run, targets, expr.span, receiver, row.name, state, source, row.sync or None, named=ref)


def _not_yet_filled(run: Interpreter, value: Value) -> bool:
    """Whether it is the None of a local that gets its weights later on: the call would raise, so this path is none."""
    bound = run.bound_names()
    return value.is_none and any(
        isinstance(place, Local) and place.frame == run.frame.number and len(bound.get(place.name, ())) > 1
        for place in value.src
    )


def _takes_state(
    run: Interpreter, row: MethodRow, base: Value, expr: facts.Call, arguments: Arguments, state: State
) -> Value:
    """``predict(obs, state=…)``: the state handed in is used, unless every episode starts; item 1 is the next one."""
    spec = row.state
    assert spec is not None
    given = arguments.find(spec.argument, spec.position)
    mask = arguments.find(spec.mask, spec.mask_position) if spec.mask else None
    run.index.handing_on.add(run.site(expr.span))
    if given is not None and mask is not None:
        run.wipers.note_mask(mask.src, given.src)
        given = masks.unmasked(run, expr, spec, given, state)
    owners = [o for ref in base.refs for o in run.follow(ref, tuple(filter(None, row.driven_by.split("."))), state)]
    if given is not None and not (mask is not None and (mask.ones or mask.literal() is True)):
        for owner in owners:
            uses.use_value(run, given, owner, expr.span, f"{callee_name(expr)}()", state)
    episodes.predicted(run, spec, owners, expr, arguments, state)
    places = Arguments((given,) if given is not None else (), ()).places()
    marks = frozenset(CallMark(run.site(expr.span), owner, places) for owner in owners)
    if spec.in_place:
        for place in given.src if given is not None else ():
            phases.advanced_in_place(run, place, frozenset(owners), state)
        return NOTHING
    if spec.key:
        return Value(keys=((spec.key, Value(calls=marks)),))
    items = [NOTHING] * max(spec.result + 1, spec.items, 2)
    items[spec.result] = Value(calls=marks)
    return Value(items=tuple(items))


def copied(run: Interpreter, value: Value) -> Value:
    """A copy: another object with the same weights and, for a state, the same phase."""
    refs = frozenset(value.refs)
    types = value.types
    held = value.weights_of | value.parameters_of | (refs if types else frozenset())
    if types:
        copies = frozenset(map(_copy_of, refs))
        for copy in copies:
            run.index.root_types.setdefault(copy.root, types)
        return Value(refs=copies, types=types, weights_of=held)
    return replace(value, refs=frozenset(), weights_of=held, parameters_of=frozenset(), copied=bool(held))


def _copy_of(ref: Path) -> Path:
    """The object that a copy is; a copy of a copy is no further one, or a loop would never come to an end of them."""
    return ref if is_copy(ref.root) else Path(Root("result", f"{COPY}{ref}", None))


def reset_object(run: Interpreter, value: Value, how: str, expr: facts.Call, what: str, state: State) -> None:
    """Every state of an object, or the state that a value itself is, becomes fresh."""
    for ref in value.refs:
        places: set[Place] = set(phases.places_of(run, ref, state))
        for place, held in state.items():
            driven = any(tag.owner is not None and tag.owner.starts_with(ref) for tag in held.tags)
            if driven and isinstance(place, FieldPlace):
                places.add(place)
        phases.reset_places(run, places, how, expr.span, what, state)
    if value.tags:
        phases.reset_in_place(run, value, expr.span, state)
