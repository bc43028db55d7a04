"""Flags that do not tell of a restart: the code resets the environment, no end being why, and the flag says nothing.

It was made of the last step before the reset, or is all zeros after it. Where a state was carried over that reset, a
mask of such a flag keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Leave, Loop
from lstm_lint.typestate import ends, masks, targets
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.values import CROSSED, Tag, Value, all_tags, replace

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_UNTOLD = f"{CROSSED} untold"
_AT_AN_END = re.compile(r"done|termin|trunc|(^|_)over(_|$)|episode_?starts?(_|$)", re.IGNORECASE)
_OTHER_WAY = re.compile(r"not|non|keep|mask|alive", re.IGNORECASE)
_FORMS = frozenset({"to", "cpu", "cuda", "float", "bool", "astype", "view", "reshape", "unsqueeze", "clone", "copy"})
_MAKING = frozenset({
    "array", "asarray", "Tensor", "tensor", "as_tensor", "from_numpy", "FloatTensor", "BoolTensor", "float", "bool",
})  # fmt: skip


def note(run: Interpreter, func: facts.Attribute, number: int, itself: bool, state: State) -> None:
    """An environment is reset: what flags say by now does not tell of it, unless an end is why.

    ``itself``: it begins episodes by itself in its steps, so that a rollout of many steps is no episode.
    """
    call = next((each for each in walk.calls(run.frame.body) if each.func is func), None)
    rollouts = list(_begun_by(run.frame.body, call)) if call is not None else []
    if call is None or not rollouts:
        return
    run.index.openings.add(number)
    if not _is_of_its_own_accord(run.frame.body, call, rollouts, itself):
        return
    for place, value in list(state.items()):
        if masks.names_an_end(place.name if isinstance(place, Local) else place.attr):
            state.put(place, replace(value, missed=value.missed | {number}))


def _begun_by(shape: Shape, call: facts.Call) -> Iterator[Loop]:
    """The loops over steps that stand beside a reset, which is no part of a step itself."""
    around = [loop for loop in walk.loops(shape) if walk.call_at(loop.body, call.span)]
    scope = around[-1].body if around else shape
    if not ends.steps_itself(scope):
        yield from (loop for loop in walk.loops(scope) if any(True for _ in ends.stepped(loop.body)))


def _is_of_its_own_accord(shape: Shape, call: facts.Call, rollouts: list[Loop], itself: bool) -> bool:
    """Whether a reset begins a rollout: a number of steps, in which episodes begin and end as they do."""
    if any(_asks_for_an_end(branch.test) for branch in walk.branches(shape) if _is_in(branch, call)):
        return False
    return all(map(_is_counted, rollouts)) and (itself or any(_begins_anew(each, call.func) for each in rollouts))


def _is_in(shape: Shape, call: facts.Call) -> bool:
    return any(walk.call_at(part, call.span) for part in walk.parts(shape))


def _is_counted(loop: Loop) -> bool:
    """Whether a loop does not end with an episode."""
    return not (loop.test is not None and _asks_for_an_end(loop.test)) and not _breaks(loop.body)


def _breaks(shape: Shape) -> bool:
    return (isinstance(shape, Leave) and shape.kind == "break") or any(map(_breaks, walk.parts(shape)))


def _begins_anew(loop: Loop, func: facts.Expr) -> bool:
    """Whether a rollout resets the same environment where an episode of it has ended."""
    name = walk.chain(func)
    return any(walk.chain(call.func) == name for call in walk.calls(loop.body))


def _asks_for_an_end(test: object) -> bool:
    return any(masks.names_an_end(walk.last_name(expr)) for expr in walk.expressions(test))


def bound(run: Interpreter, target: facts.Expr, expr: facts.Expr, value: Value, state: State) -> Value:
    """What a flag is that is made of another one alone, or of zeros: these tell of no reset that came before."""
    if value.ones or value.missed:
        return value
    if isinstance(expr, facts.Comprehension):
        expr = expr.element  # one for each agent
    source = _source(expr)
    if isinstance(source, (facts.Name, facts.Attribute)):
        return replace(value, missed=_missed_by(run, source, state))
    name = walk.last_name(target)
    if _AT_AN_END.search(name) and not _OTHER_WAY.search(name) and (_is_no(source) or masks.makes_zeros(expr)):
        crossed = (tag for _, held in state.items() if held.tagged for tag in all_tags(held))
        return replace(value, missed=frozenset(_numbers(crossed)) & run.index.openings)
    return value


def entry(value: Value, flags: Value) -> Value:
    """One of several flags, each of which tells of no more than all of them do."""
    return replace(value, missed=value.missed | flags.missed) if flags.missed else value


def _source(expr: facts.Expr) -> facts.Expr:
    """What a tensor is made of, whatever its type, shape and device."""
    while True:
        if isinstance(expr, facts.Call) and walk.last_name(expr.func) in _MAKING and expr.arguments:
            expr = expr.arguments[0].value
        elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _FORMS:
            expr = expr.func.value
        elif isinstance(expr, facts.Display) and len(expr.items) == 1:
            expr = expr.items[0]
        elif isinstance(expr, facts.Operation) and expr.op == "*" and isinstance(expr.operands[0], facts.Display):
            expr = expr.operands[0]  # ``[False] * n``
        else:
            return expr


def _is_no(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Constant) and type(expr.value) in (bool, int, float) and not expr.value


def _missed_by(run: Interpreter, expr: facts.Expr, state: State) -> frozenset[int]:
    """The resets that a variable or attribute does not tell of."""
    place = targets.place_of(run, expr, state)
    if isinstance(expr, facts.Name):
        place = run.lookup_place(expr.id, state) or place
    held = state.get(place) if place is not None else None
    return held.missed if held is not None else frozenset()


def _numbers(tags: Iterable[Tag]) -> Iterator[int]:
    return (int(tag.cause.rpartition(" ")[2]) for tag in tags if tag.cause.startswith(CROSSED))


def handed(run: Interpreter, frame: Frame, state: State) -> None:
    """A function is handed a state that was carried over a reset, with flags that do not tell of it: none masks it."""
    assert frame.function is not None
    given = [(p.name, state.env.get(Local(frame.number, p.name))) for p in frame.function.parameters]
    flags = [v for name, v in given if v is not None and (v.missed or (masks.names_an_end(name) and not v.is_none))]
    missed = _by_all(flag.missed for flag in (*flags, *_told(run, state))) if flags else frozenset()
    for name, value in given if missed else ():
        if value is not None and value.tagged:
            state.env[Local(frame.number, name)] = kept(value, missed)


def _told(run: Interpreter, state: State) -> Iterator[Value]:
    """The flags that the functions under way were handed."""
    for frame in run.frames[1:]:
        for parameter in frame.function.parameters if frame.function is not None else ():
            held = state.env.get(Local(frame.number, parameter.name))
            if held is not None and masks.names_an_end(parameter.name) and not held.is_none:
                yield held


def _by_all(missed: Iterable[frozenset[int]]) -> frozenset[int]:
    """What none of some flags tells of; nothing where there is no flag."""
    each = list(missed)
    return frozenset.intersection(*each) if each else frozenset()


def kept(value: Value, missed: frozenset[int]) -> Value:
    """A state that a mask keeps, which does not tell of these resets."""
    tags = frozenset(_kept(tag, missed) for tag in value.tags)
    items = None if value.items is None else tuple(kept(item, missed) for item in value.items)
    return replace(value, tags=tags, items=items)


def _kept(tag: Tag, missed: frozenset[int]) -> Tag:
    numbers = missed.intersection(_numbers((tag,)))
    return replace(tag, cause=f"{_UNTOLD} {min(numbers)}") if numbers else tag


def is_untold(tag: Tag) -> bool:
    """Whether what a state was handed on with says nothing of the reset that it was carried over."""
    return tag.cause.startswith(_UNTOLD)


def missed_in(run: Interpreter, exprs: Iterable[facts.Expr], state: State) -> frozenset[int]:
    """The resets that no flag in some expressions tells of; nothing without a flag, or where it is mixed."""
    return _by_all(_missed(run, expr, state) for expr in exprs if any(True for _ in _flags(expr)))


def _missed(run: Interpreter, expr: facts.Expr, state: State) -> frozenset[int]:
    flag = _source(expr)
    while isinstance(flag, facts.Operation) and flag.op in ("-", "~", "not"):
        flag = _source(flag.operands[-1])
    return _missed_by(run, flag, state) if isinstance(flag, (facts.Name, facts.Attribute)) else frozenset()


def _flags(expr: facts.Expr) -> Iterator[facts.Expr]:
    return (each for each in walk.expressions(expr) if masks.names_an_end(walk.last_name(each)))


def mixed(value: Value) -> Value:
    """One of two flags: what it misses cannot be told."""
    return replace(value, missed=frozenset()) if value.missed else value


def written(flag: Value, state: State) -> None:
    """A flag is written into: it may tell of anything from here on."""
    for place in flag.src:
        held = state.get(place)
        if held is not None:
            state.put(place, mixed(held))


def by_mask(given: Value | None, mask: Value | None) -> bool:
    """Whether the mask of a call does not tell of a reset that the state was carried over."""
    return given is not None and mask is not None and not mask.missed.isdisjoint(_numbers(all_tags(given)))


def is_unaware(run: Interpreter, call: facts.Call, given: Value, state: State) -> bool:
    """Whether a network reads a state that was carried over a reset, and no flag about tells of that one."""
    tags = all_tags(given)
    if any(map(is_untold, tags)):
        return True
    flags = [a.value for a in call.arguments if any(True for _ in _flags(a.value))]
    missed = [_missed(run, flag, state) for flag in flags] + [held.missed for held in _told(run, state)]
    return not _by_all(missed).isdisjoint(_numbers(tags))
