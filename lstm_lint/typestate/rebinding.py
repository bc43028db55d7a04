"""A variable bound to another network: a state that the first one made meets the weights of the second."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import Variable
from lstm_lint.typestate import draws, events, inmates, requests, slots, successors
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root, is_copy
from lstm_lint.typestate.values import Event, Phase, Tag, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_EARLIER = "earlier"
_NO_NETWORK = ("optimizer", "env", "callback")
_TAKES_OUT = frozenset({"get", "pop", "popleft", "choice", "next", "copy", "deepcopy", "clone"})
_LOADS = re.compile(r"^_?(load|restore|build|make|create|get_latest|download)", re.IGNORECASE)


def earlier(root: Root) -> Root:
    """The object that an earlier round of a loop made in the same place."""
    return root._replace(klass=_EARLIER)


def grow_old(run: Interpreter, root: Root, state: State) -> None:
    """The place makes a new object: the states that an earlier one of the same place made are the earlier one's.

    Not so while some object holds that one: then both are known by the one name.
    """
    if root not in state.fresh or root in run.index.many:
        return
    held = (value for place, value in state.heap.items() if place.owner.root != root)
    if not any(ref.root == root for value in held for ref in value.refs):
        _rename(root, state)


def _rename(root: Root, state: State) -> None:
    old = earlier(root)

    def aged(path: Path) -> Path:
        return Path(old, path.attrs) if path.root == root else path

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.owner is None or tag.owner.root != root or _inside(place, root):
            return None
        return frozenset({replace(tag, owner=aged(tag.owner))})

    state.retag(change)
    state.remark(lambda mark: mark._replace(owner=aged(mark.owner)) if mark.owner.root == root else mark)


def _inside(place: Place, root: Root) -> bool:
    return isinstance(place, FieldPlace) and place.owner.root == root


def rebound(run: Interpreter, target: facts.Name, held: Value | None, value: Value, state: State) -> None:
    """States that the object in a variable made are stale for the one that the variable stands for from here on."""
    if held is None or not held.refs or not value.refs or value.is_none:
        return
    left = _left_behind(held, value, state) | _succeeded(run, target, held, value)
    if not left:
        return
    for new in sorted(value.refs, key=str):
        kinds = {run.project.classes.kind(t.ref) for t in run.types_of(new, state)}
        if kinds.isdisjoint(_NO_NETWORK):
            _make_stale(run, target, left, held.refs | left, new, state)


def before_request(run: Interpreter, name: str, state: State) -> Value | None:
    """The network that a module variable holds as a request comes that binds it anew, its states brought into view.

    Only where the module itself puts one there: what begins as None may be there for the first time.
    """
    frame, first = run.frame, run.frames[0]
    if frame.function is None or name not in frame.function.globals or first.function is None:
        return None
    if not requests.comes_any_time(run.project.symbols.function_info(first.module, first.klass, first.function)):
        return None
    bound = run.project.typing.module_bindings(frame.module).names.get(name, ())
    if not bound or any(walk.is_none(each.expr) for each in bound):
        return None
    found: Value | None = None
    for symbol in run.project.symbols.resolve_each(frame.module, name):
        if isinstance(symbol, Variable):
            found = run.globals.read(run, symbol, state)
            for ref in found.refs:
                run.globals.bring_in(run, ref, state)
    return found


def _left_behind(held: Value, value: Value, state: State) -> set[Path]:
    """The objects that the variable stood for and no longer does, none of them a part or the origin of the new one."""
    left = set(held.refs) - value.refs
    for ref in held.refs:
        if ref.root.kind == "built":
            left.add(Path(earlier(ref.root), ref.attrs))
        elif ref in value.refs and ref.root.kind == "result" and _gives_another(ref.root.name):
            _rename(ref.root, state)
            left.add(Path(earlier(ref.root), ref.attrs))
    origins = value.holds | value.weights_of | {mark.owner for mark in value.calls}
    related = {path.root for path in value.refs | origins}
    return {old for old in left if old.root not in related}


def _succeeded(run: Interpreter, target: facts.Name, held: Value, value: Value) -> set[Path]:
    """The objects in whose place a copy of them comes that was trained apart."""
    left = {ref for ref in held.refs - value.refs if not is_copy(ref.root)}
    copies = all(is_copy(ref.root) for ref in value.refs)
    return left if left and copies and successors.is_put_in_place(run, target) else set()


def _gives_another(name: str) -> bool:
    """Whether a function of this name may give another object each time: it loads, makes or draws one."""
    return _LOADS.search(name) is not None or draws.is_draw(name)


def _make_stale(
    run: Interpreter, target: facts.Name, left: set[Path], gone: Collection[Path], new: Path, state: State
) -> None:
    """``left`` are the objects that made the states in question, ``gone`` all that the variable may have stood for."""
    event = Event(run.site(target.span), run.chain(), new, target.id, events.ANOTHER, False, run.entry)
    known: dict[Place, bool] = {}
    origins: dict[Path, Path | None] = {}

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        made_by = tag.owner
        if tag.phase not in (Phase.CARRYING, Phase.STALE) or made_by is None or tag.event == event:
            return None
        if made_by not in origins:
            origins[made_by] = next((old for old in left if made_by.starts_with(old)), None)
        origin = origins[made_by]
        if origin is None or _kept_inside(place, gone) or _is_table(place, state.get(place), tag):
            return None
        if inmates.stays(run, place, gone, state):
            return None
        if place not in known:
            known[place] = _knows(state.get(place), new) and not _is_the_only_one(run, place)
        if known[place]:
            return None  # a state of its own: the two take turns
        found: set[Tag] = {tag}
        for owner in run.follow(new, made_by.attrs[len(origin.attrs) :], state):
            strength = _strength(run, tag.strength, owner, new, state)
            if strength is not None:
                found.add(events.stale_for(run, event, place, tag, owner, strength, state))
        return frozenset(found)

    run.unbound = run.unbound or state.copy()
    state.retag(change)
    if event in run.recorder.records:
        state.loads |= {event.site}


def _kept_inside(place: Place, gone: Collection[Path]) -> bool:
    return isinstance(place, FieldPlace) and any(place.owner.starts_with(old) for old in gone)


def _is_table(place: Place, value: Value | None, tag: Tag) -> bool:
    """Whether a variable holds the states of several: they are written entry by entry, for one member or another.

    What a module variable carries into a call is all of one network's making.
    """
    carried_in = tag.cause == "entry" and isinstance(place, Local) and place.frame == SHARED
    return isinstance(place, Local) and value is not None and not value.calls and not carried_in


def _knows(value: Value | None, new: Path) -> bool:
    return value is not None and any(tag.owner is not None and tag.owner.starts_with(new) for tag in value.tags)


def _is_the_only_one(run: Interpreter, place: Place) -> bool:
    """Whether the function has one state for whatever takes turns: it never takes it out of anything but a call.

    In a library that the vocabulary speaks for nobody looks: a variable that is bound anew is no word of a replacement.
    """
    if run.project.library or not isinstance(place, Local) or place.frame != run.frame.number:
        return False
    bound = run.bound_names().get(place.name, ())
    return bool(bound) and all(each.how in ("value", "item") and _is_made(each.expr) for each in bound)


def _is_made(value: facts.Expr) -> bool:
    return walk.is_none(value) or (isinstance(value, facts.Call) and walk.last_name(value.func) not in _TAKES_OUT)


def _strength(run: Interpreter, strength: str, owner: Path, new: Path, state: State) -> str | None:
    """How sure it is that the new object advances such a state; None: it does not."""
    types = run.types_of(owner, state) or run.types_of(new, state)
    verdicts = {run.project.recurrence.of(t.ref) for t in types}
    if verdicts == {"no"}:
        return None
    return strength if "yes" in verdicts else slots.weakest(strength, "inferred")
