"""Pools that draw other opponents while a state goes through them: ``pool.update_policies()`` between two rollouts.

The pool may be a library's, or anything of such a name: it is known by what a function does with it. It is told to take
other policies, and is handed a recurrent state whose successor comes back out of it; and that state outlives the
function, or the loop that both calls stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.beside import RESETS
from lstm_lint.project.kept import CONSTRUCTORS, Keeping, Step
from lstm_lint.project.looks import is_anew, is_environment, is_named
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_DRAWS = re.compile(
    r"^_*(update|swap|resample|sample|select|refresh|draw|redraw|rotate|replace|exchange|pick|load)_(new_)?"
    r"(polic(y|ies)|opponents?|rivals?|players?|enem(y|ies)|members?)$"
)
_POOL = re.compile(r"pool|league|opponents?|rivals?|population|(policy|policies)_(set|group)", re.IGNORECASE)
_WIPES = frozenset({"zero_", "fill_"})


class Drawn(NamedTuple):
    """A call by which a pool takes other policies, the state that goes on, and the call that reads it next."""

    path: str
    span: Span
    pool: str
    state: str
    by: str
    at: Span


class Pools:
    """The pools of a project that draw other policies in mid-episode."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._keeping = Keeping(project.classes)

    def find(self, report_on: frozenset[str]) -> Iterator[Drawn]:
        """Every such call in the files reported on, each once."""
        for function in (*self._project.functions, *self._project.programs):
            wanted = function.module.path in report_on and function.fact.name not in CONSTRUCTORS
            if wanted and any(map(_DRAWS.search, function.fact.mentions)):
                yield from self._in(function)

    def _in(self, function: FunctionInfo) -> Iterator[Drawn]:
        placed = self._keeping.placed(function.fact)
        steps = [step for step in self._keeping.steps(function.fact) if is_named(step.name.rpartition(".")[2])]
        for each in placed if steps else ():
            for call in walk.expressions(each.action):
                pool = self._pool(call, function) if isinstance(call, facts.Call) else None
                step = next((s for s in steps if pool and self._goes_on(s, pool, each.loops, function)), None)
                if pool is not None and step is not None:
                    yield Drawn(function.module.path, call.span, pool, step.name, step.by, step.span)

    def _pool(self, call: facts.Call, function: FunctionInfo) -> str | None:
        """What is told to take other policies, as code writes it; None where its class in view resets a state then."""
        func = call.func
        pool = walk.chain(func.value) if isinstance(func, facts.Attribute) and _DRAWS.search(func.attr) else None
        if pool is None or not isinstance(func, facts.Attribute) or not _POOL.search(pool.rpartition(".")[2]):
            return None
        types = self._project.typing.of(func.value, Scope(function.module, function.klass, function.fact))
        for t in types:
            fact = t.ref.fact.functions.get(func.attr) if isinstance(t.ref, ClassInfo) else None
            if fact is not None and any(map(RESETS.search, fact.mentions)):
                return None
        return pool

    def _goes_on(self, step: Step, pool: str, loops: tuple[Span, ...], function: FunctionInfo) -> bool:
        """Whether a state that a pool steps is there before it draws, and nothing makes it anew on the way."""
        if not step.by.startswith(f"{pool}.") or not step.loops:
            return False
        around = [loop for loop in loops if loop in step.loops]
        root = step.name.partition(".")[0]
        if root == step.name and not around:
            return False
        inner = around[-1] if around else None
        for each in self._keeping.placed(function.fact):
            near = inner is None or inner in each.loops
            if near and (_begins(each.action, step.name) or _begins(each.action, root) or _wipes(each.action)):
                return False
        return root == step.name or self._outlives(root, function)

    def _outlives(self, root: str, function: FunctionInfo) -> bool:
        """Whether a variable stands for something that is there before the function: a parameter, or an attribute."""
        if any(parameter.name == root for parameter in function.fact.parameters):
            return True
        bound = self._project.typing.bindings(function.fact).names.get(root, ())
        return bool(bound) and all(isinstance(each.expr, (facts.Attribute, facts.Name)) for each in bound)


def _begins(action: object, name: str) -> bool:
    """Whether an assignment begins a state anew, or puts a new object where it is kept."""
    if not isinstance(action, facts.Assign):
        return False
    if not any(walk.chain(target) == name for target in walk.flat(action.targets)):
        return False
    value = action.value
    return is_anew(value) or (isinstance(value, facts.Call) and walk.last_name(value.func)[:1].isupper())


def _wipes(action: object) -> bool:
    """Whether an action resets something other than an environment, or writes over a tensor."""
    for expr in walk.expressions(action):
        if not isinstance(expr, facts.Call):
            continue
        name = walk.last_name(expr.func)
        owner = expr.func.value if isinstance(expr.func, facts.Attribute) else None
        if name in _WIPES or (RESETS.search(name) and not (owner is not None and is_environment(owner))):
            return True
    return False
