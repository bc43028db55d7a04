"""States that are multiplied by masks: which ones a mask of flags wipes, and where nothing of a state is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import atoms, crossing, flag_masks, inverted, masks, own_rows, targets, untold
from lstm_lint.typestate.row_flags import flags_in
from lstm_lint.typestate.row_wipes import Wipe, wipes_of
from lstm_lint.typestate.values import Value, replace
from lstm_lint.walk import is_whole

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.paths import Place
    from lstm_lint.typestate.state import State


def multiplied(run: Interpreter, expr: facts.Operation, values: list[Value], state: State) -> list[Value]:
    """What each operand of a product is once the others have masked it: not by flags that are the wrong way round."""
    if any(value.tagged for value in values) and any(inverted.is_inverted(run, each) for each in expr.operands):
        return values
    _note_masks(run, expr, values, state)
    missed = untold.missed_in(run, expr.operands, state)
    left = [crossing.masked(value, missed) for value in values]
    others = [[Wipe(each, True) for each in expr.operands if each is not own] for own in expr.operands]
    left = [own_rows.left(run, value, each, expr.span, state) for value, each in zip(left, others, strict=True)]
    return [flag_masks.by(run, value, each, state) for value, each in zip(left, others, strict=True)]


def called(run: Interpreter, call: facts.Call, out: Value, state: State) -> Value:
    """What a call gives: ``where(done, 0, h)`` and ``h.masked_fill(done, 0)`` mask a state as products do."""
    over = wipes_of(call)
    if not over:
        return out
    if _note(run, over, _operands_read_from(run, call, over, state), state):
        out = replace(out, tags=frozenset(), calls=frozenset())
    if not out.bears_state and not walk.last_name(call.func).endswith("_"):
        return out
    if walk.last_name(call.func).endswith("_") and isinstance(call.func, facts.Attribute):
        for place in run.quiet().evaluate(call.func.value, state).src:
            held = state.get(place)
            if held is not None and held.tags:
                state.put(place, _masked(run, call, held, over, state))
    return _masked(run, call, out, over, state)


def _operands_read_from(run: Interpreter, call: facts.Call, over: list[Wipe], state: State) -> frozenset[Place]:
    """Where a call has read the states that masks are laid over."""
    own = (call.func.value,) if isinstance(call.func, facts.Attribute) else ()
    given = [*own, *(each.value for each in call.arguments)]
    masked = [each for each in given if all(each is not wipe.mask for wipe in over)]
    return frozenset().union(*(_read_from(run, e, run.quiet().evaluate(e, state), state) for e in masked))


def _masked(run: Interpreter, call: facts.Call, value: Value, over: list[Wipe], state: State) -> Value:
    value = own_rows.left(run, value, over, call.span, state)
    tells = [wipe.mask for wipe in over if any(True for _ in flag_masks.flags(run, wipe))]
    if not tells:
        return value
    return flag_masks.by(run, crossing.masked(value, untold.missed_in(run, tells, state)), over, state)


def rows_cleared(run: Interpreter, target: facts.Subscript, base: Value, state: State) -> bool:
    """``h[done] = 0`` wipes a state as a product does: whether the flag is true in all rows of it."""
    index = target.index
    parts = [each for each in (index.items if isinstance(index, facts.Display) else (index,)) if not is_whole(each)]
    return len(parts) == 1 and _note(run, [Wipe(parts[0], False)], base.src, state)


def in_place(run: Interpreter, action: facts.Augment, current: Value, value: Value, state: State) -> None:
    """``h *= mask``: what is left of a state where it stands."""
    product = facts.Operation("*", (action.target, action.value), action.target.span)
    left, _ = multiplied(run, product, [current, value], state)
    place = targets.place_of(run, action.target, state)
    if isinstance(action.target, facts.Name):
        place = run.lookup_place(action.target.id, state) or place
    held = state.get(place) if place is not None else None
    if place is not None and held is not None and held.tags == current.tags:
        state.put(place, replace(held, tags=left.tags))


def _note_masks(run: Interpreter, expr: facts.Operation, values: list[Value], state: State) -> None:
    """``h * (1 - done)``: writing all ones to ``done`` is a reset of the state in ``h``."""
    for index, operand in enumerate(expr.operands):
        others = [(other, value) for other, value in enumerate(values) if other != index]
        mask = _inverted(operand) or _inverted_before(run, operand)
        masked = frozenset().union(*(_read_from(run, expr.operands[o], v, state) for o, v in others))
        if _note(run, [Wipe(operand, True)], masked, state):
            for other, held in others:
                values[other] = replace(held, tags=frozenset(), calls=frozenset())
        if mask is None:
            continue
        value = run.quiet().evaluate(mask, state)
        _note_places(run, mask, value, True, masked)
        wiping = list(_wiping(run, operand, state))
        for other, held in others:
            if value.ones:
                values[other] = replace(held, tags=frozenset(), calls=frozenset())
            for atom in wiping:
                values[other] = crossing.where_it_fails(atom, values[other], state)


def _note(run: Interpreter, wipes: list[Wipe], masked: frozenset[Place], state: State) -> bool:
    """Written all true, or all false, the flags that masks are made of wipe what these are over: is one all true?"""
    all_begin = False
    for flag, holds in (each for wipe in wipes for each in flag_masks.told(run, wipe)):
        value = run.quiet().evaluate(flag, state)
        if not value.bears_state:
            _note_places(run, flag, value, holds, masked)
            all_begin = all_begin or (holds and value.ones)
    return all_begin


def _note_places(run: Interpreter, flag: facts.Expr, value: Value, holds: bool, masked: frozenset[Place]) -> None:
    """Written all true where ``holds``, or all false, a flag wipes what is masked."""
    alike, opposite = flag_masks.places_of(run, flag, value, holds)
    run.wipers.note_mask(alike if holds else opposite, masked)
    run.wipers.note_keeping(opposite if holds else alike, masked)


def _wiping(run: Interpreter, mask: facts.Expr, state: State) -> Iterator[str]:
    """The flags of which each leaves nothing of what is multiplied by a mask where it is true."""
    for flag, same in flags_in(_made(run, mask), keeps=True):
        atom = atoms.atom_of(run, flag, state) if not same and masks.is_flag(flag) else None
        if atom is not None:
            yield atom


def _read_from(run: Interpreter, expr: facts.Expr, value: Value, state: State) -> frozenset[Place]:
    """Where a value was read from; an entry of a pair that was just made of two tensors was in the pair."""
    if value.src or not isinstance(expr, facts.Subscript):
        return value.src
    return run.quiet().evaluate(walk.container(expr), state).src


def _inverted(expr: facts.Expr) -> facts.Expr | None:
    """``done`` of ``1 - done``, reshaped or not."""
    while isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
        expr = expr.func.value
    expr = walk.container(expr)
    if isinstance(expr, facts.Operation) and expr.op == "-" and len(expr.operands) == 2:
        left = expr.operands[0]
        if isinstance(left, facts.Constant) and left.value in (1, 1.0):
            return expr.operands[1]
    return None


def _inverted_before(run: Interpreter, expr: facts.Expr) -> facts.Expr | None:
    """The same where a variable is nothing but that: ``keep = 1 - done``."""
    made = _made(run, expr)
    return _inverted(made) if made is not expr else None


def _made(run: Interpreter, expr: facts.Expr) -> facts.Expr:
    """What a variable is made of where that is one thing only."""
    bound = run.bound_names().get(expr.id, ()) if isinstance(expr, facts.Name) else ()
    return bound[0].expr if len(bound) == 1 and bound[0].how == "value" else expr
