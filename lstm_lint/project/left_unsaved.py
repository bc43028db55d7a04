"""Buffers that a module leaves out of its ``state_dict`` by itself: no checkpoint has them, though they are persistent.

``def state_dict(self): …; kept.pop("hidden")``, or ``{k: v for k, v in … if k != "hidden"}``, or the same in a hook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo

_SAVES = frozenset({"state_dict", "_save_to_state_dict"})
_HOOKS = frozenset({"_register_state_dict_hook", "register_state_dict_post_hook"})
_ASKS = frozenset({"!=", "==", "in", "not in"})
_ASKS_BY_METHOD = frozenset({"startswith", "endswith"})


def names(lineage: Iterable[object]) -> frozenset[str]:
    """The names that methods of these classes take out of what is saved, or pass over there."""
    classes = [klass for klass in lineage if isinstance(klass, ClassInfo)]
    hooks = {hook for klass in classes for f in klass.fact.functions.values() for hook in _hooks(f)}
    return frozenset(
        name
        for klass in classes
        for function in klass.fact.functions.values()
        if function.name in _SAVES or function.name in hooks
        for action in walk.actions(function.body)
        for name in _taken_out(action)
    )


def _hooks(function: facts.FunctionFact) -> Iterator[str]:
    if not _HOOKS.isdisjoint(function.mentions):
        for call in walk.calls(function.body):
            if walk.last_name(call.func) in _HOOKS:
                yield from (walk.last_name(argument.value) for argument in call.arguments)


def _taken_out(action: object) -> Iterator[str]:
    if isinstance(action, facts.Delete):
        for target in action.targets:
            if isinstance(target, facts.Subscript):
                yield from _strings(target.index)
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.arguments:
            if expr.func.attr == "pop" or expr.func.attr in _ASKS_BY_METHOD:
                yield from _strings(expr.arguments[0].value)
        elif isinstance(expr, facts.Operation) and expr.op in _ASKS:
            yield from (name for operand in expr.operands for name in _strings(operand))


def _strings(expr: facts.Expr) -> Iterator[str]:
    """The names in an expression: ``prefix + "hidden"`` and ``("h", "c")`` have some."""
    for each in walk.expressions(expr):
        if isinstance(each, facts.Constant) and isinstance(each.value, str):
            yield each.value.rpartition(".")[2]
