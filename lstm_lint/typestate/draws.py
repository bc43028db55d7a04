"""Snapshots that are drawn from a pool of them: old weights, whoever they were copied from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_ONE_OF = frozenset({"choice", "choices", "sample"})
_NUMBER = frozenset({"randint", "randrange", "integers", "random_integers", "choice"})


def is_draw(name: str) -> bool:
    """Whether a function of this name gives one of a collection at random."""
    return name in _ONE_OF


def is_drawn(run: Interpreter, index: facts.Expr) -> bool:
    """Whether a subscript is a random number: ``pool[random.randrange(len(pool))]``, by way of a variable as well."""
    if isinstance(index, facts.Name):
        frame = run.frame
        if frame.function is not None:
            bound = run.project.typing.bindings(frame.function).names.get(index.id, [])
        else:
            bound = walk.module_bindings(frame.module.facts).names.get(index.id, [])
        return bool(bound) and all(binding.how == "value" and _is_random(binding.expr) for binding in bound)
    return _is_random(index)


def _is_random(expr: facts.Expr) -> bool:
    return any(
        isinstance(each, facts.Call) and str(getattr(each.func, "attr", getattr(each.func, "id", ""))) in _NUMBER
        for each in walk.expressions(expr)
    )
