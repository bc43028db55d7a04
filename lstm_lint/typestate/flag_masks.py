"""The flags by which a mask wipes a state, or rows of it: ``h * ~done``, ``where(done, 0, h)``, ``h if go else 0``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import atoms, masks, wiped
from lstm_lint.typestate.row_flags import element_of, flags_in
from lstm_lint.typestate.row_wipes import Wipe
from lstm_lint.typestate.values import Guard, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.paths import Place
    from lstm_lint.typestate.state import State


def by(run: Interpreter, value: Value, wipes: list[Wipe], state: State) -> Value:
    """A state once these masks are over it."""
    if not value.bears_state:
        return value
    found = frozenset(
        wiped.guard(atom) for wipe in wipes for flag in flags(run, wipe) for atom in _atoms(run, flag, state)
    )
    if not found:
        return value
    state.parted = True
    return wiped.under(value, found)


def flags(run: Interpreter, wipe: Wipe) -> Iterator[facts.Expr]:
    """The flags of which each is enough to wipe what a mask is over, where it is true."""
    return (flag for flag, holds in told(run, wipe) if holds)


def told(run: Interpreter, wipe: Wipe) -> Iterator[tuple[facts.Expr, bool]]:
    """The flags of which each is enough to wipe what a mask is over, and whether it is true or false then."""
    todo = [(wipe.mask, wipe.keeps)]
    seen: list[tuple[facts.Expr, bool]] = []
    while todo and len(seen) < 16:
        expr, keeps = todo.pop()
        seen.append((expr, keeps))
        for inner, same in flags_in(expr, keeps):
            kept = keeps is same
            if masks.is_flag(inner):
                yield inner, not kept
            made = made_of(run, inner) if isinstance(inner, facts.Name) else inner
            if made is not None and (made, kept) not in seen:
                todo.append((made, kept))


def places_of(run: Interpreter, flag: facts.Expr, value: Value, state: State) -> frozenset[Place]:
    """Where a flag is that has this value: itself, and what it was read from as it is, and not the other way round."""
    if not isinstance(flag, facts.Name) or flag.id in run.comprehended:
        return value.src
    bound = [each for each in run.bound_names().get(flag.id, ()) if each.how == "value"]
    if all(_is_form(each.expr) for each in bound):
        return value.src
    place = run.lookup_place(flag.id, state)
    return frozenset() if place is None else frozenset({place})


def _is_form(expr: facts.Expr) -> bool:
    """Whether an expression is another form of flags, which is true where these are."""
    found = list(flags_in(expr))
    return bool(found) and all(same and not isinstance(flag, (facts.Call, facts.Operation)) for flag, same in found)


def made_of(run: Interpreter, expr: facts.Name) -> facts.Expr | None:
    """What a variable is made of where that is one thing only, or goes through in a comprehension."""
    if expr.id in run.comprehended:
        return run.comprehended[expr.id]
    bound = run.bound_names().get(expr.id, ())
    return bound[0].expr if len(bound) == 1 and bound[0].how == "value" else None


def _atoms(run: Interpreter, flag: facts.Expr, state: State) -> Iterator[str]:
    if isinstance(flag, facts.Name) and flag.id in run.comprehended:
        return
    atom = atoms.atom_of(run, flag, state)
    if atom is not None:
        yield atom
    yield from (atoms.place_atom(run, place) for place in run.quiet().evaluate(flag, state).src)


def drawn_from(clause: facts.Clause) -> dict[str, facts.Expr | None]:
    """What each variable of a comprehension goes through, as far as that is said."""
    target, iterable = clause.target, clause.iterable
    if isinstance(target, facts.Display):
        found: dict[str, facts.Expr | None] = {}
        for index, item in enumerate(target.items):
            if isinstance(item, facts.Name):
                found[item.id] = element_of(walk.Binding("element", iterable, index))
            else:
                found |= dict.fromkeys(part.id for part in walk.expressions(item) if isinstance(part, facts.Name))
        return found
    if isinstance(target, facts.Name):
        return {target.id: iterable}
    return dict.fromkeys(part.id for part in walk.expressions(target) if isinstance(part, facts.Name))


def chosen(run: Interpreter, expr: facts.Conditional, then: Value, orelse: Value, state: State) -> tuple[Value, Value]:
    """Both values of a choice: a state in one of them alone is there only where the test comes out so."""
    if then.bears_state is orelse.bears_state:
        return then, orelse
    kept = then.bears_state
    left = by(run, then if kept else orelse, [Wipe(expr.test, kept)], state)
    test, positive = expr.test, True
    while isinstance(test, facts.Operation) and test.op == "not":
        test, positive = test.operands[0], not positive
    atom, same = atoms.test_atom(run, test, state)
    positive = positive is same
    own = walk.chains(test) & run.comprehended.keys()
    if atom is not None and not own:
        state.parted = True
        left = wiped.under(left, frozenset({Guard(atom, positive is kept)}))
    return (left, orelse) if kept else (then, left)
