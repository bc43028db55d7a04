"""Loops that go through the keys of a state: ``for name in self.agents: self.memory[name] = zeros()``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.subsets import begins_with_fewer
from lstm_lint.typestate.targets import place_of
from lstm_lint.typestate.telling import STEPS

if TYPE_CHECKING:
    from lstm_lint.flow import Loop
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State
    from lstm_lint.typestate.values import Value

_SOME = re.compile(
    r"(^|_)(done|dones|finish|finished|terminated|terminal|terminals|truncated|over|ended|dead|resets?|ids?|idx|idxs"
    r"|indexes|indices|inds|rows|where|nonzero|flatnonzero|argwhere|changed|swapped|sample|choices|some)(_|$)",
    re.IGNORECASE,
)
"""What is called so is some of the keys: those whose episode ended, those that were drawn."""

_MASK = re.compile(r"(^|_)(masks?|dones?|ended|over|terminals?|terminated|truncated|finished|dead|alive)(_|$)", re.I)


_ALL = frozenset({"enumerate", "list", "tuple", "sorted", "reversed"})


def bound_by(target: facts.Expr) -> frozenset[str]:
    """The variables that a loop binds."""
    if isinstance(target, facts.Display):
        return frozenset().union(*(bound_by(item) for item in target.items))
    return frozenset({target.id}) if isinstance(target, facts.Name) else frozenset()


def counters(head: facts.Iterate) -> frozenset[str]:
    """The variables of a loop that may count: none that is a mask by its name, or stands for what is no literal.

    ``for state, ended in ((mine, done[:n]), (theirs, done[n:])): state[ended] = 0`` writes some rows of each.
    """
    names = frozenset(name for name in bound_by(head.target) if not _MASK.search(name))
    rows = head.iterable.items if isinstance(head.iterable, facts.Display) else ()
    if not isinstance(head.target, facts.Display) or not rows:
        return names
    for row in rows:
        if isinstance(row, facts.Display) and len(row.items) == len(head.target.items):
            pairs = zip(head.target.items, row.items, strict=True)
            names -= frozenset().union(*(bound_by(name) for name, value in pairs if not _may_count(value)))
    return names


def _may_count(value: facts.Expr) -> bool:
    return isinstance(value, (facts.Constant, facts.Name, facts.Operation))


def is_entry(run: Interpreter, index: facts.Expr) -> bool:
    """Whether a subscript is a variable of a loop: ``h[row]``, ``h[:, row]`` and ``h[row:row + 1]``."""
    if isinstance(index, facts.Operation) and index.op == "slice":
        if not any(_is_slice(part) for part in index.operands):
            return _is_counter(run, index.operands[0])
        named = [part for part in index.operands if not _is_slice(part)]
    else:
        named = list(index.items) if isinstance(index, facts.Display) else [index]
    return len(named) == 1 and _is_counter(run, named[0])


def is_one_of_many(run: Interpreter, index: facts.Expr, base: Value, state: State) -> bool:
    """Whether ``states[1]`` is the state of one network among those of several, and not the ``h`` of an LSTM's pair."""
    if not isinstance(index, facts.Constant) or type(index.value) is not int:
        return False
    owners = {tag.owner for tag in base.tags if tag.owner is not None}
    return len({owner.root for owner in owners}) > 1 or any(not is_single(run, owner, state) for owner in owners)


def _is_slice(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Operation) and expr.op == "slice"


def _is_counter(run: Interpreter, expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Name) and expr.id in run.frame.counters


def written_under(run: Interpreter, loop: Loop, state: State) -> set[Place]:
    """The places that a loop writes entry by entry, where it goes through every key."""
    head = loop.head
    assert isinstance(head, facts.Iterate)
    names = bound_by(head.target)
    if not names or not (_goes_through_all(run, head.iterable) or _is_played_alike(run, loop, head.iterable)):
        return set()
    found = set(_written_by_calls(run, loop, names, state))
    for action in walk.actions(loop.body):
        for entry in _entries_of(action):
            if names & _names_in(entry.index):
                place = place_of(run, entry, state)
                if place is not None and not begins_with_fewer(run, head.iterable, place):
                    found.add(place)
    return found


def _written_by_calls(run: Interpreter, loop: Loop, names: frozenset[str], state: State) -> Iterator[Place]:
    """What methods write under the key that a loop hands them: ``fleet.begin(seat)``, ``self.memory[seat] = None``."""
    for call in walk.calls(loop.body):
        given = [each.value.id for each in call.arguments if isinstance(each.value, facts.Name)]
        if isinstance(call.func, facts.Attribute) and not names.isdisjoint(given):
            for bound in run.quiet().evaluate(call.func, state.copy()).callables:
                if bound.receiver is not None:
                    for attr in _written_under_argument(call, bound.function.fact, names):
                        yield from (FieldPlace(ref, attr) for ref in bound.receiver.refs)


