"""Where actions stand: in which loops, under which tests, and on which lines networks are trained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Listed
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.memo import by_node
from lstm_lint.model import Span
from lstm_lint.project.pruned import added, keeps

COPIES = frozenset({"deepcopy", "clone"})
LOADS = frozenset({"load_state_dict", "set_parameters", "load_from_vector"})
_FILLING = frozenset({"append", "appendleft", "insert", "add", "setdefault", "update", "extend"})
_SAVED = re.compile(
    r"(^|_)(save|dump|dumps|write|send|publish|broadcast|upload|serialize|log|put|export)(_|$)", re.IGNORECASE
)
_TRAINS = re.compile(
    r"(^|[._])(learn|fit|backward|collect_rollouts|optimi[sz]e|train\w+)$"
    r"|(^|\.)\w*(optim|opt|scaler)\w*\.step$"
    r"|(agent|learner|model|policy|trainer|ppo|algo|player)\w*\.(train|update|step)$|(^|\.)(train|update)$"
)

_MODULE = re.compile(r"(net|network|model|policy|actor|critic|module)\w*$", re.IGNORECASE)


class Placed(NamedTuple):
    """An action with the loops and tests around it, outermost first."""

    action: object
    loops: tuple[Span, ...]
    conditional: int
    """How many of these loops stand outside of the innermost test that decides whether the action runs; -1: none."""


def place_each(shape: Shape, loops: tuple[Span, ...] = (), tested: int = -1) -> Iterator[Placed]:
    """Every action and test of a shape, in source order, with what stands around it."""
    if isinstance(shape, Step):
        yield Placed(shape.action, loops, tested)
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from place_each(part, loops, tested)
            if isinstance(part, Branch) and (walk.ending(part.then) or walk.ending(part.orelse)):
                tested = len(loops)
    elif isinstance(shape, Branch):
        yield Placed(shape.test, loops, tested)
        yield from place_each(shape.then, loops, len(loops))
        yield from place_each(shape.orelse, loops, len(loops))
    elif isinstance(shape, Loop):
        span = _extent(shape)
        inner = (*loops, span) if span is not None else loops
        for head in (shape.head, shape.test):
            if head is not None:
                yield Placed(head, inner, tested)
        yield from place_each(shape.body, inner, -1)
        yield from place_each(shape.orelse, loops, tested)
    elif isinstance(shape, Try):
        for part in (shape.body, *(handler.body for handler in shape.handlers), shape.orelse, shape.final):
            yield from place_each(part, loops, tested)


def _extent(loop: Loop) -> Span | None:
    """The lines that a loop's head and body take."""
    lines = [line for head in (loop.head, loop.test) if head is not None for line in _lines(head)]
    lines += [line for action in walk.actions(loop.body) for line in _lines(action)]
    return Span(min(lines), 1, max(lines), 1) if lines else None


@by_node
def _lines(action: object) -> tuple[int, ...]:
    """The first and the last line of what an action evaluates; none where that is nothing."""
    lines = [line for expr in walk.expressions(action) for line in (expr.span.line, expr.span.end_line)]
    return (min(lines), max(lines)) if lines else ()


def line_of(action: object) -> int:
    return max(_lines(action), default=0)


def binds(action: object, name: str) -> bool:
    """Whether a variable, or an attribute by its chain, gets a value."""
    return isinstance(action, facts.Assign) and any(walk.chain(target) == name for target, _ in pairs(action))


def begins(action: object, name: str) -> bool:
    """Whether a variable gets a value that has nothing of what was in it."""
    return isinstance(action, facts.Assign) and any(
        walk.chain(target) == name and not keeps(value, name) for target, value in pairs(action)
    )


def pairs(action: facts.Assign) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """What is assigned to what: ``score, best = s, net.state_dict()`` are two assignments."""
    for target in action.targets:
        yield from _pairs(target, action.value)


def _pairs(target: facts.Expr, value: facts.Expr) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    if not isinstance(target, facts.Display):
        yield target, value
        return
    items = value.items if isinstance(value, facts.Display) else ()
    apart = len(items) == len(target.items) and not any(isinstance(i, facts.Starred) for i in (*target.items, *items))
    for at, each in enumerate(target.items):
        yield from _pairs(each, items[at] if apart else value)


def training_calls(actions: Listed[Placed], own: str | None) -> Iterator[facts.Call]:
    """The calls that train networks, or give the one that is written ``own`` other weights."""
    for each in actions:
        for expr in walk.expressions(each.action):
            name = walk.chain(expr.func) if isinstance(expr, facts.Call) else None
            if name is None or not isinstance(expr, facts.Call):
                continue
            owner, _, last = name.rpartition(".")
            loads = last in LOADS and own is not None and is_same(owner, own)
            if loads or (_TRAINS.search(name) and not _is_mode(name, expr, own)):
                yield expr


def _is_mode(name: str, call: facts.Call, own: str | None) -> bool:
    """Whether ``net.train()`` only switches a module to its training mode."""
    owner, _, last = name.rpartition(".")
    module = (own is not None and is_same(owner, own)) or _MODULE.search(owner) is not None
    return last == "train" and module and len(call.arguments) <= 1 and not any(a.keyword for a in call.arguments)


def is_same(one: str, other: str) -> bool:
    """Whether two chains name one network, seen as an algorithm or as its policy."""
    return one.removesuffix(".policy") == other.removesuffix(".policy")


def mentions(expr: facts.Expr, name: str) -> bool:
    """Whether a variable of this name, or an attribute by its chain, is read in an expression."""
    return name in walk.chains(expr)


def saves(action: object, name: str) -> bool:
    """Whether an action writes what is in a place to a file or sends it away."""
    return any(
        isinstance(expr, facts.Call)
        and _SAVED.search(str(getattr(expr.func, "attr", getattr(expr.func, "id", ""))))
        and any(walk.chain(a.value) == name for a in expr.arguments)
        for expr in walk.expressions(action)
    )


def filled(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """Containers and what is put into them."""
    if isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Call):
        call = action.value
        if isinstance(call.func, facts.Attribute) and call.func.attr in _FILLING and call.arguments:
            yield call.func.value, call.arguments[-1].value
    elif isinstance(action, facts.Assign):
        for target in action.targets:
            if isinstance(target, facts.Subscript):
                yield target.value, action.value
            elif isinstance(target, (facts.Name, facts.Attribute)):
                for value in added(action.value, walk.chain(target) or ""):
                    yield target, value
    elif isinstance(action, facts.Augment) and action.op == "+":
        yield action.target, action.value
