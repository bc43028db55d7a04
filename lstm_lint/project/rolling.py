"""Storages that go on from one rollout to the next: what was written last becomes the first entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo

ANY = "*"
"""Stands for every attribute: what is rolled over is a parameter, or looked up by a name."""


def rolled_over(functions: Iterable[FunctionInfo]) -> frozenset[str]:
    """The attributes of which some function puts another entry first: ``self.hxs[0].copy_(self.hxs[-1])``."""
    return frozenset(name for function in functions for name in _rolled(function.fact))


def _rolled(function: facts.FunctionFact) -> Iterator[str]:
    bound: dict[str, list[walk.Binding]] | None = None
    for action in walk.actions(function.body):
        for target, value in _written(action):
            holder = _first_of(target)
            if holder is None or not any(_entry_of(part, holder) for part in walk.expressions(value)):
                continue
            if isinstance(holder, facts.Attribute):
                yield holder.attr
            elif isinstance(holder, facts.Name):
                bound = walk.bindings(function).names if bound is None else bound
                yield from _standing_for(holder.id, bound)
            else:
                yield ANY


def _written(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """The targets of an assignment, and of ``copy_``, each with what is written there."""
    if isinstance(action, facts.Assign):
        yield from ((target, action.value) for target in action.targets)
    elif isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Call):
        call = action.value
        if isinstance(call.func, facts.Attribute) and call.func.attr == "copy_" and call.arguments:
            yield call.func.value, call.arguments[0].value


def _first_of(target: facts.Expr) -> facts.Expr | None:
    """That of which a target is the first entry, or the first few."""
    if not isinstance(target, facts.Subscript):
        return None
    index = target.index
    if isinstance(index, facts.Operation) and index.op == "slice":
        index = index.operands[0]
    return walk.container(target.value) if isinstance(index, facts.Constant) and index.value in (0, None) else None


def _entry_of(expr: facts.Expr, holder: facts.Expr) -> bool:
    return isinstance(expr, facts.Subscript) and walk.render(walk.container(expr.value)) == walk.render(holder)


def _standing_for(name: str, bound: dict[str, list[walk.Binding]]) -> Iterator[str]:
    """The attributes that a variable may be: one after the other in a loop, or by another name."""
    read = [part.attr for binding in bound.get(name, ()) for part in walk.expressions(binding.expr)
            if isinstance(part, facts.Attribute)]  # fmt: skip
    yield from read or (ANY,)
