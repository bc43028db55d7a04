"""What is made of some variables, and what only puts them down: in tensors, sums and buffers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.counting import KEEPING, STORING
from lstm_lint.typestate.masks import names_an_end
from lstm_lint.typestate.telling import STEPS, receives
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_PLACING = KEEPING | {"where", "numpy", "len", "copy_", "long", "min", "max", "range", "zip", "enumerate"}
"""Calls by which a buffer finds where something goes, and puts it there."""


def made_of(shape: Shape, names: set[str], but: frozenset[int] = frozenset()) -> set[str]:
    """The variables that are made of these, and of those in turn; ``but`` has the ids of actions that do not count."""
    found = set(names)
    while True:
        more = {
            name.id
            for action in walk.actions(shape)
            if id(action) not in but
            for target, value in pairs(action)
            if not found.isdisjoint(_read_in(value))
            for name in bound(target)
        }
        if more <= found:
            return found
        found |= more


def pairs(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """The targets of an assignment, each with what it gets: ``a, b = x, y`` are two."""
    if not isinstance(action, facts.Assign):
        return
    value = action.value
    for target in action.targets:
        given = value.items if isinstance(value, facts.Display) else ()
        if isinstance(target, facts.Display) and given and len(target.items) == len(given):
            yield from zip(target.items, given, strict=True)
        else:
            yield target, value


def _read_in(value: facts.Expr) -> set[str]:
    """The variables in an expression, without what only leads to a step of an environment."""
    if isinstance(value, facts.Call) and (walk.last_name(value.func) in STEPS or receives(value.func)):
        return set()
    return {expr.id for expr in walk.expressions(value) if isinstance(expr, facts.Name)}


def named_with(action: object, names: set[str]) -> set[str]:
    """What an action names together with some variables: each part of ``a, b = x, y`` is apart from the other."""
    parts: list[object] = [action]
    if isinstance(action, facts.Assign):
        parts = list(pairs(action))
    named = ({walk.last_name(expr) for expr in walk.expressions(part)} for part in parts)
    return set().union(*(each for each in named if not names.isdisjoint(each)))


def hands_on(action: object, names: set[str], keeping: frozenset[str] = KEEPING) -> bool:
    """Whether one of these variables is given to a call that does more than compute with it or keep it."""
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Call) and walk.last_name(expr.func) not in keeping:
            given = {walk.last_name(part) for argument in expr.arguments for part in walk.expressions(argument.value)}
            if not names.isdisjoint(given):
                return True
    return False


def stores_away(run: Interpreter, action: object, names: set[str], carried: set[str], state: State) -> bool:
    """Whether an action is a call of functions that put down the variables they are handed, and do nothing else."""
    if not isinstance(action, facts.Evaluate) or not isinstance(action.value, facts.Call):
        return False
    call = action.value
    called = run.quiet().evaluate(call.func, state.copy()).callables
    found = [(each.function.fact, int(each.receiver is not None)) for each in called] or _by_name(run, call)
    moves = not carried.isdisjoint(map(walk.last_name, walk.expressions(call)))
    return bool(found) and all(
        _only_keeps(function) or (not moves and _puts_down(function, call, names, carried, offset))
        for function, offset in found
    )


def _by_name(run: Interpreter, call: facts.Call) -> list[tuple[facts.FunctionFact, int]]:
    """The methods that a call of an object of unknown class may mean: all of the name, if each takes what it is given.

    Nothing where one of them has to do with a state: it may be the one that is carried, under another name.
    """
    if not isinstance(call.func, facts.Attribute) or any(argument.star for argument in call.arguments):
        return []
    name, given = call.func.attr, len(call.arguments)
    found = [each.fact for each in run.project.functions if each.klass is not None and each.fact.name == name]
    fit = given > 2 and all(not each.decorators and _takes(each, given + 1) for each in found)
    fit = fit and not any(looks_like_state(word) for each in found for word in each.mentions)
    return [(each, 1) for each in found] if fit else []


def _takes(function: facts.FunctionFact, most: int) -> bool:
    needed = sum(parameter.default is None for parameter in function.parameters)
    return needed <= most <= len(function.parameters)


def _only_keeps(function: facts.FunctionFact) -> bool:
    """Whether a function puts what it is handed into a list."""
    return {walk.last_name(call.func) for call in walk.calls(function.body)} <= KEEPING and not any(
        isinstance(inner, (facts.Assign, facts.Augment)) for inner in walk.actions(function.body)
    )


def _puts_down(
    function: facts.FunctionFact, call: facts.Call, names: set[str], carried: set[str], offset: int
) -> bool:
    """Whether a function writes what it is handed, and what it makes of that, into entries of its buffers.

    What stands in an attribute of its own, ``self.done = done``, may be asked for later.
    """
    if any(argument.star for argument in call.arguments):
        return False
    handed = {
        parameter.name
        for at, parameter in enumerate(function.parameters[offset:])
        if (given := walk.argument_of(call, parameter.name, at)) is not None
        and not names.isdisjoint(map(walk.last_name, walk.expressions(given)))
    }
    inside = made_of(function.body, handed)
    for action in walk.actions(function.body):
        named = named_with(action, inside)
        if named and (
            not isinstance(action, STORING)
            or not carried.isdisjoint(named)
            or hands_on(action, inside, _PLACING)
            or any(isinstance(each, facts.Attribute) and names_an_end(each.attr) for each in _targets(action))
        ):
            return False
    return bool(handed)


def _targets(action: object) -> Iterator[facts.Expr]:
    if isinstance(action, facts.Assign):
        yield from walk.flat(action.targets)


def bound(target: facts.Expr) -> Iterator[facts.Name]:
    """The variables that a target binds."""
    if isinstance(target, facts.Name):
        yield target
    elif isinstance(target, facts.Display):
        for item in target.items:
            yield from bound(item)
    elif isinstance(target, facts.Starred):
        yield from bound(target.value)
