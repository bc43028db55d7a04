"""Who the receiver of a call is, whatever path led there: an object that the code proves or makes likely to be one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.made_with import made_with
from lstm_lint.project.symbols import External, Module
from lstm_lint.project.types import NOTHING, Scope, Type, Types

if TYPE_CHECKING:
    from lstm_lint.project import Project

_ALGORITHM_ATTRIBUTES = frozenset({"learn", "set_parameters", "get_parameters", "collect_rollouts", "policy", "set_env",
                                   "get_env", "num_timesteps", "_last_lstm_states"})  # fmt: skip
"""What is read of an algorithm of Stable-Baselines3 and of little else."""
_RECURRENT_PPO = "sb3_contrib.RecurrentPPO"


class Known(NamedTuple):
    """The classes that an object may be of, and whether they are ``proven`` or ``inferred``."""

    classes: frozenset[ClassRef]
    strength: str


def bodies(project: Project, word: str, paths: frozenset[str]) -> Iterator[Body]:
    """The functions and modules at these paths that have a name in them; none of a library that has rows."""
    if project.library:
        return
    for body in every_body(project.modules, project.functions, word):
        if body.scope.module.path in paths:
            yield body


def recurrent(project: Project, expr: facts.Expr, scope: Scope, kinds: Sequence[str]) -> Known | None:
    """The classes of an expression's value, where at least one is recurrent and of one of these kinds."""
    found = {t for t in project.typing.of(expr, scope) if not t.of_class and not t.arguments}
    if not found:
        known = _algorithm(project, expr, scope) if "algorithm" in kinds else None
        return _policy(project, expr, scope) if known is None and "policy" in kinds else known
    fitting = {t.ref for t in found if project.classes.kind(t.ref) in kinds and project.recurrence.of(t.ref) == "yes"}
    if not fitting:
        return None
    return Known(frozenset(fitting), "proven" if len(fitting) == len(found) else "inferred")


