"""Calls that step a recurrent policy: what state each run of them is fed, and whether an episode began in between.

A state that says nothing of the phases of ``phases`` (whose weights made it) may still be the wrong one: dropped after
every step, wiped by a mask that is always true, or carried on into another episode. So each run of such a call is
written down: whether the same call ran before in the same episode, what it was handed, and how the mask was made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeGuard

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.passed_on import handed_in
from lstm_lint.project.restarting import restarts
from lstm_lint.project.wiped_inside import wiping_parameters
from lstm_lint.project.written_into import written_into
from lstm_lint.typestate import (
    apart,
    aside,
    crossing,
    ends,
    families,
    live,
    masks,
    objects,
    own_worlds,
    phases,
    telling,
    untold,
    wiping,
)
from lstm_lint.typestate.masks import names_an_end, reads_an_end
from lstm_lint.typestate.paths import Path, Site
from lstm_lint.typestate.recorder import Stepped, Stepping, Visit
from lstm_lint.typestate.slots import weakest
from lstm_lint.typestate.telling import STEPS
from lstm_lint.typestate.values import Phase, Value, all_tags, always_true, replace

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.arguments import Arguments
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State
    from lstm_lint.vocabulary.schema import StateArgument

ALL_START = "all episodes start"
"""The cause of a state that is fresh because the mask for it was set to all ones: it is carried, and wiped."""
_BEGINS = re.compile(r"reset|restart|(new|start|begin)_?(game|episode|round|match)", re.IGNORECASE)
_NEW_EPISODES = frozenset({"new_episode", "start_episode", "begin_episode", "new_game", "start_game"})
_FILLS = frozenset({"fill", "fill_", "zero_", "copy_", "itemset", "put", "masked_fill_"})
_OF_OTHERS = frozenset({"action_masks"})
"""Arguments that no recurrent policy of a library takes: the object is of another class where the call is reached."""


_EVERY = (-1, Span(0, 0, 0, 0))
"""Stands for every call of a function that is itself called at each step of an episode."""


def begin(run: Interpreter, state: State) -> None:
    """A function is run on its own: all that it calls runs again where it is called step after step."""
    if live.is_called_again(run):
        state.repeated = frozenset({_EVERY})


def predicted(
    run: Interpreter, spec: StateArgument, owners: list[Path], expr: facts.Call, arguments: Arguments, state: State
) -> None:
    """Write down one run of a call that is handed a state and gives the next one."""
    if run.project.library:
        return
    if not spec.mask:
        _handed_on(run, spec, owners, expr, arguments, state)
        return
    run.recorder.reached.add(run.site(expr.span))
    if _is_of_others(run, spec, arguments) or families.makes_others(run, expr):
        return
    owners = apart.possible(run, owners, state)
    if not owners or _is_declared_otherwise(run, expr) or apart.is_other(run, owners, state):
        return
    key = (run.frame.number, expr.span)
    again = not state.repeated.isdisjoint((key, _EVERY)) or (key in state.ran and live.goes_on(run, expr))
    state.ran |= {key}
    state.repeated -= {key}
    given, mask = arguments.find(spec.argument, spec.position), arguments.find(spec.mask, spec.mask_position)
    crossed = crossing.where(run, given) if given is not None else None
    starred = any(argument.star for argument in expr.arguments)  # these may be the state, the mask, or both
    fed = "unknown" if starred and given is None else _fed(given)
    told = "other" if starred and mask is None else _mask(mask)
    flag = walk.argument_of(expr, spec.mask, spec.mask_position)
    if told == "other" and (
        masks.is_never_true(run.frame.body, flag)
        or masks.is_known_false(run, flag, state)
        or masks.is_true_once(run, flag, mask)
        or (_is_here(crossed, run) and masks.is_no_from_then_on(run.frame.body, flag, expr.span, crossed.span))
        or untold.by_mask(given, mask)
    ):
        told = "false"
    written = walk.argument_of(expr, spec.argument, spec.position)
    if told == "true" and not again and wiping.at_each_call(run, expr, written, given, flag):
        again, fed = True, "carried"
    if crossed is None:
        crossed = crossing.kept_by_environment(run, expr, written)
    visit = Visit(again, fed, told, crossed)
    for owner in owners:
        record = _record(run, spec.argument, spec.position, owner, expr, state)
        record.spec = spec
        record.visits.add(visit)


def _handed_on(
    run: Interpreter, spec: StateArgument, owners: list[Path], expr: facts.Call, arguments: Arguments, state: State
) -> None:
    """A call of a library that is told of no end: what it is handed is what the policy goes on from."""
    given = arguments.find(spec.argument, spec.position)
    for owner in owners if given is not None else ():
        known = any(run.project.recurrence.of(t.ref) == "yes" for t in run.types_of(owner, state))
        if given is not None and (known or phases.places_of(run, owner, state)):
            advanced(run, owner, expr, given, state)


def _is_here(end: Site | None, run: Interpreter) -> TypeGuard[Site]:
    """Whether an episode ended in the function under way."""
    return end is not None and end.path == run.frame.module.path and end.function == run.frame.qualname


def _is_of_others(run: Interpreter, spec: StateArgument, arguments: Arguments) -> bool:
    """Whether the call has an argument that only other classes take.

    A recurrent class of the project may take it too: then its own method takes both and hands them on together.
    """
    others = {name for name, _ in arguments.keywords if name in _OF_OTHERS}
    function, klass = run.frame.function, run.frame.klass
    if not others or function is None or klass is None:
        return bool(others)
    taken = {parameter.name for parameter in function.parameters}
    return not (others | {spec.argument} <= taken and run.project.recurrence.of(klass) == "yes")


def _is_declared_otherwise(run: Interpreter, expr: facts.Call) -> bool:
    """Whether the receiver is a parameter whose annotation names classes that are not recurrent."""
    receiver = expr.func.value if isinstance(expr.func, facts.Attribute) else None
    function = run.frame.function
    if function is None or not isinstance(receiver, facts.Name):
        return False
    for parameter in function.parameters:
        if parameter.name == receiver.id:
            types = run.project.typing.annotation(parameter.annotation, run.frame.scope)
            return bool(types) and all(run.project.recurrence.of(t.ref) == "no" for t in types)
    return False


def advanced(run: Interpreter, owner: Path, expr: facts.Call, given: Value, state: State) -> None:
    """Write down that a network reads a state that was carried over the end of an episode."""
    if run.project.library or not given.tags:
        return
    crossed = crossing.where(run, given)
    if crossed is None and any(tag.phase is Phase.CARRYING for tag in given.tags):
        run.recorder.uncrossed.setdefault(run.site(expr.span), set()).add(run.chain())
    if crossed is None:
        return
    told = is_masked(run, expr, state) or _masks_inside(run, owner, expr, state)
    if told and not untold.is_unaware(run, expr, given, state):
        return
    if crossed not in run.recorder.passes and _asked_once(run, ends.is_replayed, expr.span):
        return
    record = _record(run, "", -1, owner, expr, state)
    record.only_read = not _asked_once(run, ends.goes_on, expr.span)
    record.visits.add(Visit(True, "carried", "absent", crossed))


def _asked_once(run: Interpreter, question: Callable[[Shape, Span], bool], span: Span) -> bool:
    """What is found of a call in the body that is run, by reading all of it."""
    key = (question, id(run.frame.body), span)
    if key not in run.index.found_of:
        run.index.found_of[key] = question(run.frame.body, span)
    return run.index.found_of[key]


def _masks_inside(run: Interpreter, owner: Path, call: facts.Call, state: State) -> bool:
    """Whether a network wipes its state by itself where episodes end: by its inputs, ``inputs["done"]``, or a flag."""
    methods = [run.project.classes.method(t.ref, "forward") for t in run.types_of(owner, state)]
    own = run.frame.function
    if own is not None and own.name == "forward" and reads_an_end(own.body):
        return True  # a layer of such a network
    return any(
        isinstance(method, FunctionInfo)
        and (reads_an_end(method.fact.body) or _is_told(run, method.fact, call))
        for method in methods
    )


def _is_told(run: Interpreter, forward: facts.FunctionFact, call: facts.Call) -> bool:
    """Whether a network is handed a flag by which it wipes its state, and the flag is not no for ever."""
    given = [walk.argument_of(call, name, place) for place, name in wiping_parameters(forward)]
    return any(flag is not None and not masks.is_never_true(run.frame.body, flag) for flag in given)


def handed(
    run: Interpreter, function: facts.FunctionFact, arguments: Arguments, span: Span, state: State
) -> None:
    """A function is handed a state that was carried over the end of an episode: it is told here, not further in.

    The state goes on from there where the call gives the next one, or puts it into what it is handed.
    """
    given = [part for value in arguments.everything() for part in (value, *objects.fields_of(run, value, state))]
    if any(crossing.is_crossed(tag) for value in given for tag in all_tags(value)):
        site = run.site(span)
        again = any(crossing.where(run, value) in run.recorder.passes for value in given)
        goes_on = _asked_once(run, ends.goes_on, span) or bool(written_into(function))
        carried = goes_on and (again or not _asked_once(run, ends.is_replayed, span))
        run.recorder.handed[site] = run.recorder.handed.get(site, False) or carried


def _record(run: Interpreter, argument: str, position: int, owner: Path, expr: facts.Call, state: State) -> Stepped:
    """The record of a call in this context."""
    classes = {t.ref for base in owner.prefixes() for t in run.types_of(base, state)}
    found = run.recorder.stepped(Stepping(run.site(expr.span), run.chain(), run.entry, owner), expr)
    found.recurrence |= {run.project.recurrence.of(ref) for ref in classes}
    found.strength = weakest(found.strength, run.index.guessed(owner))
    function = run.frame.function
    if argument and not state.guards.get(apart.ANOTHER):
        found.siblings = frozenset(map(run.site, _fed_elsewhere(run.frame.body, expr, argument, position)))
    found.parameters |= handed_in(function, run.project.typing.bindings(function)) if function is not None else set()
    return found


def _fed_elsewhere(body: Shape, call: facts.Call, argument: str, position: int) -> Iterator[Span]:
    """Where the same function calls the same method on the same receiver and hands it a state."""
    text = walk.chain(call.func)
    for action in walk.actions(body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and expr is not call and text and walk.chain(expr.func) == text:
                if any(each.star for each in expr.arguments):
                    yield expr.span
                given = walk.argument_of(expr, argument, position)
                if given is not None and not walk.is_none(given):
                    yield expr.span


def called(run: Interpreter, base: Value, func: facts.Attribute, state: State) -> None:
    """A method is called: it may step an environment, or begin an episode."""
    if func.attr in _FILLS or (func.attr.endswith("_") and not func.attr.startswith("_")):
        untold.written(base, state)
    if base.ones and func.attr in _FILLS:
        forget_ones(base, state)
    received = telling.receives(func)
    if func.attr in STEPS or received:
        if state.ran and not _is_optimizer(run, base):
            state.repeated |= state.ran
            state.ran = frozenset()
        if (received or resets_itself(run, base)) and ends.untold(run, base, func, state):
            crossing.cross(run, base, func, True, state)
    elif _BEGINS.search(func.attr):
        state.ran = state.repeated = frozenset()
        if is_environment(run, base, func, state):
            crossing.cross(run, base, func, resets_itself(run, base), state)
    elif (players := own_worlds.players(run, func, state)) is not None:
        state.ran = state.repeated = frozenset()
        crossing.cross(run, base, func, False, state, players=players)


def resets_itself(run: Interpreter, base: Value) -> bool:
    """Whether an environment begins anew by itself where an episode has ended."""
    classes = run.project.classes
    return any(
        any(row.resets_itself for row in classes.rows(t.ref)) or restarts(classes, t.ref, names_an_end)
        for t in base.types
        if not t.of_class
    )


def forget_ones(mask: Value, state: State) -> None:
    """A mask of all ones is written into: it is anything from here on."""
    for place in mask.src:
        held = state.get(place)
        if held is not None and held.ones:
            state.put(place, replace(held, ones=False))


def skipped(function: facts.FunctionFact, state: State) -> None:
    """A function that touches no state is not run: it may do either by what it names."""
    if state.ran and not STEPS.isdisjoint(function.mentions):
        state.repeated |= state.ran
        state.ran = frozenset()
    if (state.ran or state.repeated) and any(_BEGINS.search(name) for name in function.mentions):
        state.ran = state.repeated = frozenset()


def _is_optimizer(run: Interpreter, base: Value) -> bool:
    return any(run.project.classes.kind(t.ref) == "optimizer" for t in base.types)


def is_environment(run: Interpreter, base: Value, func: facts.Attribute, state: State) -> bool:
    """Whether what is reset is an environment: it is known to be one, or the same module steps it by the same name.

    A game that is asked whether its episode is over may be told to begin a new one instead.
    """
    if func.attr in _NEW_EPISODES:
        return walk.chain(func.value) in run.project.members.asked_for_ends(run.frame.module)
    if func.attr != "reset":
        return False
    if any(run.project.classes.kind(t.ref) == "env" for t in base.types):
        return True
    if any(run.project.recurrence.of(t.ref) == "yes" for t in base.types):
        return False
    for t in base.types:
        if isinstance(t.ref, ClassInfo) and run.project.classes.method(t.ref, "step") is not None:
            return not run.index.deep(t.ref)
    text = walk.chain(func.value)
    return text is not None and text in run.project.members.stepped(run.frame.module)


_LIBRARY_ENVIRONMENT = re.compile(r"^(gym|gymnasium|pettingzoo|dm_env)\..*(Env|Environment|Wrapper)$")


def observes(run: Interpreter, base: Value, name: str) -> bool:
    """Whether a method of the project is the step of an environment: what it gives is seen, not remembered."""
    return name in STEPS and bool(base.types) and all(_is_plain_environment(run, t.ref) for t in base.types)


def _is_plain_environment(run: Interpreter, ref: ClassInfo | str) -> bool:
    classes = run.project.classes
    if classes.kind(ref) == "env":
        return True
    if not isinstance(ref, ClassInfo) or run.project.recurrence.of(ref) == "yes" or run.index.deep(ref):
        return False
    if any(isinstance(base, str) and _LIBRARY_ENVIRONMENT.search(base) for base in classes.lineage(ref)):
        return True  # a wrapper may leave `reset` to its base
    return all(isinstance(classes.method(ref, name), FunctionInfo) for name in ("reset", "step"))


def observed(value: Value) -> Value:
    """What an environment gives: it is no state of a network, whatever actions it came out of."""
    parts = tuple(observed(item) for item in value.items) if value.items is not None else None
    return replace(value, tags=frozenset(), calls=frozenset(), items=parts)


def _fed(given: Value | None) -> str:
    if given is None or given.is_none or (given.items and all(item.is_none for item in given.items)):
        return "initial"
    tags = all_tags(given)
    phases = {tag.phase for tag in tags}
    if phases & {Phase.CARRYING, Phase.STALE} or given.calls or any(tag.cause == ALL_START for tag in tags):
        return "carried"
    return "initial" if phases == {Phase.FRESH} else "unknown"


def _mask(mask: Value | None) -> str:
    if mask is None or mask.is_none:
        return "absent"
    if always_true(mask):
        return "true"
    literal = mask.literal()
    return "false" if literal is False or literal == 0 else "other"


def is_masked(run: Interpreter, call: facts.Call, state: State) -> bool:
    """Whether a call, or one that led to it, is handed something that may say where episodes end."""
    for argument in call.arguments:
        if argument.keyword and names_an_end(argument.keyword):
            return True
        if any(names_an_end(walk.last_name(expr)) for expr in walk.expressions(argument.value)):
            return True
    return any(aside.may_tell(run, frame, state) for frame in run.frames[1:])
