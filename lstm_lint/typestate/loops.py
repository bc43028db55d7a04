"""Loops: what a round binds, and what holds when the iterable has run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape
from lstm_lint.project.symbols import External
from lstm_lint.typestate import acting, assign, crossing, dead, keys, namespaces, passes, records, rounds, visits
from lstm_lint.typestate.elements import element_of
from lstm_lint.typestate.last_round import is_left_in_last_round, true_in_last_alone
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.state import State
from lstm_lint.typestate.telling import STEPS
from lstm_lint.typestate.values import (
    Phase,
    Value,
    all_refs,
    all_tags,
)

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


def begin_loop(run: Interpreter, state: State, loop: Loop, again: bool) -> tuple[State | None, State | None]:
    """The next element bound; and the iterable run out, if it ever does.

    It is evaluated once; but what a generator does, it does for each element.
    """
    head = loop.head
    assert isinstance(head, facts.Iterate)
    once = again and not _generates(run, head.iterable, state)
    iterable = run.quiet().evaluate(head.iterable, state.copy()) if once else run.evaluate(head.iterable, state)
    if not again:
        passes.begin(run, loop, state)
    done = state.copy()
    acting.looped(run, iterable, head.iterable.span, state)
    _mark_loop(run, head, iterable)
    run.frame.counters |= keys.counters(head)
    bound = element_of(run, head.iterable, iterable, state)
    visits.begin(run, loop, iterable, bound, again, state)
    assign.store(run, head.target, bound, state, each=True)
    rounds.begin(run, loop, again, state)
    ends = again and is_left_in_last_round(loop)
    return state, None if ends or _never_ends(run, head.iterable) else done


def end_round(run: Interpreter, state: State, loop: Loop) -> tuple[State, State | None]:
    """The end of a round, and that of one that is not the last: what is true in the last alone is false there."""
    dead.end_round(run, loop, state)
    onward: State | None = state
    for test in true_in_last_alone(loop):
        if onward is not None:
            onward = run.quiet().assume(onward.copy(), test)[1]
    return state, onward


def _generates(run: Interpreter, iterable: facts.Expr, state: State) -> bool:
    """Whether some call in the iterable may be of a generator: of one in view, or of what cannot be read."""
    for call in walk.calls_in(iterable):
        callables = run.quiet().evaluate(call.func, state.copy()).callables
        if not callables or any(each.function.fact.is_generator for each in callables):
            return True
    return False


def _never_ends(run: Interpreter, iterable: facts.Expr) -> bool:
    """Whether a loop over it is left by nothing but ``break``: ``for step in itertools.count()``."""
    if not isinstance(iterable, facts.Call) or any(argument.star for argument in iterable.arguments):
        return False
    name = walk.last_name(iterable.func)
    if name != "count" and not (name == "repeat" and len(iterable.arguments) == 1):
        return False
    symbol = run.project.typing.callee(iterable.func, run.frame.scope)
    return isinstance(symbol, External) and symbol.dotted == f"itertools.{name}"


def end_for(run: Interpreter, before: State, after: State, loop: Loop) -> State:
    """Run out: places that stand for every element were visited, the others maybe not."""
    head = loop.head
    assert isinstance(head, facts.Iterate)
    iterable = run.quiet().evaluate(head.iterable, before.copy())
    bases = iterable.src | {FieldPlace(p.parent, p.attrs[-1]) for p in iterable.refs if p.attrs}
    bound = element_of(run.quiet(), head.iterable, iterable, before.copy())
    if records.is_member(bound):
        bases |= bound.src  # the list that they were taken out of
    elements = _members(bound)
    if bound.callables or _are_there(iterable):
        return after  # functions or elements that were seen to be put there
    keyed = keys.written_under(run, loop, before) | namespaces.set_in_rounds(run, loop, after)
    for place, value in after.items():
        inside = isinstance(place, FieldPlace) and any(place.owner.starts_with(ref) for ref in elements)
        if inside or place in keyed or _stands_for_elements(place, iterable.refs, bases):
            before.put(place, value)
    crossing.end_for(before, after)
    if _plays(loop.body):
        _begun_anew(before, after)
    return run.join(before, after)


def _are_there(iterable: Value) -> bool:
    """Whether a loop goes through elements that were seen; what is said by its name is one of several, not all."""
    return bool(iterable.items) and not any(isinstance(item.literal(), str) for item in iterable.items or ())


def _plays(body: Shape) -> bool:
    """Whether each round plays on until something ends: there are rounds, or nobody would have written the loop."""
    return any(walk.last_name(call.func) in STEPS for inner in walk.loops(body) for call in walk.calls(inner.body))


def _begun_anew(before: State, after: State) -> None:
    """States that every round resets are not left as they were by no round at all."""
    for place, value in before.bearing():
        ended = after.get(place)
        if _is_stale(value) and ended is not None and not _is_stale(ended):
            before.put(place, ended)


def _is_stale(value: Value) -> bool:
    return any(tag.phase is Phase.STALE for tag in all_tags(value))


def _members(bound: Value) -> frozenset[Path]:
    """The objects that a round is about: what it binds, and the elements of that, which loops inside go through."""
    found = all_refs(bound)
    while bound.element is not None:
        bound = bound.element
        found |= all_refs(bound)
    return found


def _stands_for_elements(place: object, refs: frozenset[Path], bases: frozenset[object]) -> bool:
    if place in bases:
        return True
    if isinstance(place, FieldPlace):
        for ref in refs:
            inside = place.owner.starts_with(ref) and len(place.owner.attrs) > len(ref.attrs)
            if inside and place.owner.attrs[len(ref.attrs)].startswith("["):
                return True
    return False


def _mark_loop(run: Interpreter, head: facts.Iterate, iterable: Value) -> None:
    if head not in run.frame.loops and (iterable.parameters_of or iterable.weights_of):
        run.frame.loops.append(head)
