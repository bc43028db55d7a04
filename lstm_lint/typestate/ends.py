"""What the code of one function says about the ends of episodes, and whom it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.memo import by_node
from lstm_lint.model import Span
from lstm_lint.project.rebinding import taken_from
from lstm_lint.project.said import places_of_ends
from lstm_lint.typestate import inverted, lost, storing, telling
from lstm_lint.typestate.counting import STORING, counting_rounds, only_counts, written_by_rows
from lstm_lint.typestate.masks import names_an_end
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.telling import STEPS
from lstm_lint.typestate.values import Phase
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State
    from lstm_lint.typestate.values import Value

_TRAINS = re.compile(r"(^|_|\.)(opt|optim\w*|sched\w*|scaler|lr_\w+)(_|\.|$)", re.IGNORECASE)


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


@by_node
def _carried(shape: Shape) -> frozenset[str]:
    """What a call is handed and gives back, and its other names."""
    found: set[str] = set()
    for action in walk.actions(shape):
        if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call):
            given = {name for argument in action.value.arguments for name in walk.chains(argument.value)}
            found |= given & _onward(shape, {name for target in action.targets for name in walk.chains(target)})
    return frozenset(found)


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
    return bool(stepped(shape))


@by_node
def stepped(shape: Shape) -> tuple[str, ...]:
    """What a body calls ``step`` on, optimizers left out, as it is written; empty for what is no chain of names."""
    return tuple(
        _owner(call)
        for call in walk.calls(shape)
        if telling.receives(call.func) or (walk.last_name(call.func) in STEPS and not _TRAINS.search(_owner(call)))
    )


def _owner(call: facts.Call) -> str:
    return walk.chain(call.func.value) or "" if isinstance(call.func, facts.Attribute) else ""


def _onward(shape: Shape, names: set[str]) -> set[str]:
    """These variables, their other names, and those that may be states and are made of them, in turn."""
    found = set(names)
    while True:
        more = {name for made, read in _made(shape) if not found.isdisjoint(read) for name in made}
        if more <= found:
            return found
        found |= more


@by_node
def _made(shape: Shape) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """By assignment: the other names and states that it makes, and all that it makes them of."""
    return tuple(
        (made, walk.chains(value))
        for action in walk.actions(shape)
        for target, value in storing.pairs(action)
        if (made := frozenset(name for name in walk.chains(target) if _goes_on_as(name, value)))
    )


def _goes_on_as(name: str, value: facts.Expr) -> bool:
    return walk.chain(taken_from(value)) is not None or looks_like_state(name.rpartition(".")[2])


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
    said = telling.said_of_ends(shape, func, _places(run, base))
    if said is None:
        return False
    carried = {
        place.name if isinstance(place, Local) else place.attr
        for place, value in state.items()
        if any(tag.phase is Phase.CARRYING for tag in value.tags)
    }
    wrong = inverted.multiplying(run, shape, carried)
    names = storing.made_of(shape, said, wrong)
    rounds = list(counting_rounds(shape, names, carried))
    names = storing.made_of(shape, names.union(*map(written_by_rows, rounds)), wrong)
    counted = {id(action) for each in rounds for action in walk.actions(each)}
    for action in walk.actions(shape):
        if id(action) in counted or id(action) in wrong or lost.is_lost(shape, action):
            continue
        named = storing.named_with(action, names)
        if names.isdisjoint(named) or (telling.is_of(action, func) and names.isdisjoint(_read_in_step(action))):
            continue
        if action is leaving or storing.stores_away(run, action, names, carried, state):
            continue
        if not carried.isdisjoint(named) or (storing.hands_on(action, names) and not lost.picks(action)):
            return False
        if not isinstance(action, STORING) and not only_counts(shape, action, carried):
            return False
    return True


def _read_in_step(action: object) -> set[str]:
    """The variables in what a step is handed."""
    call = action.value if isinstance(action, facts.Assign) else None
    given = [argument.value for argument in call.arguments] if isinstance(call, facts.Call) else []
    return {walk.last_name(expr) for each in given for expr in walk.expressions(each)}


def _places(run: Interpreter, base: Value) -> frozenset[int]:
    """The places at which an environment of the project says that an episode has ended."""
    refs = {t.ref for t in base.types if not t.of_class}
    return frozenset(place for ref in refs for place in places_of_ends(run.project.classes, ref, names_an_end))


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
        yield from (each for target in targets for each in storing.bound(target) if each.id == name)
