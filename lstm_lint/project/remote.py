"""Methods that environments are told to run, by name or by a callback, while the training that steps them goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lstm_lint import facts
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.placed import place_each
from lstm_lint.project.symbols import FunctionInfo, Module
from lstm_lint.project.types import Scope
from lstm_lint.walk import actions, call_at, calls, calls_in, chain, expressions, last_name, loops

_TELLS = ("env_method", "call")
"""What runs a method of each environment by its name: that of stable-baselines3, and that of gymnasium."""
_ENVIRONMENT = re.compile(r"^_*(get_)?(train(ing)?_|vec_|v)?envs?$")
_STEPS = frozenset({"step", "step_async", "step_wait", "send"})
_BEGINS = frozenset({"__init__", "_on_training_start", "_init_callback"})
_GOES_ON = "reset_num_timesteps"
"""Only with this argument does ``learn`` take episodes up again; without it each call begins new ones."""


def told_in_training(
    modules: Sequence[Module], functions: Sequence[FunctionInfo], classes: Classes, typing: Typing
) -> frozenset[str]:
    """What hooks of callbacks, or loops in which episodes go on, have environments run, or hooks call themselves."""
    goes_on = any(_GOES_ON in module.facts.mentions for module in modules)
    bodies = {id(body.shape): body for tells in _TELLS for body in every_body(modules, functions, tells)}.values()
    told = {name for body in bodies for name in _told(body, classes, goes_on)}
    hooks = [f for f in functions if f.klass is not None and classes.kind(f.klass) == "callback"]
    return frozenset(told.union(*(_called(hook, classes, typing) for hook in hooks if hook.fact.name not in _BEGINS)))


def _called(hook: FunctionInfo, classes: Classes, typing: Typing) -> Iterator[str]:
    """The methods that a hook calls on the environments of its training: ``self.training_env.promote(path)``."""
    scope = Scope(hook.module, hook.klass, hook.fact)
    for action in actions(hook.fact.body):
        for expr in expressions(action):
            func = expr.func if isinstance(expr, facts.Call) else None
            if isinstance(func, facts.Attribute) and _is_environment(func.value, scope, classes, typing):
                yield func.attr


def _is_environment(expr: facts.Expr, scope: Scope, classes: Classes, typing: Typing) -> bool:
    """By its type, or by a name such as ``self.model.get_env()`` has; what is named for an evaluation is none."""
    name = last_name(expr.func) if isinstance(expr, facts.Call) else last_name(expr)
    return _ENVIRONMENT.search(name) is not None or any(classes.kind(t.ref) == "env" for t in typing.of(expr, scope))


def _told(body: Body, classes: Classes, goes_on: bool) -> Iterator[str]:
    klass, function = body.scope.klass, body.scope.function
    hook = klass is not None and classes.kind(klass) == "callback"
    if hook and function is not None and function.name in _BEGINS:
        return
    for placed in place_each(body.shape):
        for call in calls_in(placed.action):
            func, name = call.func, call.arguments[0].value if call.arguments else None
            if not isinstance(func, facts.Attribute) or func.attr not in _TELLS or not isinstance(name, facts.Constant):
                continue
            if func.attr == "call" and (hook or _ENVIRONMENT.search(last_name(func.value)) is None):
                continue
            if isinstance(name.value, str) and (hook or (placed.loops and _goes_on(call, func, body, goes_on))):
                yield name.value


def _goes_on(told: facts.Call, func: facts.Attribute, body: Body, goes_on: bool) -> bool:
    """Whether episodes are under way where a loop tells environments something."""
    if func.attr == "env_method":
        return goes_on or "learn" not in body.scope.module.facts.mentions
    around = [loop for loop in loops(body.shape) if call_at(loop.body, told.span)]
    steps = {last_name(call.func) for call in calls(around[-1].body) if _is_of(call, func.value)} if around else set()
    return "reset" not in steps and not steps.isdisjoint(_STEPS)


def _is_of(call: facts.Call, owner: facts.Expr) -> bool:
    return isinstance(call.func, facts.Attribute) and chain(call.func.value) == chain(owner) is not None
