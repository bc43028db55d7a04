"""Assignment: what writing a value to a place does to the recurrent state in it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo
from lstm_lint.typestate import (
    atoms,
    blanks,
    ends,
    exchange,
    filled,
    functional,
    gathered,
    histories,
    inlining,
    keys,
    marked,
    masks,
    namespaces,
    one_entry,
    own_rows,
    phases,
    products,
    put,
    rebinding,
    records,
    redone,
    registered,
    saved,
    sessions,
    taken_out,
    untold,
    vain,
    written_out,
)
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.elements import element
from lstm_lint.typestate.globals import place_in
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.targets import is_key, place_of
from lstm_lint.typestate.values import NOTHING, Callable, Value, derived, is_zero, join_values, packed, replace
from lstm_lint.vocabulary.names import cannot_be_state
from lstm_lint.walk import is_whole

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def store(run: Interpreter, target: facts.Expr, value: Value, state: State, each: bool = False) -> None:
    """Assign ``value`` to a target of any form; ``each``: it is one element after the other of a collection.

    A variable that goes through the layers or members of a collection takes none of them for another: their states
    are kept side by side.
    """
    if isinstance(target, facts.Name):
        place = run.local_place(target.id, state)
        if state.guards or state.loads or state.parted:
            state.forget_guards(f"⟨{place.frame}:{place.name}⟩")
            state.forget_guards(f"⟨{place.frame}:{place.name}.")
        if masks.is_flag(target):
            state.forget_answers(f"⟨{place.frame}:{place.name}⟩")
        if not each:
            held = state.get(place) or rebinding.before_request(run, target.id, state)
            rebinding.rebound(run, target, held, value, state)
        functional.bound(run, target, value, state)
        write(run, place, value, state, target.span)
    elif isinstance(target, facts.Attribute):
        base = run.evaluate(target.value, state)
        if base.module:
            write(run, place_in(base.module, target.attr), value, state, target.span)
        _store_attribute(run, target, base, value, state)
    elif isinstance(target, facts.Subscript):
        _store_item(run, target, value, state)
    elif isinstance(target, facts.Display):
        _unpack(run, target, value, state, each)
    elif isinstance(target, facts.Starred):
        store(run, target.value, value, state, each)
    if isinstance(target, (facts.Name, facts.Attribute)) and (there := filled.stored(run, target, value)) is not None:
        atoms.flag(run, target, there, state)
    literal = value.literal()
    if value.answer and state.loads and masks.is_flag(target):
        masks.flags(run, target, value.answer, state)
    if isinstance(literal, bool):
        atoms.flag(run, target, literal, state)
    marked.mark(run, target, value, state)


def write(run: Interpreter, place: Place, value: Value, state: State, span: Span) -> None:
    """Put a value in a place: an advance of the slot there, a copy of another state, or a reset; ``span`` is where."""
    state.put(place, phases.arriving(run, place, value, state))
    if value.ones:
        phases.reset_places(run, run.wipers.masked_by(place), "reset", span, "all episodes start", state)
    if value.is_none and (begun := run.wipers.begun_by(place)):
        phases.reset_places(run, begun, "reset", span, "begun anew", state)


def _store_attribute(run: Interpreter, target: facts.Attribute, base: Value, value: Value, state: State) -> None:
    registered.assigned(run, target, base, value, state)
    if exchange.assigned_parameter_data(run, target, base, value, state):
        return
    if _set_by_method(run, target, base, value, state):
        return
    if base.keys is not None and not base.refs and (place := place_of(run, target.value, state)) is not None:
        entry = facts.Subscript(target.value, facts.Constant(target.attr, target.span), target.span)
        put.entry(run, entry, place, target.attr, value, state)
        return
    for ref in base.refs:
        if exchange.assigned_mask(run, ref, target, value, state):
            continue
        if exchange.assigned_module(run, ref, target, value, state):
            continue
        place = FieldPlace(ref, run.spelling(ref, target.attr, state))
        if state.guards or state.loads or state.parted:
            state.forget_guards(f".{target.attr}⟩", atoms.of_others(run, ref, target.attr))
            state.forget_guards(f", {target.attr!r})")  # of `hasattr`
        if masks.is_flag(target):
            state.forget_answers(f".{target.attr}⟩")
        if phases.is_futile(run, place, state):
            if vain.is_reset(value):
                vain.in_step(run, place, target.span, target.attr, state)
            continue
        if vain.with_none(run, ref, target, value, state):
            phases.reset_places(run, {place}, "reset", target.span, "", state)
            continue
        write(run, place, _of_its_own(ref, base.refs, value, state), state, target.span)


def _of_its_own(ref: Path, refs: frozenset[Path], value: Value, state: State) -> Value:
    """What comes to one of several objects that ``self`` may be: nothing that the networks of the others made."""
    if len(refs) == 1 or not value.calls:
        return value
    own = state.reach(ref)
    foreign = frozenset().union(*(state.reach(other) for other in refs - {ref})) - own
    kept = frozenset(mark for mark in value.calls if not any(mark.owner.starts_with(each) for each in foreign))
    if not kept or len(kept) == len(value.calls):
        return value
    tags = frozenset(tag for tag in value.tags if not any(tag.owner and tag.owner.starts_with(f) for f in foreign))
    return replace(value, calls=kept, tags=tags)


def _set_by_method(run: Interpreter, target: facts.Attribute, base: Value, value: Value, state: State) -> bool:
    """``actor.weights = new`` where a property's setter is read: it is a call of that."""
    setters = accessors(run, base, f"{target.attr}.setter")
    if not setters:
        return False
    inlining.enter_each(run, setters, Arguments((value,), ()), target.span, state, False)
    return True


