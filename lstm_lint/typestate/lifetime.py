"""Objects that nothing refers to any more: whatever went stale in them, or outlived an episode, is met by nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.typestate import phases
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root, is_copy
from lstm_lint.typestate.tables import Table
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def let_go(run: Interpreter, place: Place, held: Value | None, state: State) -> None:
    """A variable or attribute no longer holds what it held: objects made here that nothing else holds are gone."""
    if isinstance(place, FieldPlace) and (state.loads or state.parted):
        _superseded(run, place, state)
    if held is None:
        return
    kept = state.get(place)
    _let_copies_go(run, held, kept, state)
    if not (state.loads or state.parted):
        return
    gone = set(_roots(held)) - (set(_roots(kept)) if kept is not None else set())
    if not state.loads:
        gone = _remembering(run, gone, state)
    for root in sorted(gone, key=str):
        if not _is_held(run, root, state):
            _take_away(run, {root}, state)


def _superseded(run: Interpreter, place: FieldPlace, state: State) -> None:
    """An attribute of an object that was there before gets a new object: what was in the former one is gone with it."""
    way, kept = place.owner.child(place.attr), state.get(place)
    inside = [each for each in state.heap if each.owner.starts_with(way)]
    if not inside or kept is None or not kept.refs or any(ref.root.kind != "built" for ref in kept.refs):
        return
    others = (value for each, value in state.items() if each not in inside)
    if any(ref.starts_with(way) for value in others for ref in value.refs | value.holds):
        return
    for each in inside:
        phases.settle(run, state.heap[each].tags, "gone", None, state)
        del state.heap[each]


def about_to_go(run: Interpreter, action: facts.Assign, state: State) -> None:
    """``player = make(kind)``: what only the variable holds is gone once it has another, whichever of several that is.

    It cannot wait until then: where the call makes an object of another class, the one of the round before is still
    there, and would be taken for the one that it makes otherwise.
    """
    target, call = action.targets[0], action.value
    if len(action.targets) > 1 or not isinstance(target, facts.Name) or not isinstance(call, facts.Call):
        return
    place = Local(run.frame.number, target.id)
    held = state.env.get(place)
    if held is None or not (state.loads or state.parted) or target.id in walk.chains(call):
        return
    if run.frame.function is None or _defines(run.frame.function):
        return  # what is called may read the variable
    gone = _remembering(run, set(_roots(held)), state)
    if gone and run.quiet().evaluate(call.func, state).callables:
        _take_away(run, {root for root in gone if not _is_held(run, root, state, (place,))}, state)


def _let_copies_go(run: Interpreter, held: Value, kept: Value | None, state: State) -> None:
    """What went on in copies is gone with them: ``players = {}``, which gets others in the rounds of the next loop."""
    copies = set(_copies(held)) if held.holds or held.refs else set()
    if copies and kept is not None:
        copies -= set(_copies(kept))
    if copies and not (run.tasks or run.handlers):
        _end_copies(run, copies, (), state)


def _end_copies(run: Interpreter, copies: set[Root], given: Iterable[Value | None], state: State) -> None:
    """Those of some copies that nothing else holds are gone."""
    for value in given if copies else ():
        copies -= set(_copies(value)) if value is not None else set()
    for place, value in state.items() if copies else ():
        if not _is_loop_variable(run, place):
            copies -= {root for root in _copies(value) if not _is_own(place, root)}
    _take_away(run, copies, state)


def _copies(value: Value) -> Iterator[Root]:
    """The copies that a value, or what is in it, may be or lead to."""
    yield from (ref.root for ref in value.refs | value.holds if is_copy(ref.root))
    for bound in value.callables:
        if bound.receiver is not None:
            yield from _copies(bound.receiver)
    for part in value.parts():
        yield from _copies(part)


def dropped(run: Interpreter, value: Value, state: State) -> None:
    """What a call gives is not kept: objects with a state in it that nothing holds are gone."""
    gone = _remembering(run, set(_roots(value)), state) if state.parted else set()
    _take_away(run, {root for root in gone if not _is_held(run, root, state)}, state)


def over(run: Interpreter, places: Collection[Local], state: State) -> None:
    """Nobody reads these variables any more: objects with a state in them that nothing else holds are gone."""
    held = [value for place in places if (value := state.env.get(place)) is not None]
    gone = _remembering(run, {root for value in held for root in _roots(value)}, state)
    _take_away(run, {root for root in gone if not _is_held(run, root, state, places)}, state)


def collect(run: Interpreter, state: State) -> None:
    """An episode ends: objects with a state that nothing holds by now are not there to outlive it."""
    made = {place.owner.root for place, _ in state.heap.bearing() if place.owner.root.kind == "built"}
    gone = _remembering(run, made, state)
    for place, value in state.items() if gone else ():
        gone -= {root for root in _roots(value) if not _is_own(place, root)}
    _take_away(run, gone, state)


def _remembering(run: Interpreter, roots: set[Root], state: State) -> set[Root]:
    """Those of some objects that have a state in them; none while something beside may hold what no place does."""
    if not roots or run.tasks or run.handlers:
        return set()
    return roots & {place.owner.root for place, _ in state.heap.bearing()}


def ended(run: Interpreter, frame: Frame, given: Value, state: State) -> None:
    """A function has ended, and its variables with it, and what is known of them; ``given`` is what it returns.

    Objects with a state that were made here, and that nothing else holds, are gone: a belief that a plan was tried on.
    """
    local = [value for place, value in state.env.items() if place.frame == frame.number]
    state.env = Table((place, value) for place, value in state.env.items() if place.frame != frame.number)
    token = f"⟨{frame.number}:"
    if any(token in atom for atom in state.guards):
        state.guards = {atom: holds for atom, holds in state.guards.items() if token not in atom}
    if run.tasks or run.handlers:
        return  # which may hold what no place does
    _end_copies(run, {root for value in local for root in _copies(value)}, (given, frame.first), state)
    made = {place.owner.root for place, _ in state.heap.bearing() if place.owner.root.kind == "built"}
    inner = {root for value in local for root in _roots(value)} if made else set()
    if not inner:
        return
    parts = _parts(state)
    inner = _reached(inner, parts)
    if inner.isdisjoint(made):
        return
    outer = {*_roots(given), *(_roots(frame.first) if frame.first is not None else ())}
    outer.update(root for value in state.env.values() for root in _roots(value))
    outer.update(*(held for holder, held in parts.items() if holder not in inner))
    _take_away(run, (inner & made) - _reached(outer, parts), state)


def _parts(state: State) -> dict[Root, set[Root]]:
    """By object: the objects made in code that was read which its attributes and entries hold."""
    found: dict[Root, set[Root]] = defaultdict(set)
    for place, value in state.heap.items():
        found[place.owner.root].update(root for root in _roots(value) if root != place.owner.root)
    return found


def _reached(roots: set[Root], parts: Mapping[Root, set[Root]]) -> set[Root]:
    """These objects and those that they hold, an agent's network for one."""
    found: set[Root] = set()
    todo = list(roots)
    while todo:
        root = todo.pop()
        if root not in found:
            found.add(root)
            todo.extend(parts.get(root, ()))
    return found


