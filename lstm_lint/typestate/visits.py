"""Loops that come to each object of a collection once: what a round finds in its object, the rounds before left alone.

One summary stands for all objects that one place of the source makes. In ``for net in nets`` the state that a round
leaves in it is of the element that this round was about; the next element is as it was before the loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.typestate import keys
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Root, is_copy
from lstm_lint.typestate.values import Value, all_refs

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_IN_ORDER = frozenset({"zip", "enumerate", "list", "tuple", "reversed", "sorted", "iter", "tqdm", "items", "values"})
_REPEATS = frozenset({"cycle", "repeat", "choices", "chain", "product", "permutations", "combinations"})


def begin(run: Interpreter, loop: Loop, iterable: Value, bound: Value, again: bool, state: State) -> None:
    """A round begins with an object that none of the rounds before was about."""
    key = run.frame.number, id(loop)
    if not again:
        assert isinstance(loop.head, facts.Iterate)
        named = {part.id for action in walk.actions(loop.body) for part in walk.expressions(action)
                 if isinstance(part, facts.Name)}  # fmt: skip
        run.visits[key] = _first(run, loop.head.iterable, loop.head.target, named, iterable, bound, state)
    elif key in run.visits:
        run.visits[key].begin_next(state)


def begin_element(
    run: Interpreter, expr: facts.Comprehension, iterable: Value, bound: Value, state: State
) -> Visits | None:
    """The first round of a comprehension begins; None of several loops in one another."""
    if len(expr.clauses) != 1:
        return None
    clause = expr.clauses[0]
    named = {part.id for part in walk.expressions(expr.element) if isinstance(part, facts.Name)}
    return _first(run, clause.iterable, clause.target, named, iterable, bound, state)


class Visits(NamedTuple):
    """The objects that each round is about another one of, and what they held before the loop."""

    roots: frozenset[Root]
    before: dict[FieldPlace, Value]

    def begin_next(self, state: State) -> None:
        """The next round begins with such an object as it was before the loop."""
        for place in [place for place in state.heap if place.owner.root in self.roots] if self.roots else ():
            if place in self.before:
                state.heap[place] = self.before[place]
            else:
                del state.heap[place]


def _first(
    run: Interpreter,
    over: facts.Expr,
    target: facts.Expr,
    named: set[str],
    iterable: Value,
    bound: Value,
    state: State,
) -> Visits:
    roots = frozenset(_met_once(run, over, target, named, iterable, bound, state))
    return Visits(roots, {place: held for place, held in state.heap.items() if place.owner.root in roots})


def _met_once(
    run: Interpreter,
    over: facts.Expr,
    target: facts.Expr,
    named: set[str],
    iterable: Value,
    bound: Value,
    state: State,
) -> Iterator[Root]:
    """The objects that the variables of a loop stand for, each round for another one that nothing else leads to."""
    if not _goes_on(run, over):
        return
    places = bound.items if isinstance(target, facts.Display) and bound.items else (bound,)
    found = Counter(path for part in places for path in _members(part))
    others = named - keys.bound_by(target)
    for path, times in found.items():
        if times > 1 or path.attrs or not (_is_one_of_many(run, path) or _is_listed(iterable, path)):
            continue
        if not state.ways(path) and not any(map(others.__contains__, _variables(run, path, state))):
            yield path.root
            yield from _own_parts(path, state)


def _own_parts(path: Path, state: State) -> Iterator[Root]:
    """The objects that one holds and nothing but it: the network of a player that makes its own."""
    inside = {each for each in state.reach(path) if each.root.kind == "built" and not each.attrs}
    elsewhere = frozenset[Path]().union(*(_all(value) for _, value in state.env.items()))
    for part in inside - {path} - elsewhere:
        if all(way.owner.root == path.root or way.owner in inside for way in state.ways(part)):
            yield part.root


def _members(value: Value) -> frozenset[Path]:
    refs = all_refs(value)
    return refs | value.element.refs if value.element is not None else refs


def _is_one_of_many(run: Interpreter, path: Path) -> bool:
    return path.root in run.index.many or is_copy(path.root)


def _is_listed(iterable: Value, path: Path) -> bool:
    """Whether one item of a literal list, and no other, is the object."""
    return sum(path in all_refs(item) for item in iterable.items or ()) == 1


def _goes_on(run: Interpreter, iterable: facts.Expr) -> bool:
    """Whether a collection is gone through from one end to the other, and no element comes twice."""
    if isinstance(iterable, facts.Call):
        inner = tuple(argument.value for argument in iterable.arguments)
        if isinstance(iterable.func, facts.Attribute):
            inner = (*inner, iterable.func.value)
        return walk.last_name(iterable.func) in _IN_ORDER and all(_goes_on(run, each) for each in inner)
    if isinstance(iterable, facts.Name):
        bindings = run.bound_names().get(iterable.id, ())
        calls = (call for binding in bindings for call in walk.calls_in((binding.expr,)))
        return not any(walk.last_name(call.func) in _REPEATS for call in calls)
    return not isinstance(iterable, facts.Operation)


def _variables(run: Interpreter, path: Path, state: State) -> Iterator[str]:
    """The variables here that hold an object, or a collection with it."""
    for place, value in state.env.items():
        if isinstance(place, Local) and place.frame == run.frame.number and path in _all(value):
            yield place.name


def _all(value: Value) -> frozenset[Path]:
    return value.refs | value.holds | frozenset().union(*(_all(part) for part in value.parts()))
