"""What counts up by ones: it meets the number that it is compared with, and never jumps over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.bodies import every_body
from lstm_lint.project.symbols import FunctionInfo, Module


class Counters:
    """Looks at all that is written to an attribute of a name, whoever's it is; each name once."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo]) -> None:
        self._modules = modules
        self._functions = functions
        self._known: dict[str, bool] = {}

    def counts(self, expr: facts.Expr, body: Shape) -> bool:
        """Whether a variable of ``body``, or an attribute, gets literal numbers and is counted up by one."""
        if isinstance(expr, facts.Name):
            return _counted(_written(body, expr.id))
        if not isinstance(expr, facts.Attribute):
            return False
        if expr.attr not in self._known:
            bodies = every_body(self._modules, self._functions, expr.attr)
            self._known[expr.attr] = _counted(each for body in bodies for each in _written(body.shape, expr.attr))
        return self._known[expr.attr]


def _counted(written: Iterator[bool | None]) -> bool:
    """Whether something is counted up, and all else that is written is a literal number."""
    found = list(written)
    return True in found and None not in found


def _written(body: Shape, name: str) -> Iterator[bool | None]:
    """For each thing written under a name: True where it is one more than before, False for a number, else None."""
    for action in walk.actions(body):
        if isinstance(action, facts.Assign):
            pairs = [pair for target in action.targets for pair in walk.paired(target, action.value)]
            yield from (_kind(value, name) for target, value in pairs if _is_named(target, name))
        elif isinstance(action, facts.Augment) and _is_named(action.target, name):
            yield True if action.op == "+" and _is_one(action.value) else None
        elif isinstance(action, (facts.Iterate, facts.Enter)) and action.target is not None:
            yield from (None for part in walk.expressions(action.target) if _is_named(part, name))


def _kind(value: facts.Expr | None, name: str) -> bool | None:
    if isinstance(value, facts.Constant) and type(value.value) is int:
        return False
    if isinstance(value, facts.Operation) and value.op == "+" and len(value.operands) == 2:
        one, other = value.operands
        return True if (_is_named(one, name) and _is_one(other)) or (_is_one(one) and _is_named(other, name)) else None
    return None


def _is_named(expr: facts.Expr, name: str) -> bool:
    return name == (expr.id if isinstance(expr, facts.Name) else getattr(expr, "attr", None))


def _is_one(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Constant) and type(expr.value) is int and expr.value == 1