def _written_under_argument(call: facts.Call, method: facts.FunctionFact, names: frozenset[str]) -> Iterator[str]:
    """The attributes of which a method writes the entry that it is handed the key of."""
    parameters = [parameter.name for parameter in method.parameters]
    given = ((name, walk.argument_of(call, name, place)) for place, name in enumerate(parameters[1:]))
    keys = {name for name, value in given if isinstance(value, facts.Name) and value.id in names}
    for action in walk.actions(method.body):
        for entry in _entries_of(action):
            held = entry.value
            if isinstance(held, facts.Attribute) and walk.chain(held.value) == parameters[0]:
                yield from (held.attr,) if keys & _names_in(entry.index) else ()


def _is_played_alike(run: Interpreter, loop: Loop, iterable: facts.Expr) -> bool:
    """Whether all that the function plays it plays in other loops that go through the same thing.

    ``for seat, road in enumerate(roads): fleet.begin(seat)``: where there is no road, none is played.
    """
    steps = [call.span for call in walk.calls(run.frame.body) if walk.last_name(call.func) in STEPS]
    text = _spoken(iterable)
    alike = [
        each
        for each in walk.loops(run.frame.body)
        if each is not loop and isinstance(each.head, facts.Iterate) and _spoken(each.head.iterable) == text
    ]
    return text is not None and bool(steps) and all(any(s in walk.spans(each.body) for each in alike) for s in steps)


def _spoken(iterable: facts.Expr) -> str | None:
    """What a loop goes through as it is written, whether or not it counts."""
    while isinstance(iterable, facts.Call) and walk.last_name(iterable.func) in _ALL and iterable.arguments:
        iterable = iterable.arguments[0].value
    return walk.render(iterable)


def _entries_of(action: object) -> Iterator[facts.Subscript]:
    """The entries that an action writes or takes out."""
    if isinstance(action, (facts.Assign, facts.Delete)):
        for target in action.targets:
            for each in target.items if isinstance(target, facts.Display) else (target,):
                if isinstance(each, facts.Subscript):
                    yield each
    elif isinstance(action, facts.Evaluate) and (popped := popped_entry(action.value)) is not None:
        yield popped


def popped_entry(expr: facts.Expr) -> facts.Subscript | None:
    """``memories[name]`` of ``memories.pop(name, None)``; what a list is asked for is a number, or nothing."""
    if not isinstance(expr, facts.Call) or not isinstance(expr.func, facts.Attribute) or expr.func.attr != "pop":
        return None
    if not expr.arguments or any(each.star or each.keyword for each in expr.arguments):
        return None
    key = expr.arguments[0].value
    if len(expr.arguments) == 1 and isinstance(key, (facts.Constant, facts.Operation)):
        return None
    return facts.Subscript(expr.func.value, key, expr.span)


def _goes_through_all(run: Interpreter, iterable: facts.Expr) -> bool:
    """Whether nothing says that an iterable holds some keys only: an argument, a list made on the way, its name."""
    if isinstance(iterable, facts.Call):
        name = getattr(iterable.func, "attr", getattr(iterable.func, "id", ""))
        arguments = [argument.value for argument in iterable.arguments]
        if name == "range":
            return not any(_SOME.search(each) for value in arguments for each in _names_in(value))
        if name in ("enumerate", "list", "tuple", "sorted", "reversed", "set", "zip", "tqdm") and arguments:
            return all(_goes_through_all(run, value) for value in arguments)
        if name in ("keys", "items", "values") and isinstance(iterable.func, facts.Attribute):
            return _goes_through_all(run, iterable.func.value)
        return False
    if any(_SOME.search(each) for each in _names_in(iterable)):
        return False
    if isinstance(iterable, facts.Name):
        return _names_all(run, iterable.id)
    return isinstance(iterable, (facts.Attribute, facts.Subscript, facts.Display))


def _names_all(run: Interpreter, name: str) -> bool:
    """Whether a variable is another name of a collection, and no argument and no list that is filled on the way."""
    function = run.frame.function
    if function is not None and name in {parameter.name for parameter in function.parameters}:
        return False
    bound = run.bound_names().get(name)
    if bound is None:
        bound = run.project.typing.module_bindings(run.frame.module).names.get(name, [])
    return _bound_to_all(bound)


def _bound_to_all(bound: list[walk.Binding]) -> bool:
    values = [binding.expr for binding in bound]
    return bool(values) and all(
        isinstance(value, (facts.Attribute, facts.Subscript, facts.Call))
        or (isinstance(value, facts.Display) and bool(value.items))
        for value in values
    )


def _names_in(expr: facts.Expr) -> set[str]:
    return {
        str(getattr(each, "attr", getattr(each, "id", "")))
        for each in walk.expressions(expr)
        if isinstance(each, (facts.Name, facts.Attribute))
    }
