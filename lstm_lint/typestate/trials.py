"""Trials of several episodes, whose memory is meant to outlive each: told by names, by who begins it, and how often."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Sequence, Step
from lstm_lint.project.beginning import BEGINS, makes
from lstm_lint.typestate.narrow import RESETS
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.model import Span
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter

_LIFETIME = re.compile(r"(^|(?<!time)_)((?i:trial|meta|rl2|lifetime|rl_?squared))(_|$)|^(Meta|RL2|Lifetime)([A-Z]|$)")
_TRIAL = re.compile(r"(^|_)trial(_|$)", re.IGNORECASE)


def is_under_way(run: Interpreter, env: facts.Expr) -> bool:
    """Whether code that begins an episode of an environment is part of such a trial."""
    return any(_is_of_one(frame, walk.chain(env)) for frame in run.frames) or _is_said_of_one(run.frame.body, env)


def _is_said_of_one(body: Shape, env: facts.Expr) -> bool:
    """Whether the loop around the one over episodes begins a memory in each round, and what is called names a trial.

    ``for trial in range(n): h = zeros(); for episode in range(k): env.reset(); …`` and then ``self.log_trial(…)``.
    """
    around = [loop for loop in walk.loops(body) if env.span in walk.spans(loop.body)]
    if len(around) < 2 or not any(_LIFETIME.search(walk.last_name(call.func)) for call in walk.calls(around[0])):
        return False
    episodes = {id(action) for action in walk.actions(around[-1].body)}
    made = (action for action in walk.actions(around[0].body) if id(action) not in episodes)
    return any(isinstance(action, facts.Assign) and _begins(action) for action in made)


def begins_anew_at_times(body: Shape, begun: Span, name: str) -> bool:
    """Whether code that begins an episode makes a variable anew beside, but only after every so many of them."""
    around: Shape | None = body
    while around is not None:
        if not isinstance(around, Sequence):
            inner = walk.parts(around)
        elif any(_makes_at_times(branch, name) for branch in around.shapes if isinstance(branch, Branch)):
            return any(isinstance(step, Step) and walk.has(step.action, begun) for step in around.shapes)
        else:
            inner = around.shapes
        around = next((part for part in inner if begun in walk.spans(part)), None)
    return False


def _makes_at_times(branch: Branch, name: str) -> bool:
    """``if episodes % of_a_trial == 0: hidden = zeros()``."""
    if not any(isinstance(expr, facts.Operation) and expr.op == "%" for expr in walk.expressions(branch.test)):
        return False
    made = (action for action in walk.actions(branch.then) if isinstance(action, facts.Assign))
    return any(
        isinstance(target, facts.Name) and target.id == name and (makes(action.value) or walk.is_none(action.value))
        for action in made
        for target in action.targets
    )


def _is_of_one(frame: Frame, env: str | None) -> bool:
    """Whether code is named as one: its function or class, or its module, where a trial of another kind is no reason.

    A time trial, or the trial of a device, has laps or runs that know nothing of one another: its code begins no memory
    for all of them.
    """
    function = frame.function
    if function is not None and any(parameter.name == "trial" for parameter in function.parameters):
        return False  # of a search for hyperparameters
    names = [function.name if function is not None else "", frame.klass.fact.name if frame.klass is not None else ""]
    if any(map(_LIFETIME.search, names)):
        return True
    module = frame.module.name.rpartition(".")[2]
    if _LIFETIME.search(module) is None:
        return False
    return _TRIAL.search(module) is None or _has_a_memory(frame, env)


def _has_a_memory(frame: Frame, env: str | None) -> bool:
    """Whether code is handed a memory, or begins one."""
    if frame.function is not None and any(looks_like_state(p.name) for p in frame.function.parameters):
        return True
    begun = any(isinstance(action, facts.Assign) and _begins(action) for action in walk.actions(frame.body))
    return begun or any(_resets(call, env) for call in walk.calls(frame.body))


def _begins(action: facts.Assign) -> bool:
    named = any(looks_like_state(walk.last_name(target)) for target in action.targets)
    return makes(action.value) or (walk.is_none(action.value) and named)


def _resets(call: facts.Call, env: str | None) -> bool:
    name = walk.last_name(call.func)
    if BEGINS.search(name):
        return True
    other = isinstance(call.func, facts.Attribute) and walk.chain(call.func.value) != env
    return other and RESETS.search(name) is not None
