"""Quantities of a simulated thing, which what it is told moves: ``self.level += self.dt * (inflow - outflow)``.

A plant is seen by a network and driven by what that decides, round after round, as a state is handed on from step to
step; but no weights made it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.inference import Typing
from lstm_lint.project.recurrence import Recurrence
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.vocabulary.names import looks_like_state

_MODULE = "torch.nn.Module"
_MOVES = ("+", "-")


class Moved:
    """The attributes of classes that are such quantities; each asked once."""

    def __init__(self, classes: Classes, typing: Typing, recurrence: Recurrence) -> None:
        self._classes, self._typing, self._recurrence = classes, typing, recurrence
        self._known: dict[tuple[ClassRef, str], bool] = {}

    def is_one(self, ref: ClassRef, attr: str) -> bool:
        """Whether an attribute is a quantity that methods of its class move by what they are told."""
        key = ref, attr
        if key not in self._known:
            self._known[key] = isinstance(ref, ClassInfo) and self._is_moved(ref, attr)
        return self._known[key]

    def _is_moved(self, ref: ClassInfo, attr: str) -> bool:
        lineage = [base for base in self._classes.lineage(ref) if isinstance(base, ClassInfo)]
        methods = [fact for base in lineage for fact in base.fact.functions.values() if fact.parameters]
        written = [(fact, action, value) for fact in methods for action, value in _written(fact, attr)]
        if any(_is_put(fact, action, value) for fact, action, value in written):
            return False
        moving = (fact for fact, action, value in written if _moves(fact, action, value, attr))
        return any(len(fact.parameters) > 1 for fact in moving) and not self._computes(ref)

    def _computes(self, ref: ClassInfo) -> bool:
        """Whether a class is a network, or holds one."""
        if self._classes.is_a(ref, _MODULE) or self._recurrence.of(ref) == "yes":
            return True
        methods = [
            fact
            for base in self._classes.lineage(ref)
            if isinstance(base, ClassInfo)
            for fact in base.fact.functions.values()
        ]
        held = {name for fact in methods for name in self._typing.bindings(fact).attributes}
        types = {t.ref for name in held for t in self._typing.attribute(ref, name)}
        return any(self._recurrence.of(each) == "yes" or self._classes.is_a(each, _MODULE) for each in types)


def _written(fact: facts.FunctionFact, attr: str) -> Iterator[tuple[object, facts.Expr | None]]:
    """The assignments to an attribute in a method, with what it gets; None where that is taken apart out of view."""
    own = f"{fact.parameters[0].name}.{attr}"
    for action in walk.actions(fact.body) if attr in fact.mentions else ():
        if isinstance(action, facts.Augment) and walk.chain(action.target) == own:
            yield action, action.value
        elif isinstance(action, facts.Assign):
            pairs = (pair for target in action.targets for pair in walk.paired(target, action.value))
            yield from ((action, value) for target, value in pairs if walk.chain(target) == own)


def _is_put(fact: facts.FunctionFact, action: object, value: facts.Expr | None) -> bool:
    """Whether an attribute gets what a method was handed, as it is: that may be anything."""
    if isinstance(action, facts.Augment):
        return False
    return value is None or (isinstance(value, facts.Name) and any(p.name == value.id for p in fact.parameters))


def _moves(fact: facts.FunctionFact, action: object, value: facts.Expr | None, attr: str) -> bool:
    """Whether an assignment adds to the value that an attribute has, or takes from it."""
    if isinstance(action, facts.Augment):
        return action.op in _MOVES and not isinstance(value, facts.Constant)
    own = f"{fact.parameters[0].name}.{attr}"
    return any(
        isinstance(expr, facts.Operation)
        and expr.op in _MOVES
        and len(expr.operands) == 2
        and any(_is_term(operand, own, attr) for operand in expr.operands)
        for made in (value, *_locals(fact, value))
        for expr in walk.expressions(made)
    )


def _is_term(operand: facts.Expr, own: str, attr: str) -> bool:
    """Whether one part of a sum is the old value; of what is called like a state, all of it: no share, no mask."""
    return walk.chain(operand) == own if looks_like_state(attr) else own in walk.chains(operand)


def _locals(fact: facts.FunctionFact, value: facts.Expr | None) -> Iterator[facts.Expr]:
    """What the variables in an expression are made of."""
    bound = walk.bound_in(fact.body).names
    for expr in walk.expressions(value):
        if isinstance(expr, facts.Name):
            yield from (each.expr for each in bound.get(expr.id, ()) if each.how == "value")
