"""States of one environment given to an algorithm that runs several: zeros of ``policy.lstm_hidden_state_shape``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import Body
from lstm_lint.project.receivers import Known, bodies
from lstm_lint.project.recurrence import every_expression
from lstm_lint.project.symbols import FunctionInfo, Module

if TYPE_CHECKING:
    from lstm_lint.project import Project

_SHAPE = "lstm_hidden_state_shape"
_WIDENED = frozenset({"n_envs", "num_envs", "repeat", "tile", "expand", "concatenate", "cat", "repeat_interleave",
                      "broadcast_to", "n_env", "nenvs"})  # fmt: skip
_VECTORISED = frozenset({"make_vec_env", "make_atari_env"})
_WRAPPERS = frozenset({"DummyVecEnv", "SubprocVecEnv"})


class Narrow(NamedTuple):
    """An assignment of such zeros to the state of ``receiver``."""

    body: Body
    action: facts.Assign
    target: facts.Attribute
    known: Known


def narrow_states(project: Project, paths: frozenset[str]) -> Iterator[Narrow]:
    """Where the state of an algorithm is set to zeros of width 1, unless all environments in view run alone."""
    for body in _assigning(project, paths):
        for action in walk.actions(body.shape):
            if not isinstance(action, facts.Assign) or len(action.targets) != 1:
                continue
            target = action.targets[0]
            if not isinstance(target, facts.Attribute) or target.attr not in project.callers.slots:
                continue
            words = set(_words(project, body, action.value, 4))
            if _SHAPE in words and not words & _WIDENED and not _runs_alone(project, body.scope.module):
                types = project.typing.of(target.value, body.scope)
                refs = frozenset(t.ref for t in types if project.classes.kind(t.ref) == "algorithm")
                if refs or not types:
                    yield Narrow(body, action, target, Known(refs, "proven" if refs else "inferred"))


def _assigning(project: Project, paths: frozenset[str]) -> Iterator[Body]:
    """Each body that names the state of an algorithm once, in a project that names that shape somewhere."""
    if not any(_SHAPE in module.facts.mentions for module in project.modules):
        return
    seen: set[int] = set()
    for slot in sorted(project.callers.slots):
        for body in bodies(project, slot, paths):
            if id(body.shape) not in seen:
                seen.add(id(body.shape))
                yield body


def _words(project: Project, body: Body, value: facts.Expr, depth: int) -> Iterator[str]:
    """The names in a value, in what its local variables were given, and in functions of the project that make it."""
    function = body.scope.function
    typing = project.typing
    names = (typing.bindings(function) if function is not None else typing.module_bindings(body.scope.module)).names
    for expr in walk.expressions(value):
        if isinstance(expr, facts.Attribute):
            yield expr.attr
        elif isinstance(expr, facts.Name):
            yield expr.id
            for binding in names.get(expr.id, ()) if depth else ():
                yield from _words(project, body, binding.expr, depth - 1)
        elif isinstance(expr, facts.Call) and depth:
            made = project.typing.callee(expr.func, body.scope)
            yield from made.fact.mentions if isinstance(made, FunctionInfo) else ()
            for inner in _defined_here(body, expr.func):  # whose free variables are those of this function
                for action in walk.actions(inner.body):
                    for part in walk.expressions(action):
                        if isinstance(part, facts.Attribute):
                            yield part.attr
                        elif isinstance(part, facts.Name):
                            yield from _words(project, body, part, depth - 1)


def _defined_here(body: Body, callee: facts.Expr) -> Iterator[facts.FunctionFact]:
    if isinstance(callee, facts.Name):
        for action in walk.actions(body.shape):
            if isinstance(action, facts.Define) and action.function.name == callee.id:
                yield action.function


def _runs_alone(project: Project, module: Module) -> bool:
    """Whether every environment that the file makes, or else the project, is a single one."""
    widths = list(_widths(project, module)) or [width for each in project.modules for width in _widths(project, each)]
    return bool(widths) and all(width == 1 for width in widths)


def _widths(project: Project, module: Module) -> Iterator[int]:
    """How many environments each call that makes some makes; 2 for several."""
    for expr in every_expression(module.facts):
        if not isinstance(expr, facts.Call):
            continue
        name = str(getattr(expr.func, "attr", getattr(expr.func, "id", "")))
        plain = [a.value for a in expr.arguments if a.keyword is None]
        if name in _VECTORISED:
            given = next((a.value for a in expr.arguments if a.keyword == "n_envs"), plain[1] if plain[1:] else None)
            yield 1 if given is None or (isinstance(given, facts.Constant) and given.value == 1) else 2
        elif name in _WRAPPERS and plain:
            yield 1 if isinstance(plain[0], facts.Display) and len(plain[0].items) == 1 else 2
        elif name in project.algorithms.names and len(plain) > 1 and isinstance(plain[1], facts.Constant):
            yield 1  # made from the id of one environment
        elif name == "make" and walk.chain(expr.func) in ("gym.make", "gymnasium.make"):
            yield 1
