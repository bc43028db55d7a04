"""Snapshots that are drawn from a pool of them: old weights, whoever they were copied from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.types import Type
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.elements import element
from lstm_lint.typestate.paths import Path, Root
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ONE_OF = frozenset({"choice", "choices", "sample"})
_NUMBER = frozenset({"randint", "randrange", "integers", "random_integers", "choice"})


def is_draw(name: str) -> bool:
    """Whether a function of this name gives one of a collection at random."""
    return name in _ONE_OF


def drawn(run: Interpreter, name: str, expr: facts.Expr, arguments: Arguments, state: State) -> Value | None:
    """An object that is one of a collection, each time another one; None where no object is drawn."""
    if not is_draw(name) or not arguments.positional:
        return None
    return one_of(run, element(run, arguments.positional[0], state), expr, state)


def one_of(run: Interpreter, value: Value, expr: facts.Expr, state: State) -> Value | None:
    """What stands for one of the objects that a value may be, whichever it is this time."""
    types = value.types or frozenset[Type]().union(*(run.types_of(ref, state) for ref in value.refs))
    if not types:
        return None
    root = Root("result", "choice", run.site(expr.span))
    run.index.root_types[root] = types
    return Value(refs=frozenset({Path(root)}), types=types, holds=value.refs)


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
