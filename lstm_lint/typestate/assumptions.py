"""Receivers of unknown type in the shape of Stable-Baselines3: what they are assumed to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo
from lstm_lint.project.types import Type, Types
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


_SB3_METHODS = {"set_parameters", "learn", "collect_rollouts"}

_RECURRENT_PPO = "sb3_contrib.RecurrentPPO"


def assume_algorithm(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> None:
    """Give an untyped receiver of an SB3-shaped call the algorithms in scope, and write down that it is a guess."""
    name = func.attr
    path: Path | None = None
    if run.project.library:
        return
    if name in ("load_state_dict", "load_from_vector") and isinstance(func.value, facts.Attribute):
        if func.value.attr == "policy":
            path = _holder(base)
    elif name in _SB3_METHODS or (name == "predict" and _passes_state(arguments)):
        path = next(iter(base.refs)) if len(base.refs) == 1 else None
    if path is None:
        return
    current = run.types_of(path, state) or (
        base.types if name not in ("load_state_dict", "load_from_vector") else frozenset()
    )
    if any(_known(run, t) for t in current) or (name == "predict" and _is_of_another_class(run, func.value)):
        return
    found, strength = _assumption(run, path, name)
    if not found:
        return
    run.index.assumed[path] = strength
    run.index.assumed[path.child("policy")] = strength
    state.narrowed[path] = found


def _holder(base: Value) -> Path | None:
    if len(base.refs) != 1:
        return None
    path = next(iter(base.refs))
    return path.parent if path.attrs and path.attrs[-1] == "policy" else None


def _known(run: Interpreter, t: Type) -> bool:
    """Whether a type says what it is: a class that can be read, or one the vocabulary has."""
    if isinstance(t.ref, ClassInfo):
        return not (run.project.classes.is_opaque(t.ref) and not run.project.classes.rows(t.ref)) or bool(
            t.ref.fact.functions
        )
    return t.ref in run.project.vocabulary.classes or t.ref.startswith(("torch.", "numpy.", "builtins."))


def _is_of_another_class(run: Interpreter, receiver: facts.Expr) -> bool:
    """Whether the function says, by an annotation or the constructor it calls, that a class nobody knows is meant."""
    function = run.frame.function
    if not isinstance(receiver, facts.Name):
        return False
    for parameter in function.parameters if function is not None else ():
        if parameter.name == receiver.id:
            return _names_a_class(run, parameter.annotation)
    typing, module = run.project.typing, run.frame.module
    names = (typing.bindings(function) if function is not None else typing.module_bindings(module)).names
    return any(_names_a_class(run, _class_in(binding)) for binding in names.get(receiver.id, ()))


def _class_in(binding: walk.Binding) -> facts.Expr | None:
    """The annotation of a variable, or what is called for its value."""
    if binding.how == "annotation":
        return binding.expr
    return binding.expr.func if isinstance(binding.expr, facts.Call) else None


def _names_a_class(run: Interpreter, expr: facts.Expr | None) -> bool:
    """Whether an expression is, by the way such names are written, the plain name of a class that is no algorithm."""
    name = walk.last_name(expr) if isinstance(expr, (facts.Name, facts.Attribute)) else ""
    others = name not in ("Any", "BaseAlgorithm", "OnPolicyAlgorithm") and name not in run.project.algorithms.names
    return name[:1].isupper() and not name.isupper() and others


def _passes_state(arguments: Arguments) -> bool:
    return any(name in ("state", "episode_start") for name, _ in arguments.keywords)


def _assumption(run: Interpreter, path: Path, name: str) -> tuple[Types, str]:
    stock: Types = frozenset({Type(_RECURRENT_PPO)})
    if run.project.assumes_recurrent(run.frame.module.path, str(path)):
        return stock, "inferred"
    scope = run.project.algorithms.in_scope(run.frame.module)
    recurrent = frozenset(Type(ref) for ref in scope if run.project.recurrence.of(ref) == "yes")
    if not scope:
        return stock, "unknown"
    if len(recurrent) == len(scope):
        return recurrent, "inferred"
    return recurrent, "unknown"