def outlives(run: Interpreter, frame: Frame, given: Value, state: State) -> bool:
    """Whether functions that are defined in one and read its variables outlive it: returned, registered, kept."""
    if frame.function is None or not _defines(frame.function):
        return False
    if any(bound.frame == frame.number for bound in run.handlers):
        return True
    return _defined_in(frame.number, given) or any(_defined_in(frame.number, held) for _, held in state.heap.items())


@by_node
def _defines(function: facts.FunctionFact) -> bool:
    """Whether there are functions or lambdas in a function."""
    inner = (facts.Define, facts.DefineClass, facts.Lambda)
    found = (isinstance(part, inner) for a in walk.actions(function.body) for part in (a, *walk.expressions(a)))
    return any(found)


def _defined_in(number: int, value: Value) -> bool:
    if any(each.frame == number for each in value.callables):
        return True
    return any(_defined_in(number, part) for part in value.parts())


def _take_away(run: Interpreter, gone: set[Root], state: State) -> None:
    for each in [p for p in state.heap if p.owner.root in gone] if gone else ():
        phases.settle(run, state.heap[each].tags, "gone", None, state)
        del state.heap[each]


def _roots(value: Value) -> Iterator[Root]:
    """The objects made in code that was read which a value, or what is in it, may be, or may be a part of."""
    return (ref.root for ref in _refs(value))


def _refs(value: Value) -> Iterator[Path]:
    for ref in value.refs | value.holds:
        if ref.root.kind == "built":
            yield ref
    for bound in value.callables:
        if bound.receiver is not None:
            yield from _refs(bound.receiver)
    parts = [*(value.items or ()), *(item for _, item in value.keys or ())]
    for part in [*parts, value.element] if value.element is not None else parts:
        yield from _refs(part)


def _is_held(run: Interpreter, root: Root, state: State, without: Collection[Place] = ()) -> bool:
    """Whether something has the object, or a part of it in which there is a state: its list of rewards is neither."""
    owners = {place.owner for place, _ in state.heap.bearing() if place.owner.root == root}
    return any(
        any(
            ref.root == root and (not ref.attrs or any(owner.starts_with(ref) for owner in owners))
            for ref in _refs(value)
        )
        and not _is_own(place, root)
        and not _is_loop_variable(run, place)
        for place, value in state.items()
        if place not in without
    )


def _is_own(place: Place, root: Root) -> bool:
    return not isinstance(place, Local) and place.owner.root == root


def _is_loop_variable(run: Interpreter, place: Place) -> bool:
    """Whether a ``for`` binds the variable: what it holds after the loop is seldom meant."""
    if not isinstance(place, Local) or place.frame != run.frame.number or run.frame.function is None:
        return False
    bound = run.project.typing.bindings(run.frame.function).names.get(place.name, ())
    return any(binding.how == "element" for binding in bound)