def accessors(run: Interpreter, base: Value, name: str) -> frozenset[Callable]:
    """The setters or deleters of a property that an object may have."""
    found = (run.project.classes.method(t.ref, name) for t in base.types)
    return frozenset(Callable(method, base, -1) for method in found if isinstance(method, FunctionInfo))


def _store_item(run: Interpreter, target: facts.Subscript, value: Value, state: State) -> None:
    if (kept := sessions.attribute(run, target, state)) is not None:
        store(run, kept, value, state)
        return
    if (session := sessions.of(run, target.value, state)) is not None:
        namespaces.untold(run, Value(refs=frozenset({session})), target.span, state)
        return
    if namespaces.entry(run, target, value, state, store):
        return
    base = run.evaluate(target.value, state)
    index = run.evaluate(target.index, state)
    if exchange.assigned_mask_items(run, target.value, target.index, value, state):
        return
    _forget_ones(run, target.value, value, is_whole(target.index), state)
    untold.written(base, state)
    if is_zero(value) and masks.is_of_all(target):
        masks.zeroed(run, base.src, target.span, state)
    if vain.is_reset(value):
        note_partial(run, base, target.span, state)
        if products.rows_cleared(run, target, base, state):
            phases.reset_in_place(run, base, target.span, state)
            return
    if is_whole(target.index):
        if base.parameters_of or base.weights_of:
            exchange.copied_into(run, base, value, target.span, target, state)
        if not (value.tags or value.calls):
            phases.reset_in_place(run, base, target.span, state)
        return
    key = index.literal()
    rows = bool(base.tags) and not (value.tags or value.calls or isinstance(key, str))
    if rows and not ends.is_storing(run.frame.body, target):  # which reads the whole function
        run.recorder.partly |= {tag.owner for tag in base.tags if tag.owner is not None}
    if not (value.tags or value.calls):
        own_rows.written(run, target, base, state)
    place = place_of(run, target.value, state)
    if place is not None and key is not ... and base.keys is not None:
        put.entry(run, target, place, key, value, state)
        return
    entry = keys.is_entry(run, target.index) or (is_key(target.index) and not _is_number(value))
    entry = entry or keys.is_one_of_many(run, target.index, base, state) or histories.is_front(run, target, place)
    if isinstance(key, str) and cannot_be_state(key):
        entry = False  # `session["obs"] = obs` beside `session["h"]`
    came_of_it = bool(value.tags) or any(not mark.places.isdisjoint(base.src) for mark in value.calls)
    if entry and base.tags and not came_of_it:
        if not one_entry.leaves_others(run, target, base, state):  # else the one in question: `mem[name] = zeros(…)`
            # What was put in there beside it stays as it is where it came from: `batch["h0"] = self.hidden.copy()`.
            around = cache(lambda other: other == place or _is_around(run, target.value, other))
            phases.reset_in_place(run, base, target.span, state, around)
        return
    if redone.is_redone(run, target, base, value, state):
        phases.reset_in_place(run, base, target.span, state)
    _forget_items(run, target, key, value, state)
    if not value.is_none:
        blanks.filled((base,), state)
    if base.weights_of:
        _mix(base, value, state)
    one_more = records.is_member(value) and not base.refs and not isinstance(target.value, facts.Subscript)
    if one_more and place is not None:
        made = records.made_with(run, value, target.span, state)
        run.index.many |= {ref.root for ref in made if ref.root.kind == "built"}
        _hold_too(place, value, state)
        return
    if saved.is_copy(base) and not saved.is_exact(value):
        saved.written(base, value, state)
    if value.refs and not value.tags:
        exchange.assigned_module_item(run, base, target, value, state)
        for ref in base.refs:
            item = FieldPlace(ref, "[*]")
            known = state.heap.get(item)
            state.heap[item] = value if known is None else join_values(known, value)
        if not base.refs and place is not None and not isinstance(target.value, facts.Subscript):
            _hold_too(place, value, state)
    if place is not None and (value.calls or value.tags) and not histories.begins_anew(run, target, place):
        held = state.get(place) or NOTHING
        arriving = phases.arriving(run, place, value, state)
        if not gathered.is_gathered(run, place, value):
            arriving = histories.written_down(held, value, arriving)
        entries = _with_rows(run, target.value, held, arriving, state)
        state.put(place, replace(held, tags=held.tags | arriving.tags, keys=entries))
    gathered.gather(run, place, value, state)
    for other in base.src - {place} if value.calls else ():
        if not any(other in mark.places for mark in value.calls):
            continue
        if _is_around(run, target.value, other):  # `session = self.sessions[sid]`, and the state in that
            held = state.get(other) or NOTHING
            arriving = phases.arriving(run, other, value, state)
            state.put(other, replace(held, tags=held.tags | arriving.tags))


