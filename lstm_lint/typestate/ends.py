"""What the code of one function says about the ends of episodes, and whom it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.model import Span
from lstm_lint.project.said import places_of_ends
from lstm_lint.typestate.counting import KEEPING, STORING, counting_rounds, only_counts, written_by_rows
from lstm_lint.typestate.masks import names_an_end
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.values import Phase
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State
    from lstm_lint.typestate.values import Value

_TRAINS = re.compile(r"(^|_|\.)(opt|optim\w*|sched\w*|scaler|lr_\w+)(_|\.|$)", re.IGNORECASE)
STEPS = frozenset({"step", "step_wait"})


def goes_on(shape: Shape, span: Span) -> bool:
    """Whether what the call at a place gives becomes what it is handed, under this name or another, or is returned.

    ``value = net.value(x, h)`` only reads the state, and ``net(x, stored[i])`` in training reads one that was kept.
    """
    for action in walk.actions(shape):
        for call in walk.expressions(action):
            if isinstance(call, facts.Call) and call.span == span:
                if not isinstance(action, facts.Assign):
                    return not isinstance(action, facts.Evaluate)
                given = {name for argument in call.arguments for name in walk.chains(argument.value)}
                results = {name for target in action.targets for name in walk.chains(target)}
                return not given.isdisjoint(_onward(shape, results))
    return True


def is_carried_by(shape: Shape, call: facts.Call, place: facts.Expr) -> bool:
    """Whether a call is the only one that writes an attribute in a body, with what it gives."""
    name = walk.chain(place)
    writing = [
        action
        for action in walk.actions(shape)
        if isinstance(action, facts.Assign) and any(name in walk.chains(target) for target in action.targets)
    ]
    return len(writing) == 1 and writing[0].value is call


def is_storing(shape: Shape, target: facts.Expr) -> bool:
    """Whether what an assignment stores there is a state on its way from step to step, as a buffer keeps them."""
    for action in walk.actions(shape):
        if isinstance(action, facts.Assign) and any(each is target for each in action.targets):
            return not walk.chains(action.value).isdisjoint(_carried(shape))
    return False


def _carried(shape: Shape) -> set[str]:
    """What a call is handed and gives back, and its other names."""
    found = set()
    for action in walk.actions(shape):
        if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call):
            given = {name for argument in action.value.arguments for name in walk.chains(argument.value)}
            found |= given & _onward(shape, {name for target in action.targets for name in walk.chains(target)})
    return found


def is_replayed(shape: Shape, span: Span) -> bool:
    """Whether a call stands in a loop that steps no environment, beside another that does: what was stored is replayed.

    There the states begin with one that was kept, whatever has ended since. A loop over the agents of one step is part
    of the step.
    """
    around = [loop for loop in walk.loops(shape) if walk.call_at(loop.body, span)]
    if not around or _steps(around[-1].body) or not _steps(shape):
        return False
    trains = any(walk.last_name(call.func) == "backward" for call in walk.calls(around[-1].body))
    return trains or not any(steps_itself(loop.body) for loop in around)


def steps_itself(body: Shape) -> bool:
    """Whether a body steps an environment, not only in a loop inside of it."""
    if isinstance(body, Loop):
        return False
    parts = walk.parts(body)
    return any(map(steps_itself, parts)) if parts else _steps(body)


def _steps(shape: Shape) -> bool:
    return any(True for _ in stepped(shape))


def stepped(shape: Shape) -> Iterator[str]:
    """What a body calls ``step`` on, optimizers left out, as it is written; empty for what is no chain of names."""
    for call in walk.calls(shape):
        if walk.last_name(call.func) in STEPS and not _TRAINS.search(_owner(call)):
            yield _owner(call)


def _owner(call: facts.Call) -> str:
    return walk.chain(call.func.value) or "" if isinstance(call.func, facts.Attribute) else ""


def _onward(shape: Shape, names: set[str]) -> set[str]:
    """These variables, their other names, and those that may be states and are made of them, in turn."""
    found = set(names)
    while True:
        more = {
            name
            for action in walk.actions(shape)
            for target, value in _pairs(action)
            if not found.isdisjoint(walk.chains(value))
            for name in walk.chains(target)
            if walk.chain(value) is not None or looks_like_state(name.rpartition(".")[2])
        }
        if more <= found:
            return found
        found |= more


def untold(
    run: Interpreter,
    base: Value,
    func: facts.Attribute,
    state: State,
    within: Shape | None = None,
    leaving: object = None,
) -> bool:
    """Whether what a step says about the ends of episodes reaches neither a state nor another object.

    It may go into tensors, sums and buffers, from which the returns are made, and decide what is counted and shown, and
    which loop it is ``leaving``.
    """
    shape = within or run.frame.body
    said = said_of_ends(shape, func, _places(run, base))
    if said is None:
        return False
    carried = {
        place.name if isinstance(place, Local) else place.attr
        for place, value in state.items()
        if any(tag.phase is Phase.CARRYING for tag in value.tags)
    }
    names = made_of(shape, said)
    rounds = list(counting_rounds(shape, names, carried))
    names = made_of(shape, names.union(*map(written_by_rows, rounds)))
    counted = {id(action) for each in rounds for action in walk.actions(each)}
    for action in walk.actions(shape):
        if id(action) in counted:
            continue
        named = _named_with(action, names)
        if names.isdisjoint(named) or (_is_of(action, func) and names.isdisjoint(_read_in_step(action))):
            continue
        if action is leaving or _stores_away(run, action, state):
            continue
        if not carried.isdisjoint(named) or _hands_on(action, names):
            return False
        if not isinstance(action, STORING) and not only_counts(shape, action, carried):
            return False
    return True


def _named_with(action: object, names: set[str]) -> set[str]:
    """What an action names together with some variables: each part of ``a, b = x, y`` is apart from the other."""
    parts: list[object] = [action]
    if isinstance(action, facts.Assign):
        parts = list(_pairs(action))
    named = ({walk.last_name(expr) for expr in walk.expressions(part)} for part in parts)
    return set().union(*(each for each in named if not names.isdisjoint(each)))


def _stores_away(run: Interpreter, action: object, state: State) -> bool:
    """Whether an action is a call of functions that put what they are handed into a list, and do nothing else."""
    if not isinstance(action, facts.Evaluate) or not isinstance(action.value, facts.Call):
        return False
    called = run.quiet().evaluate(action.value.func, state.copy()).callables
    return bool(called) and all(
        {walk.last_name(call.func) for call in walk.calls(each.function.fact.body)} <= KEEPING
        and not any(isinstance(inner, (facts.Assign, facts.Augment)) for inner in walk.actions(each.function.fact.body))
        for each in called
    )


def _is_of(action: object, func: facts.Attribute) -> bool:
    """Whether an assignment gets what a step says."""
    return isinstance(action, facts.Assign) and isinstance(action.value, facts.Call) and action.value.func is func


def _read_in_step(action: object) -> set[str]:
    """The variables in what a step is handed."""
    call = action.value if isinstance(action, facts.Assign) else None
    given = [argument.value for argument in call.arguments] if isinstance(call, facts.Call) else []
    return {walk.last_name(expr) for each in given for expr in walk.expressions(each)}


def _places(run: Interpreter, base: Value) -> frozenset[int]:
    """The places at which an environment of the project says that an episode has ended."""
    refs = {t.ref for t in base.types if not t.of_class}
    return frozenset(place for ref in refs for place in places_of_ends(run.project.classes, ref, names_an_end))


def said_of_ends(shape: Shape, func: facts.Attribute, places: frozenset[int] = frozenset()) -> set[str] | None:
    """The variables that a step binds to the ends of episodes; None where it cannot be told.

    They stand where Gym has them, at the ``places`` that are known of this environment, or are named for an end.
    """
    for action in walk.actions(shape):
        if isinstance(action, facts.Assign) and _is_of(action, func):
            target = action.targets[0]
            if isinstance(target, facts.Display) and len(target.items) in (3, 4, 5):
                flags = target.items[2 : max(3, len(target.items) - 1)]
                if all(isinstance(flag, facts.Name) for flag in flags):
                    found = {name for flag in flags if (name := walk.last_name(flag)).strip("_")}
                    return found | _also_said(target.items, places)
    return None


def _also_said(items: tuple[facts.Expr, ...], places: frozenset[int]) -> set[str]:
    """The variables at these places of what a step gives, and those whose names say that they are flags."""
    names = [(at, item.id) for at, item in enumerate(items) if isinstance(item, facts.Name) and at > 0]
    return {name for at, name in names if name.strip("_") and (at in places or names_an_end(name))}


def made_of(shape: Shape, names: set[str]) -> set[str]:
    """The variables that are made of these, and of those in turn."""
    found = set(names)
    while True:
        more = {
            name.id
            for action in walk.actions(shape)
            for target, value in _pairs(action)
            if not found.isdisjoint(_read_in(value))
            for name in _bound(target)
        }
        if more <= found:
            return found
        found |= more


def _pairs(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """The targets of an assignment, each with what it gets: ``a, b = x, y`` are two."""
    if not isinstance(action, facts.Assign):
        return
    value = action.value
    for target in action.targets:
        both = isinstance(target, facts.Display) and isinstance(value, facts.Display)
        parts = (target.items, value.items) if both else ((), ())  # type: ignore[union-attr]
        if parts[0] and len(parts[0]) == len(parts[1]):
            yield from zip(*parts, strict=True)
        else:
            yield target, value


def _read_in(value: facts.Expr) -> set[str]:
    """The variables in an expression, without what only leads to a step of an environment."""
    if isinstance(value, facts.Call) and walk.last_name(value.func) in STEPS:
        return set()
    return {expr.id for expr in walk.expressions(value) if isinstance(expr, facts.Name)}


def _hands_on(action: object, names: set[str]) -> bool:
    """Whether one of these variables is given to a call that does more than compute with it or keep it."""
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Call) and walk.last_name(expr.func) not in KEEPING:
            given = {walk.last_name(part) for argument in expr.arguments for part in walk.expressions(argument.value)}
            if not names.isdisjoint(given):
                return True
    return False


def is_read(shape: Shape, name: str) -> bool:
    """Whether a variable is read anywhere in a body; to bind it anew is no reading."""
    stored = {id(expr) for expr in stores(shape, name)}
    return any(
        isinstance(expr, facts.Name) and expr.id == name and id(expr) not in stored
        for action in walk.actions(shape)
        for expr in walk.expressions(action)
    )


def stores(shape: Shape, name: str) -> Iterator[facts.Expr]:
    """Where a variable is bound by an assignment or a loop."""
    for action in walk.actions(shape):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, (facts.Augment, facts.Iterate)):
            targets = (action.target,)
        yield from (each for target in targets for each in _bound(target) if each.id == name)


def _bound(target: facts.Expr) -> Iterator[facts.Name]:
    if isinstance(target, facts.Name):
        yield target
    elif isinstance(target, facts.Display):
        for item in target.items:
            yield from _bound(item)
    elif isinstance(target, facts.Starred):
        yield from _bound(target.value)
