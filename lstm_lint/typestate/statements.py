"""What a statement does to a state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.engine import run as run_shape
from lstm_lint.typestate import (
    answers,
    assign,
    conditions,
    dropped,
    effects,
    expressions,
    generators,
    inlining,
    lifetime,
    listed,
    masks,
    sessions,
    targets,
    untold,
)
from lstm_lint.typestate.answers import answer_of
from lstm_lint.typestate.frame import RETURN
from lstm_lint.typestate.paths import Local, Path, Place, Root
from lstm_lint.typestate.state import State
from lstm_lint.typestate.values import (
    NOTHING,
    Callable,
    Value,
    replace,
)
from lstm_lint.walk import chain

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


_EXITS = re.compile(r"^(sys\.exit|exit|quit|os\._exit|os\.abort|pytest\.(fail|skip|exit))$")


def _never_returns(expr: facts.Expr) -> bool:
    if not isinstance(expr, facts.Call):
        return False
    name = chain(expr.func)
    return name is not None and _EXITS.match(name) is not None


def step(run: Interpreter, state: State, action: object) -> State | None:
    """The state after a statement; None when it never ends."""
    run.spent[0] += 1
    if isinstance(action, facts.Evaluate):
        lifetime.dropped(run, run.evaluate(action.value, state), state)
        dropped.popped(run, action.value, state)
        return None if _never_returns(action.value) else state
    if isinstance(action, facts.Assign):
        _assign(run, action, state)
    elif isinstance(action, facts.Declare):
        _declare(run, action, state)
    elif isinstance(action, facts.Augment):
        assign.augment(run, action, state)
    elif isinstance(action, facts.Return):
        value = NOTHING if action.value is None else run.evaluate(action.value, state)
        state.env[Local(run.frame.number, RETURN)] = value
        answers.given(run, action.value, value, state)
        listed.returned(run, action.value, answer_of(run.frame.number), state)
    elif isinstance(action, facts.Raise):
        if action.value is not None:
            run.evaluate(action.value, state)
        run.escapes.raised(run, action.value, state)
    elif isinstance(action, facts.Define):
        _define(run, action.function, state)
    elif isinstance(action, facts.DefineClass):
        _define_class(run, action.klass, state)
    elif isinstance(action, facts.Enter):
        _enter(run, action, state)
    elif isinstance(action, facts.Exit):
        inlining.leave(run, action.item, state)
        effects.left(run, action.item, state)
    elif isinstance(action, facts.Delete):
        for target in action.targets:
            if isinstance(target, facts.Name):
                assign.store(run, target, NOTHING, state)
            elif isinstance(target, facts.Subscript) and (kept := sessions.attribute(run, target, state)) is not None:
                dropped.attribute(run, kept, state)
            elif isinstance(target, facts.Subscript) and not sessions.deleted(run, target, state):
                dropped.deleted(run, target, state)
            elif isinstance(target, facts.Attribute):
                dropped.attribute(run, target, state)
    elif isinstance(action, facts.BindImport):
        for item in action.imports:
            _import(run, item, state)
    return state


def _assign(run: Interpreter, action: facts.Assign, state: State) -> None:
    if isinstance(action.value, facts.Conditional) and any(walk.calls_in((action.value.then, action.value.orelse))):
        _assign_either(run, action, action.value, state)
        return
    lifetime.about_to_go(run, action, state)
    value = run.evaluate(action.value, state)
    run.unbound = None
    if action.annotation is not None:
        declared = run.project.typing.annotation(action.annotation, run.frame.scope)
        if declared and not value.types:
            value = replace(value, types=declared)
    if masks.may_answer(action):
        value = masks.answering(run, action.value, value, state)
        value = untold.bound(run, action.targets[0], action.value, value, state)
    held = {place: state.get(place) for place in _written(run, action, state)}
    for target in action.targets:
        assign.store(run, target, value, state)
    if masks.makes_zeros(action.value) and any(map(masks.is_flag, action.targets)):
        found = (targets.place_of(run, target, state) for target in action.targets)
        masks.zeroed(run, frozenset(place for place in found if place is not None), action.value.span, state)
    for place, before in held.items():
        lifetime.let_go(run, place, before, state)
        generators.let_go(run, place, before, state)


def _written(run: Interpreter, action: facts.Assign, state: State) -> Iterator[Place]:
    """The variables and attributes that an assignment gives another value, as a whole."""
    for target in walk.flat(action.targets):
        if isinstance(target, facts.Name):
            yield run.local_place(target.id, state)
        elif isinstance(target, facts.Attribute) and (state.loads or state.parted):
            place = targets.place_of(run, target, state)
            if place is not None:
                yield place


def _assign_either(run: Interpreter, action: facts.Assign, value: facts.Conditional, state: State) -> None:
    """``x = f() if test else g()`` as an ``if``: in each arm the target holds what was made there, and nothing else."""
    arms = zip(conditions.assume(run, state.copy(), value.test), (value.then, value.orelse), strict=True)
    ends = []
    for arm, chosen in arms:
        if arm is not None:
            _assign(run, replace(action, value=chosen), arm)
            ends.append(arm)
    state.become(ends[0] if len(ends) == 1 else run.join(*ends))


def _declare(run: Interpreter, action: facts.Declare, state: State) -> None:
    types = run.project.typing.annotation(action.annotation, run.frame.scope)
    if types and isinstance(action.target, facts.Name):
        root = Root("result", action.target.id, run.site(action.target.span))
        state.env[Local(run.frame.number, action.target.id)] = Value(refs=frozenset({Path(root)}), types=types)


def _import(run: Interpreter, item: facts.Import, state: State) -> None:
    """Bind the name where it may mean something else elsewhere; at the top of a module it is found by name."""
    place = Local(run.frame.number, item.local)
    state.env.take(place)
    symbols = run.project.symbols
    if run.frame.function is None and len(symbols.resolve_each(run.frame.module, item.local)) < 2:
        return
    found = symbols.imported(run.frame.module, item) if item.name != "*" else ()
    if found:
        state.env[place] = expressions.any_of(run, found, state)


def _define(run: Interpreter, function: facts.FunctionFact, state: State) -> None:
    if run.frame.function is None:
        return  # module level: found by name
    info = run.project.symbols.function_info(run.frame.module, None, function)
    bound = Callable(info, None, run.frame.number)
    state.env[Local(run.frame.number, function.name)] = Value(callables=frozenset({bound}))


def _define_class(run: Interpreter, klass: facts.ClassFact, state: State) -> None:
    if run.frame.function is not None:
        info = run.project.symbols.class_info(run.frame.module, klass)
        state.env[Local(run.frame.number, klass.name)] = Value(classes=frozenset({info}))
    inner = replace(run.frame, klass=run.project.symbols.class_info(run.frame.module, klass))
    with run.entered(inner):
        run_shape(klass.body, state, run)


def _enter(run: Interpreter, action: facts.Enter, state: State) -> None:
    value = run.evaluate(action.item, state, entering=True)
    run.unbound = None
    if action.target is not None:
        assign.store(run, action.target, value, state)
