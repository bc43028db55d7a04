"""Rows of a state that belong to the member which got weights: ``nets[k].load_state_dict(…); h[slot_of == k] = 0``.

Each row of a batch is played by one of several networks, and a table says by which. Where one of them is exchanged, the
rows that are its own are wiped; those of the others are theirs as before. A mask is of the member where it compares
with the number by which the load picks it, whatever these go by in the functions on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import keys, phases, under_way
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.row_flags import flags_in
from lstm_lint.typestate.row_tests import spoken
from lstm_lint.typestate.row_wipes import Wipe
from lstm_lint.typestate.state import retagged
from lstm_lint.typestate.values import Event, Phase, Tag, Value, all_tags, replace

if TYPE_CHECKING:
    from lstm_lint.model import Span
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_DEPTH = 8
_SAME = frozenset({"==", "eq", "equal"})
_OTHER = frozenset({"!=", "ne", "not_equal"})
_NUMBERS = (facts.Name, facts.Attribute, facts.Constant)
_Said = tuple[int, str]
"""A frame under way, and an expression in it."""


def written(run: Interpreter, target: facts.Subscript, base: Value, state: State) -> None:
    """Rows of a state are given a blank one: no new weights meet what was in those of their member."""
    if not base.tags:
        return
    over = [Wipe(part, False) for part in _axes(target.index)]
    for place in base.src:
        held = state.get(place)
        if held is not None:
            state.put(place, left(run, held, over, target.span, state, numbers=True))


def left(
    run: Interpreter, value: Value, over: list[Wipe], span: Span, state: State, numbers: bool = False
) -> Value:
    """A state once these masks are over it; with ``numbers`` they may be those of rows themselves: ``h[k] = 0``."""
    stale = {tag for tag in all_tags(value) if tag.phase is Phase.STALE and tag.event is not None}
    met = {tag.event for tag in stale if tag.event is not None}
    gone = {event for event in met if any(_is_of_member(run, wipe, event, span, numbers, state) for wipe in over)}
    if not gone:
        return value
    phases.settle(run, frozenset(tag for tag in stale if tag.event in gone), "reset", span, state)

    def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag not in stale or tag.event not in gone:
            return None
        cause = tag.cause if tag.cause == "entry" else "advance"
        return frozenset({replace(tag, phase=Phase.CARRYING, event=None, guards=frozenset(), cause=cause)})

    return retagged(value, Local(run.frame.number, ""), change)


def _is_of_member(run: Interpreter, wipe: Wipe, event: Event, span: Span, numbers: bool, state: State) -> bool:
    """Whether a mask wipes, at a place in the function under way, the rows of the member that an event is about."""
    picked = set() if is_single(run, event.target, state) else set(_picked(run, event, span))
    todo = [(len(run.frames) - 1, wipe.mask, wipe.keeps)] if picked else []
    for _ in range(4 * _DEPTH):
        if not todo:
            return False
        number, expr, keeps = todo.pop()
        if _compares(run, number, expr, keeps, picked) or (numbers and _is_number(run, number, expr, picked)):
            return True
        for inner, same in flags_in(expr, keeps, compared=True):
            if inner is not expr:
                todo.append((number, inner, keeps is same))
            else:
                todo += [(*each, keeps) for each in list(_leading_to(run, number, expr))[1:]]
    return False


def _compares(run: Interpreter, number: int, expr: facts.Expr, keeps: bool, picked: set[_Said]) -> bool:
    """Whether a test is true for the rows of a member, which it wipes, or false for these alone."""
    if isinstance(expr, facts.Operation):
        name, operands = expr.op, expr.operands
    elif isinstance(expr, facts.Call):
        own = (expr.func.value,) if isinstance(expr.func, facts.Attribute) else ()
        name, operands = walk.last_name(expr.func), (*own, *(each.value for each in expr.arguments))
    else:
        return False
    if name not in (_OTHER if keeps else _SAME):
        return False
    return any(_is_said(run, number, operand, picked) for operand in operands)


def _is_number(run: Interpreter, number: int, expr: facts.Expr, picked: set[_Said]) -> bool:
    """Whether a subscript is the number of the member itself: ``h[k]``, ``h[k:k + 1]``; 0 may be a part of a pair."""
    if isinstance(expr, facts.Operation) and _is_slice(expr):
        expr, end = expr.operands[:2]
        if not isinstance(end, facts.Operation) or end.op != "+" or spoken(end.operands[0]) != spoken(expr):
            return False
    return isinstance(expr, (facts.Name, facts.Attribute)) and _is_said(run, number, expr, picked)


def _is_said(run: Interpreter, number: int, expr: facts.Expr, picked: set[_Said]) -> bool:
    return any((where, spoken(each)) in picked for where, each in _leading_to(run, number, expr))


def _leading_to(run: Interpreter, number: int, expr: facts.Expr) -> Iterator[tuple[int, facts.Expr]]:
    """An expression in a frame, and what a variable is in turn: the one thing it is bound to, or an argument."""
    for _ in range(_DEPTH):
        yield number, expr
        if not isinstance(expr, facts.Name):
            return
        frame = run.frames[number]
        bound = run.names_bound_in(frame).get(expr.id, [])
        if len(bound) == 1 and bound[0].how == "value":
            expr = bound[0].expr
            continue
        given = under_way.handed(run, number, expr.id) if not bound else None
        if given is None:
            return
        number, expr = number - 1, given


# --- by which number the load picks its member ---


def _picked(run: Interpreter, event: Event, span: Span) -> Iterator[_Said]:
    for number, frame in enumerate(run.frames):
        call = run.frames[number + 1].call if number + 1 < len(run.frames) else None
        here = span if call is None else call.span
        for site in (*event.chain, event.site):
            if site.function == frame.qualname:
                for expr in _numbers_at(run, frame, site.span, site is event.site):
                    said = spoken(expr)
                    if said is not None and not _is_another_by_then(frame, expr, site.span, here):
                        yield number, said


def _is_another_by_then(frame: Frame, expr: facts.Expr, load: Span, here: Span) -> bool:
    """Whether a number counts the rounds of a loop that the load stands in, and the mask stands behind."""
    return any(
        isinstance(loop.head, facts.Iterate)
        and walk.last_name(expr) in keys.bound_by(loop.head.target)
        and load in walk.spans(loop.body)
        and here not in walk.spans(loop.body)
        for loop in walk.loops(frame.body)
    )


def _numbers_at(run: Interpreter, frame: Frame, span: Span, is_load: bool) -> Iterator[facts.Expr]:
    """The numbers in the receiver of a load, or in a call that leads to one: what it is handed as well."""
    for action in walk.actions(frame.body):
        here = next((expr for expr in walk.expressions(action) if expr.span == span), None)
        if here is None:
            continue
        if not isinstance(here, facts.Call):
            yield from _numbers_in(run, frame, here)
            return
        own = here.func.value if isinstance(here.func, facts.Attribute) else None
        found = list(_numbers_in(run, frame, own)) if own is not None else []
        yield from found
        for argument in here.arguments if not (is_load and found) else ():
            if is_load:
                yield from _numbers_in(run, frame, argument.value)
            elif isinstance(argument.value, _NUMBERS):
                yield argument.value
        return


def _numbers_in(run: Interpreter, frame: Frame, expr: facts.Expr) -> Iterator[facts.Expr]:
    """``k`` of ``self.nets[k].actor``, of ``net = self.nets[k]``, and of ``for k, net in enumerate(self.nets)``."""
    todo, seen = [expr], set[str]()
    while todo:
        for each in walk.expressions(todo.pop()):
            if isinstance(each, facts.Subscript) and isinstance(each.index, _NUMBERS):
                yield each.index
            if isinstance(each, facts.Name) and each.id not in seen:
                seen.add(each.id)
                yield from _counted_beside(frame, each.id)
                todo += [binding.expr for binding in run.names_bound_in(frame).get(each.id, ())]


def _counted_beside(frame: Frame, name: str) -> Iterator[facts.Expr]:
    """The other variables of a loop that goes through several things at once."""
    for loop in walk.loops(frame.body):
        head = loop.head
        target = head.target if isinstance(head, facts.Iterate) else None
        if isinstance(target, facts.Display) and name in keys.bound_by(target):
            yield from (item for item in target.items if isinstance(item, facts.Name) and item.id != name)


def _axes(index: facts.Expr) -> tuple[facts.Expr, ...]:
    """``rows`` of ``h[rows]``, and of ``h[:, rows]`` beside a slice."""
    if isinstance(index, facts.Display) and index.kind == "tuple":
        return index.items
    if isinstance(index, facts.Operation) and index.op == "slice":
        return index.operands if any(map(_is_slice, index.operands)) else (index,)
    return (index,)


def _is_slice(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Operation) and expr.op == "slice"