def memoryless(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """The classes of an expression's value, all of them known algorithms without a memory, with a network of the
    project nearby that has one: in their environment, or in their extractor.
    """
    if not project.network_near(scope.module):
        return None
    found = project.typing.of(expr, scope)
    plain = {t.ref for t in found if project.classes.kind(t.ref) == "algorithm" and not t.of_class and not t.arguments}
    if not plain or len(plain) < len(found) or any(project.recurrence.of(ref) != "no" for ref in plain):
        return None
    return Known(frozenset(plain), "proven")


def weights_holder(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """The classes of an object that is asked for its weights, where at least one is recurrent."""
    if isinstance(expr, facts.Attribute) and expr.attr == "policy" and not project.typing.of(expr, scope):
        return _algorithm(project, expr.value, scope) if not project.typing.of(expr.value, scope) else None
    types = _trained_by_hook(project, expr, scope) or project.typing.of(expr, scope)
    found = {t for t in types if not t.of_class and not t.arguments}
    if not found:
        return _algorithm(project, expr, scope) or _of_makers(project, expr, scope)
    fitting = {
        t.ref
        for t in found
        if project.recurrence.of(t.ref) == "yes" and project.classes.kind(t.ref) not in ("env", "optimizer", "callback")
    }
    if not fitting:
        return _driving(project, expr, scope, found)
    return Known(frozenset(fitting), "proven" if len(fitting) == len(found) else "inferred")


def _driving(project: Project, expr: facts.Expr, scope: Scope, found: set[Type]) -> Known | None:
    """A network that a library's recurrent agent acts with, by the row of the state that it drives."""
    owners = project.typing.of(expr.value, scope) if isinstance(expr, facts.Attribute) else NOTHING
    if not isinstance(expr, facts.Attribute) or not owners or any(project.recurrence.of(t.ref) == "no" for t in found):
        return None
    for owner in owners:
        states = project.classes.states(owner.ref)
        driven = any(row.driven_by == expr.attr and not row.if_recurrent for row in states)
        if owner.of_class or project.recurrence.of(owner.ref) != "yes" or not driven:
            return None
    return Known(frozenset(t.ref for t in found), "inferred")


def _trained_by_hook(project: Project, expr: facts.Expr, scope: Scope) -> Types:
    """The classes of what a library trains and hands to its hooks, where the code says no more than a base of them."""
    if scope.klass is None or scope.function is None or not isinstance(expr, facts.Name):
        return NOTHING
    if project.classes.kind(scope.klass) != "callback":
        return NOTHING
    return project.hooks.trained_by(scope.klass, scope.function, expr.id)


def _algorithm(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """An algorithm that nothing declares: the model of a callback, or what is used like one where all are recurrent."""
    own = isinstance(expr, facts.Attribute) and expr.attr == "model" and walk.chain(expr) == "self.model"
    if own and scope.klass is not None and project.classes.kind(scope.klass) == "callback":
        models = {t.ref for t in project.callbacks.models(scope.klass)}
        kept = frozenset(ref for ref in models if project.recurrence.of(ref) == "yes")
        if models:
            return Known(kept, "inferred") if kept else None
        return _all_in_scope(project, scope.module)
    name = walk.chain(expr)
    if name is None or _is_of_another_kind(project, name, scope):
        return None
    if project.assumes_recurrent(scope.module.path, name):
        return Known(frozenset({_RECURRENT_PPO}), "inferred")
    if _is_used_as_algorithm(project, name, scope):
        return _all_in_scope(project, scope.module)
    return _handed(project, name, scope) if isinstance(expr, facts.Name) else None


def _policy(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """The policy of an algorithm that nothing declares: ``self.model.policy`` in a callback."""
    if not isinstance(expr, facts.Attribute) or expr.attr != "policy" or project.typing.of(expr.value, scope):
        return None
    known = _algorithm(project, expr.value, scope)
    types = [project.typing.attribute(ref, "policy") for ref in known.classes] if known is not None else []
    refs = frozenset(t.ref for each in types for t in each if not t.of_class)
    return Known(refs, "inferred") if refs and all(types) else None


def _handed(project: Project, name: str, scope: Scope) -> Known | None:
    """What every call in view hands a function under the name of a parameter, where all of it is recurrent."""
    function = scope.function
    names = [parameter.name for parameter in function.parameters] if function is not None else []
    if function is None or scope.klass is not None or name not in names or "." in function.qualname:
        return None
    found: set[ClassRef] = set()
    for body in every_body(project.modules, project.functions, function.name):
        for action in walk.actions(body.shape):
            for call in walk.expressions(action):
                if isinstance(call, facts.Call) and walk.last_name(call.func) == function.name:
                    given = _argument(call, name, names.index(name))
                    types = made_with(project, given, body.scope) if given is not None else NOTHING
                    if not types or any(t.of_class or project.recurrence.of(t.ref) != "yes" for t in types):
                        return None
                    found |= {t.ref for t in types}
    return Known(frozenset(found), "inferred") if found else None


def _of_makers(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """The network that everybody in view makes an object with, where all of it is recurrent."""
    found = made_with(project, expr, scope) if isinstance(expr, facts.Attribute) else NOTHING
    if not found or any(t.of_class or project.recurrence.of(t.ref) != "yes" for t in found):
        return None
    refs = frozenset(t.ref for t in found if project.classes.kind(t.ref) not in ("env", "optimizer", "callback"))
    return Known(refs, "inferred") if refs else None


def _argument(call: facts.Call, name: str, position: int) -> facts.Expr | None:
    for argument in call.arguments:
        if argument.star:
            return None
        if argument.keyword == name:
            return argument.value
    plain = [argument.value for argument in call.arguments if argument.keyword is None]
    return plain[position] if position < len(plain) else None


def _is_of_another_kind(project: Project, name: str, scope: Scope) -> bool:
    """Whether the code says what class it is, by an annotation or a constructor, and nobody knows that class."""
    function = scope.function
    for parameter in function.parameters if function is not None else ():
        if parameter.name == name:
            return parameter.annotation is not None
    typing = project.typing
    if name.startswith("self.") and scope.klass is not None:
        each = [typing.bindings(method).attributes for method in scope.klass.fact.functions.values()]
        bound = [binding for found in each for binding in found.get(name.removeprefix("self."), ())]
    else:
        names = (typing.bindings(function) if function is not None else typing.module_bindings(scope.module)).names
        bound = names.get(name, [])
    return any(
        binding.how == "annotation"
        or (isinstance(binding.expr, facts.Call) and isinstance(typing.callee(binding.expr.func, scope), External))
        for binding in bound
    )


def _all_in_scope(project: Project, module: Module) -> Known | None:
    scope = project.algorithms.in_scope(module)
    if scope and all(project.recurrence.of(ref) == "yes" for ref in scope):
        return Known(scope, "inferred")
    return None


def _is_used_as_algorithm(project: Project, name: str, scope: Scope) -> bool:
    """Whether the function, or another method of its class for an attribute, reads of it what only algorithms have."""
    places = [scope.function.body if scope.function is not None else scope.module.facts.body]
    if name.startswith("self.") and scope.klass is not None:
        places = [function.body for function in scope.klass.fact.functions.values()]
    return any(
        isinstance(expr, facts.Attribute) and expr.attr in _ALGORITHM_ATTRIBUTES and walk.chain(expr.value) == name
        for place in places
        for action in walk.actions(place)
        for expr in walk.expressions(action)
    )
