"""Another network out of the collection that the one at work is in: ``self.net = self.bank[name]``.

A constructor that puts one of them to work leaves it under two names, and one summary stands for all: what is taken out
under a key that is not known is as likely another one. Those that take turns may have a state each, by the same keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch
from lstm_lint.model import Span
from lstm_lint.project import per_network
from lstm_lint.project.looks import is_anew
from lstm_lint.typestate.paths import FieldPlace, Path, Place

if TYPE_CHECKING:
    from lstm_lint.project import ClassInfo
    from lstm_lint.typestate.interpret import Interpreter

PICKED = "another one of its own"
"""The row of an event that puts one network of an object in the place of another of them."""
_SAME = frozenset({"==", "!=", "is", "is not"})


def is_another(run: Interpreter, owner: Path, target: facts.Attribute) -> bool:
    """Whether what a method puts in an attribute of its object is one of several that the object holds.

    Not where the class only ever takes out the one under the same literal key.
    """
    frame, picked = run.frame, _picked(run, owner, target)
    if picked is None or frame.klass is None or not isinstance(picked[1], facts.Constant):
        return picked is not None
    every = (each for function in frame.klass.fact.functions.values() for each, _ in _picked_by(function, target.attr))
    return any(_literal(index) != picked[1].value for collection, index in every if collection == picked[0])


def is_of_its_own(run: Interpreter, owner: Path, target: facts.Attribute, places: Iterable[Place]) -> bool:
    """Whether the states beside what was taken out of a collection stay right: each network has one, under its key.

    Or the key is compared first, with that of the network at work, so that they may begin anew where it is another.
    """
    picked, klass = _picked(run, owner, target), run.frame.klass
    if picked is None or klass is None:
        return False
    states = {place.attr for place in places if isinstance(place, FieldPlace)}
    tables = [table for table in states.intersection(_tables(klass)) if not _is_of_seats(run, target, table)]
    return bool(tables) or _is_compared(run, target, picked[1])


def _is_of_seats(run: Interpreter, target: facts.Attribute, table: str) -> bool:
    """Whether a table has a state for each seat or environment, whichever network is at work."""
    klass = run.frame.klass
    if klass is None:
        return False
    keyed = [
        (function, index)
        for function in klass.fact.functions.values()
        for (_, index), _ in _picked_by(function, target.attr)
    ]
    return per_network.of_seats(table, klass, keyed, (*run.project.functions, *run.project.programs))


def _picked(run: Interpreter, owner: Path, target: facts.Attribute) -> tuple[str, facts.Expr] | None:
    """The collection of its object that a method takes out of what it puts in an attribute, and the key."""
    frame = run.frame
    if frame.function is None or frame.first is None or owner not in frame.first.refs:
        return None
    return next((each for each, at in _picked_by(frame.function, target.attr) if at == target.span), None)


def _tables(klass: ClassInfo) -> Iterator[str]:
    """The attributes that methods of a class write one entry of, and not with an initial state."""
    for function in klass.fact.functions.values():
        for action in walk.actions(function.body):
            for whole in action.targets if isinstance(action, facts.Assign) else ():
                for target, value in walk.paired(whole, action.value) if isinstance(action, facts.Assign) else ():
                    blank = value is not None and (isinstance(value, facts.Constant) or is_anew(value))
                    if isinstance(target, facts.Subscript) and not (blank or walk.is_whole(target.index)):
                        yield walk.last_name(walk.container(target))


def _is_compared(run: Interpreter, target: facts.Attribute, key: facts.Expr) -> bool:
    """Whether a test asks whether a key is the same as before, and the network is taken out under it in any case."""
    text = walk.render(key)
    return text is not None and any(
        isinstance(expr, facts.Operation) and expr.op in _SAME and text in map(walk.render, expr.operands)
        for branch in walk.branches(run.frame.body)
        if not _is_inside(branch, target)
        for expr in walk.expressions(branch.test)
    )


def _is_inside(branch: Branch, target: facts.Attribute) -> bool:
    """Whether an assignment stands in an arm of a test, or behind one that leaves."""
    actions = (action for arm in (branch.then, branch.orelse) for action in walk.actions(arm))
    inside = any(part.span == target.span for each in actions for part in walk.flat(getattr(each, "targets", ())))
    return inside or walk.ending(branch.then) is not None or walk.ending(branch.orelse) is not None


def _picked_by(function: facts.FunctionFact, attr: str) -> Iterator[tuple[tuple[str, facts.Expr], Span]]:
    """What a method takes out of collections of its object for an attribute, and where: their names, and the keys."""
    own = function.parameters[0].name if function.parameters else ""
    for action in walk.actions(function.body):
        for whole in action.targets if isinstance(action, facts.Assign) else ():
            for target, value in walk.paired(whole, action.value) if isinstance(action, facts.Assign) else ():
                taken = _taken_out(value, function) if walk.chain(target) == f"{own}.{attr}" else None
                if taken is not None and (walk.chain(taken[0]) or "").startswith(f"{own}."):
                    yield (walk.last_name(taken[0]), taken[1]), target.span


def _taken_out(value: facts.Expr | None, function: facts.FunctionFact) -> tuple[facts.Expr, facts.Expr] | None:
    """The collection and the key of ``nets[k]`` and ``nets.get(k)``, by way of a variable too."""
    if isinstance(value, facts.Name):
        bound = walk.bindings(function).names.get(value.id, [])
        value = bound[0].expr if len(bound) == 1 and bound[0].how == "value" else None
    if isinstance(value, facts.Subscript):
        return value.value, value.index
    if isinstance(value, facts.Call) and isinstance(value.func, facts.Attribute) and value.func.attr == "get":
        return (value.func.value, value.arguments[0].value) if value.arguments else None
    return None


def _literal(index: facts.Expr) -> object:
    return index.value if isinstance(index, facts.Constant) else ...
