"""Code that may replace weights, as far as one body says: a call of a name that does, a module put in a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.vocabulary import WHOLE

ASSIGNED = WHOLE | {"policy", "data"}
"""A body that assigns a module or the data of a parameter mentions one of these."""


def replaces(body: Shape, names: frozenset[str]) -> bool:
    """Whether a body calls something of these names, or assigns what may be a module or a parameter's data."""
    for action in walk.actions(body):
        if isinstance(action, facts.DefineClass) and replaces(action.klass.body, names):
            return True
        if isinstance(action, facts.Assign):
            for target in _unpacked(action.targets):
                if isinstance(target, facts.Attribute) and (
                    target.attr in ("policy", "data") or _makes_module(action.value)
                ):
                    return True
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and (walk.last_name(expr.func) in names or _sets_module(expr)):
                return True
            if isinstance(expr, facts.Attribute) and expr.attr in names:
                return True
    return False


def _sets_module(call: facts.Call) -> bool:
    """``setattr(self, part, deepcopy(getattr(other, part)))``."""
    return walk.chain(call.func) == "setattr" and len(call.arguments) == 3 and _makes_module(call.arguments[2].value)


def _unpacked(targets: Sequence[facts.Expr]) -> Iterator[facts.Expr]:
    for target in targets:
        if isinstance(target, facts.Display):
            yield from _unpacked(target.items)
        else:
            yield target


def _makes_module(value: facts.Expr) -> bool:
    """Whether a value may be a whole module from elsewhere: loaded, copied, or built by a classmethod ``load``."""
    return isinstance(value, facts.Call) and (
        walk.last_name(value.func) in WHOLE
        and walk.chain(value.func) not in ("np.load", "numpy.load", "json.load", "pickle.load")
    )