def _is_around(run: Interpreter, container: facts.Expr, other: Place) -> bool:
    """Whether a container is, or was taken out of, what is in another place, and not only computed from it."""
    frame = run.frame
    if frame.function is None or "[" in (name := other.name if isinstance(other, Local) else other.attr):
        return True
    function = run.project.symbols.function_info(frame.module, frame.klass, frame.function)
    return name.rpartition(":")[2] in run.project.aliases.of(container, function)  # a module's have its name in front


def _with_rows(
    run: Interpreter, container: facts.Expr, held: Value, arriving: Value, state: State
) -> tuple[tuple[object, Value], ...] | None:
    """The entries of a dict once some rows of one of them were written: ``self.table["hx"][ids] = hx``."""
    if held.keys is None or not isinstance(container, facts.Subscript):
        return held.keys
    key = run.quiet().evaluate(container.index, state).literal()
    return tuple(
        (name, replace(entry, tags=entry.tags | arriving.tags) if key in (name, ...) else entry)
        for name, entry in held.keys
    )


def _mix(base: Value, value: Value, state: State) -> None:
    """Weights of another object are written into saved ones, entry by entry: they are no copy of their own any more."""
    others = (value.weights_of | value.parameters_of) - base.weights_of
    if others:
        _altered(base, others, state)


def _altered(base: Value, others: frozenset[Path], state: State) -> None:
    """Saved weights are others from here on, under each name that they have: ``for k in meta: meta[k] += step``."""
    for place in base.src:
        held = state.get(place)
        if held is not None and held.weights_of and held.weights_of <= base.weights_of:
            state.put(place, replace(held, weights_of=held.weights_of | others, mixed=True))


def _hold_too(place: Place, value: Value, state: State) -> None:
    """What is put under a key is one more element of a collection that began empty: ``nets = {}``."""
    held = state.get(place) or NOTHING
    element = value if held.element is None else join_values(held.element, value)
    state.put(place, replace(held, element=element, holds=held.holds | value.refs | value.holds))


