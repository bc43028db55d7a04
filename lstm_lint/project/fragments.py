"""Callbacks of a library that samples in fragments, which give a policy other weights between two of them.

The library carries the states of running episodes from one fragment to the next, and nothing resets them from outside.
Nothing is run for this: a hook of such a callback hands weights from elsewhere to a policy of what acts there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.beside import RESETS
from lstm_lint.project.symbols import ClassInfo, Module
from lstm_lint.vocabulary.schema import FragmentsRow

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.project import Project

_REPLACES = frozenset({"set_weights", "set_state", "load_state_dict"})
_TAKES_POLICY = frozenset({"get_policy", "get_module"})
_POLICIES = frozenset({"policies", "policy_map", "module", "rl_module"})
_LIVE = frozenset({"get_weights", "get_state", "state_dict", "get_policy", "get_module"})
"""What gives the weights of a policy as they are now: those of a learner come in small steps."""
_ENDS = re.compile(r"done|terminated|truncated|is_last|ended", re.IGNORECASE)
_DEEP = 4


class Between(NamedTuple):
    """Weights that a policy gets between two fragments, and the hook in which it does so.

    ``of_one``: an episode of one environment begins or ends there, and those of others go on.
    """

    path: str
    span: Span
    policy: str
    hook: str
    of_one: bool


class Fragments:
    """The callbacks of a project that do so."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def find(self, report_on: frozenset[str]) -> Iterator[Between]:
        """Every such call in the files reported on, each once."""
        for klass in self._project.classes.all:
            row = self._row(klass) if klass.module.path in report_on else None
            if row is not None:
                yield from self._of(klass, row)

    def _row(self, klass: ClassInfo) -> FragmentsRow | None:
        rows = self._project.classes.rows(klass)
        return next((row.fragments for row in rows if row.fragments is not None), None)

    def _hooks(self, module: Module, row: FragmentsRow) -> frozenset[str]:
        """The hooks that come in mid-episode, where policies are recurrent by a setting or by a network in view.

        What uses the callbacks may say so as well as what defines them.
        """
        users = [other for other in self._project.modules if other is module or _imports(other, module)]
        given = self._project.given
        if not any(given.allows(user.path, row.where) or self._project.network_near(user) for user in users):
            return frozenset()
        whole = any(given.has(user.path, row.where_not) for user in users)
        many = any(given.exceeds(user.path, row.many, 1) for user in users)
        return frozenset((*(() if whole else (*row.here, *row.elsewhere)), *(row.of_one if many else ())))

    def _of(self, klass: ClassInfo, row: FragmentsRow) -> Iterator[Between]:
        hooks = self._hooks(klass.module, row)
        for name, function in klass.fact.functions.items():
            if name not in hooks or _begins_anew(function):
                continue
            bodies = list(_run_by(function.body, row.by)) if name in row.elsewhere else [function.body]
            if any(walk.last_name(call.func) in row.spread for call in walk.calls(function.body)):
                bodies = [function.body, *bodies]
            for call in (call for body in bodies for call in walk.calls(body)):
                policy = _policy(call, function)
                if policy is not None:
                    yield Between(klass.module.path, call.span, policy, name, name in row.of_one)


def _imports(module: Module, other: Module) -> bool:
    last = other.name.rpartition(".")[2]
    return any(last in (item.module.rpartition(".")[2], item.name) for item in module.facts.imports)


def _begins_anew(function: facts.FunctionFact) -> bool:
    """Whether a hook asks for the end of an episode, or resets something."""
    named = any(map(_ENDS.search, function.mentions))
    return named or any(RESETS.search(walk.last_name(call.func)) for call in walk.calls(function.body))


def _run_by(body: Shape, by: tuple[str, ...]) -> Iterator[Shape]:
    """The bodies of the functions that a body has others run: ``group.foreach_worker(lambda worker: …)``."""
    inner = {a.function.name: a.function for a in walk.actions(body) if isinstance(a, facts.Define)}
    for call in walk.calls(body):
        for argument in call.arguments if walk.last_name(call.func) in by else ():
            if isinstance(argument.value, facts.Lambda):
                yield argument.value.function.body
            elif isinstance(argument.value, facts.Name) and argument.value.id in inner:
                yield inner[argument.value.id].body


def _policy(call: facts.Call, function: facts.FunctionFact) -> str | None:
    """The policy that a call hands weights to that are nobody's now; None where it does anything else."""
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr not in _REPLACES or not call.arguments:
        return None
    bound = walk.bound_in(function.body).names
    if not any(map(_takes_policy, _made_of(func.value, bound))):
        return None
    weights = _made_of(call.arguments[0].value, bound)
    live = any(isinstance(each, facts.Call) and walk.last_name(each.func) in _LIVE for each in weights)
    if live and not _is_of_another(_made_of(func.value, bound), weights):
        return None
    return walk.render(func.value) or walk.last_name(func.value)


def _is_of_another(policy: list[facts.Expr], weights: list[facts.Expr]) -> bool:
    """Whether weights are those that a policy of another name has now: ``"rival"`` gets those of ``"main"``."""
    taking, giving = (set(map(_policy_named, each)) - {""} for each in (policy, weights))
    return len(taking) == 1 and len(giving) == 1 and taking != giving


def _policy_named(expr: facts.Expr) -> str:
    """The name of the policy that an expression takes out; empty for anything else."""
    name: facts.Expr | None = None
    if isinstance(expr, facts.Call) and _takes_policy(expr):
        name = expr.arguments[0].value if expr.arguments else None
    elif isinstance(expr, facts.Subscript) and _takes_policy(expr):
        name = expr.index
    return name.value if isinstance(name, facts.Constant) and isinstance(name.value, str) else ""


def _takes_policy(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in _TAKES_POLICY
    return isinstance(expr, facts.Subscript) and walk.last_name(expr.value) in _POLICIES


def _made_of(expr: facts.Expr, bound: dict[str, list[walk.Binding]]) -> list[facts.Expr]:
    """The expressions in one, and in what its variables are bound to."""
    found = list(walk.expressions(expr))
    names = set[str]()
    for _ in range(_DEEP):
        more = {each.id for each in found if isinstance(each, facts.Name)} - names
        names |= more
        found += [each for name in sorted(more) for b in bound.get(name, ()) for each in walk.expressions(b.expr)]
    return found
