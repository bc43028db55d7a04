"""Networks that an environment plays against the one whose weights they take: another player, and no copy that acts.

What acts for a learner follows it in small steps, and its state is still good. What answers the learner's own action in
``step(action)`` is exchanged in one stroke when it takes the weights over every so many updates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.placed import pairs
from lstm_lint.typestate.paths import FieldPlace, Path

if TYPE_CHECKING:
    from lstm_lint.project.classes import Classes
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_COUNTS = frozenset({"%", "<", "<=", ">", ">=", "=="})
_Around = tuple[tuple[Loop, ...], bool]
"""The loops around a place, and whether a test in the innermost of them compares what has been counted."""


def is_exchanged(run: Interpreter, target: Path, span: Span, state: State) -> bool:
    """Whether a network answers the actions of another one and gets other weights here, every so many rounds."""
    classes = run.project.classes
    answers = any(
        isinstance(t.ref, ClassInfo) and answers_action(classes, t.ref, attr)
        for owner, attr in _holders(target, state)
        for t in run.types_of(owner, state)
    )
    return answers and _is_seldom(run, span)


def _holders(target: Path, state: State) -> Iterator[tuple[Path, str]]:
    """The objects that hold a network, or a player that it is a part of, and the attributes that they hold it in."""
    todo, seen = [target], {target}
    while todo:
        for base in todo.pop().prefixes():
            ways = [*state.ways(base), *([FieldPlace(base.parent, base.attrs[-1])] if base.attrs else [])]
            for owner, attr in ways:
                yield owner, attr
                if owner not in seen:
                    seen.add(owner)
                    todo.append(owner)


# --- what an environment plays ---


def answers_action(classes: Classes, klass: ClassInfo, attr: str) -> bool:
    """Whether ``step(action)`` of a class hands on the action, and what it asks an attribute, to the same method."""
    step, reset = classes.method(klass, "step"), classes.method(klass, "reset")
    if not isinstance(step, FunctionInfo) or reset is None or len(step.fact.parameters) < 2:
        return False
    own, *given = (parameter.name for parameter in step.fact.parameters)
    asked = (f"{own}.{attr}", *(f"{own}.{name}" for name in _asking(classes, klass, attr, frozenset({"step"}))))
    body = list(walk.actions(step.fact.body))
    asking = [action for action in body if _asks(action, asked)]
    answers = _made_of(body, frozenset(), asking)
    moves = _made_of([action for action in body if not any(action is each for each in asking)], frozenset(given), [])
    taking = [call for call in walk.calls(step.fact.body) if _is_part(call.func, own) and not _is_one(call, asked)]
    only = moves - answers, answers - moves
    both = frozenset(_both(body, *only, moves & answers))
    takes_move = {_spelt(call) for call in taking if _mentions(call, only[0])}
    takes_answer = {_spelt(call) for call in taking if _mentions(call, only[1]) or _hands_on_at_once(call, asked)}
    return not takes_move.isdisjoint(takes_answer) or any(_mentions(call, both) for call in taking)


def _both(body: list[object], moves: frozenset[str], answers: frozenset[str], mixed: frozenset[str]) -> Iterator[str]:
    """The variables that hold an action and an answer side by side: ``{"red": action, "blue": answer}``."""
    for action in body:
        for target, value in pairs(action) if isinstance(action, facts.Assign) else ():
            name = walk.chain(walk.container(target))
            added = isinstance(target, facts.Subscript) and not answers.isdisjoint(walk.chains(value))
            if name in mixed and (added or _sets_apart(value, moves, answers)):
                yield name


def _sets_apart(value: facts.Expr, moves: frozenset[str], answers: frozenset[str]) -> bool:
    entries = [walk.chains(each) for each in _entries(value)]
    return any(each & moves for each in entries) and any(each & answers and not each & moves for each in entries)


def _entries(value: facts.Expr) -> tuple[facts.Expr, ...]:
    if isinstance(value, facts.DictDisplay):
        return tuple(entry for _, entry in value.items)
    return value.items if isinstance(value, facts.Display) else ()


def _asking(classes: Classes, klass: ClassInfo, attr: str, above: frozenset[str]) -> Iterator[str]:
    """The methods of the class that ask what is in the attribute, by themselves or by way of each other."""
    for base in classes.lineage(klass):
        for fact in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
            if fact.name in above or fact.name.startswith("__") or not fact.parameters or fact.name == "reset":
                continue
            own = fact.parameters[0].name
            if any(_is_one(call, (f"{own}.{attr}",)) for call in walk.calls(fact.body)):
                yield fact.name


def _asks(action: object, asked: tuple[str, ...]) -> bool:
    return any(_is_one(call, asked) for call in walk.calls_in(action))


def _is_one(call: facts.Call, asked: tuple[str, ...]) -> bool:
    """Whether a call is of one of these, or of a method of it."""
    name = walk.chain(call.func) or ""
    return any(name == each or name.startswith(f"{each}.") for each in asked)


def _made_of(body: list[object], names: frozenset[str], seeds: list[object]) -> frozenset[str]:
    """What is made of these names, or in these actions, one after the other."""
    found = set(names)
    for action in body:
        if not isinstance(action, facts.Assign):
            continue
        if any(action is each for each in seeds) or not found.isdisjoint(walk.chains(action.value)):
            named = (walk.chain(walk.container(target)) for target in walk.flat(action.targets))
            found |= {name for name in named if name is not None}
    return frozenset(found)


def _is_part(func: facts.Expr, own: str) -> bool:
    """Whether a method is of the own object, of what it has, or of a base class: ``super().step``."""
    if not isinstance(func, facts.Attribute):
        return False
    holder = func.value
    return (walk.chain(func) or "").startswith(f"{own}.") or (
        isinstance(holder, facts.Call) and walk.last_name(holder.func) == "super"
    )


def _spelt(call: facts.Call) -> str:
    return walk.render(call.func) or ""


def _mentions(call: facts.Call, names: frozenset[str]) -> bool:
    return any(not names.isdisjoint(walk.chains(argument.value)) for argument in call.arguments)


def _hands_on_at_once(call: facts.Call, asked: tuple[str, ...]) -> bool:
    """``self.board.put(1, self._answer())``."""
    return any(_asks(argument.value, asked) for argument in call.arguments)


# --- how often ---


def _is_seldom(run: Interpreter, span: Span) -> bool:
    """Whether a call, or one of those that lead to it, waits in a loop for a count or for a loop of training."""
    looped = False
    at = [frame.call.span if frame.call is not None else None for frame in run.frames[1:]]
    for frame, there in zip(run.frames, [*at, span], strict=True):
        found = _around(frame.body, there) if there is not None else None
        if found is None:
            continue
        loops, counted = found
        looped = looped or bool(loops)
        if looped and (counted or (loops and _trains_within(loops[-1], there))):
            return True
    return False


def _around(shape: Shape, span: Span | None, loops: tuple[Loop, ...] = (), counted: bool = False) -> _Around | None:
    """What stands around an expression; None where it is elsewhere."""
    if isinstance(shape, Step):
        return (loops, counted) if _holds(shape.action, span) else None
    if isinstance(shape, Loop):
        if any(_holds(head, span) for head in (shape.head, shape.test) if head is not None):
            return loops, counted
        return _around(shape.body, span, (*loops, shape)) or _around(shape.orelse, span, loops, counted)
    if isinstance(shape, Branch):
        inside = counted or _compares(shape.test)
        return _around(shape.then, span, loops, inside) or _around(shape.orelse, span, loops, inside)
    for part in walk.parts(shape) if isinstance(shape, (Sequence, Try)) else ():
        found = _around(part, span, loops, counted)
        if found is not None:
            return found
        if isinstance(part, Branch) and (walk.ending(part.then) or walk.ending(part.orelse)):
            counted = counted or _compares(part.test)
    return None


def _holds(action: object, span: Span | None) -> bool:
    return any(each.span == span for each in walk.expressions(action))


def _compares(test: object) -> bool:
    return any(isinstance(each, facts.Operation) and each.op in _COUNTS for each in walk.expressions(test))


def _trains_within(loop: Loop, span: Span | None) -> bool:
    """Whether round after round of play and training lies between two calls."""
    return any(
        {"step", "backward"} <= {walk.last_name(call.func) for call in walk.calls(inner.body)}
        and any(walk.last_name(call.func) == "step" and call.arguments for call in walk.calls(inner.body))
        and _around(inner.body, span) is None
        for inner in walk.loops(loop.body)
    )
