"""Parameters that a function takes a state out of by its name, and puts the next one into: ``state["h"] = hidden``."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state


def written_into(function: facts.FunctionFact) -> frozenset[str]:
    """These parameters; each is what was handed to the function from first to last."""
    return frozenset(_found(function))


@by_node
def _found(function: facts.FunctionFact) -> frozenset[str]:
    names = {parameter.name for parameter in function.parameters}
    bound = {name for action in walk.actions(function.body) for name in _bound(action)}
    stored = {each for action in walk.actions(function.body) for each in _entries(_targets(action))}
    read = {
        each
        for action in walk.actions(function.body)
        for value in (getattr(action, "value", None),)
        for each in _entries(walk.expressions(value))
    }
    return frozenset(name for name, _ in stored & read if name in names - bound)


def _targets(action: object) -> Iterator[facts.Expr]:
    yield from walk.flat(action.targets) if isinstance(action, facts.Assign) else ()


def _bound(action: object) -> Iterator[str]:
    yield from (target.id for target in _targets(action) if isinstance(target, facts.Name))


def _entries(exprs: Iterator[facts.Expr]) -> Iterator[tuple[str, str]]:
    """The entries of variables among some expressions whose names may be those of a state."""
    for expr in exprs:
        if isinstance(expr, facts.Subscript) and isinstance(expr.value, facts.Name):
            key = expr.index.value if isinstance(expr.index, facts.Constant) else None
            if isinstance(key, str) and looks_like_state(key) and not cannot_be_state(key):
                yield expr.value.id, key