def note_partial(run: Interpreter, base: Value, span: Span, state: State) -> None:
    """Some rows of a state are cleared: noted where that has no effect."""
    for place in base.src if base.tags else ():
        if isinstance(place, FieldPlace) and phases.is_futile(run, place, state):
            vain.in_step(run, place, span, place.attr, state)


def _forget_items(run: Interpreter, target: facts.Subscript, key: object, value: Value, state: State) -> None:
    """One item of a literal list is another value from here on; without its place being known, any of them may be."""
    place = place_of(run, target.value, state)
    held = state.get(place) if place is not None else None
    if place is None or held is None:
        return
    first = held.element
    if first is not None and (first.literal(), first.ones) != (value.literal(), value.ones):
        held = replace(held, element=replace(first, const=None, ones=False))  # of `{name: True for …}`, one is no more
        state.put(place, held)
    if held.items is None:
        return
    items = list(held.items)
    if isinstance(key, int) and -len(items) <= key < len(items):
        items[key] = value
        state.put(place, replace(held, items=tuple(items)))
    else:
        state.put(place, replace(held, items=None))


def _is_number(value: Value) -> bool:
    """Whether a value is a literal number: written under a mask more often than under a key."""
    return value.const is not None and value.const.value is not None


def _forget_ones(run: Interpreter, container: facts.Expr, value: Value, whole: bool, state: State) -> None:
    """Writing into a mask of all ones: it stays one only if all of it is written with ones."""
    place = place_of(run, container, state)
    held = state.get(place) if place is not None else None
    if place is None:
        return
    ones = value.ones or value.literal() in (True, 1, 1.0)
    if ones and whole and taken_out.all_begin(run, container, container.span, state):
        return
    if held is not None and held.ones and not ones:
        state.put(place, replace(held, ones=False))
    elif ones and whole:
        phases.reset_places(run, run.wipers.masked_by(place), "reset", container.span, "all episodes start", state)


def _unpack(run: Interpreter, target: facts.Display, value: Value, state: State, each: bool) -> None:
    count = len(target.items)
    starred = any(isinstance(item, facts.Starred) for item in target.items)
    for index, item in enumerate(target.items):
        if value.items is not None and len(value.items) == count and not starred:
            part = value.items[index]
            if value.src:
                part = replace(part, src=part.src | value.src)
        elif value.calls and not starred:
            marks = frozenset(m for m in value.calls if m.result in (-2, index))
            part = replace(derived(value), calls=marks)
        else:
            part = element(run, value, state, ... if starred else index, apart=not starred)
        store(run, item, part, state, each)


def augment(run: Interpreter, action: facts.Augment, state: State) -> None:
    """``target op= value``: zero times anything is a reset, everything else keeps what is there."""
    value = run.evaluate(action.value, state)
    current = run.evaluate(action.target, state)
    if action.op == "*" and is_zero(value):
        if masks.is_of_all(action.target):
            masks.zeroed(run, current.src, action.value.span, state)
        if not isinstance(action.target, facts.Subscript) or is_whole(action.target.index):
            phases.reset_in_place(run, current, _span(action.target), state)
        else:
            own_rows.written(run, action.target, run.quiet().evaluate(action.target.value, state), state)
        return
    if saved.is_copy(current):
        saved.written(current, None, state)
    if isinstance(action.target, facts.Subscript):
        base = run.quiet().evaluate(action.target.value, state)
        if base.weights_of and base.copied:
            _altered(base, value.weights_of - base.weights_of, state)
        return
    if current.tags and action.op == "*":
        products.in_place(run, action, current, value, state)
    both = derived(packed((current, value)))
    place = place_of(run, action.target, state) if current.tags else None
    advances = place is not None and written_out.advanced(run, place, both, state) is not None
    if (current.tags and not advances) or current.parameters_of:
        return
    if isinstance(action.target, (facts.Name, facts.Attribute)):
        store(run, action.target, both, state)


def _span(expr: facts.Expr):  # type: ignore[no-untyped-def]
    return expr.span
