"""Networks that give back the state that they are handed as it is: kept for callers that pass one to every network."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.vocabulary.names import looks_like_state


def gives_back(forward: FunctionInfo) -> bool:
    """Whether the states among the parameters of a ``forward`` go nowhere but into what it returns."""
    names = {each.name for each in forward.fact.parameters[1:] if looks_like_state(each.name)}
    return bool(names) and all(_only_returned(forward.fact, name) for name in names)


def _only_returned(function: facts.FunctionFact, name: str) -> bool:
    returned = False
    for action in walk.actions(function.body):
        read = [expr for expr in walk.expressions(action) if isinstance(expr, facts.Name) and expr.id == name]
        if not read:
            continue
        if not isinstance(action, facts.Return) or not _is_part(action.value, name, len(read)):
            return False
        returned = True
    return returned


def _is_part(value: facts.Expr | None, name: str, times: int) -> bool:
    """Whether a value is the variable, or a tuple that has it so many times as a part of its own."""
    parts = value.items if isinstance(value, facts.Display) else (value,)
    return sum(isinstance(part, facts.Name) and part.id == name for part in parts) == times
