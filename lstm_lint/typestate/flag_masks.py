"""The flags by which a mask wipes a state, or rows of it: ``h * ~done``, ``where(done, 0, h)``, ``h if go else 0``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import atoms, masks, under_way, wiped
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.paths import Local
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


_Places = frozenset["Place"]


def places_of(run: Interpreter, flag: facts.Expr, value: Value, holds: bool) -> tuple[_Places, _Places]:
    """Where a flag is that has this value, in any form, and where the opposite of it is.

    Written all true where ``holds``, or all false, each place of the first kind makes the flag so as well, and each of
    the second does so written the other way. A flag that was made of others, ``lost & playing``, or comes out of a call
    that was handed some, is not all true where one of these is.
    """
    if isinstance(flag, facts.Name) and flag.id in run.comprehended:
        return value.src, frozenset()
    forms = _Forms(run)
    forms.follow(flag, holds, len(run.frames) - 1)
    if forms.anything:
        return value.src, frozenset()
    alike, opposite = (frozenset(p for p in value.src if forms.have(p, each)) for each in (holds, not holds))
    return alike, opposite - alike


class _Forms:
    """The variables and attributes that a flag is another form of, in the activations under way.

    Each is told with whether it is all true or all false that makes the flag what it is asked for.
    """

    def __init__(self, run: Interpreter) -> None:
        self._run = run
        self._names: set[tuple[int, str, bool]] = set()
        self._attributes: set[tuple[str, bool]] = set()
        self.anything = False
        """Whether one of them is made of what is not said."""

    def have(self, place: Place, holds: bool) -> bool:
        """Whether what is in a place is one of them, where it is so."""
        if not isinstance(place, Local):
            return (place.attr, holds) in self._attributes
        name = place.name.rpartition(":")[2]
        return any(own == name and so is holds and place.frame in (number, SHARED) for number, own, so in self._names)

    def follow(self, flag: facts.Expr, holds: bool, depth: int) -> None:
        """Go through what a flag is made of, in this activation and in those that handed it on."""
        if isinstance(flag, facts.Call) and len(flag.arguments) == 1 and masks.is_flag(flag.arguments[0].value):
            self.follow(flag.arguments[0].value, holds, depth)  # ``self.on_device(done)``
        for inner, same in flags_in(flag, not holds):
            if isinstance(inner, facts.Name):
                self._variable(inner.id, holds is same, depth)
            else:
                self._attributes.add((walk.last_name(walk.container(inner)), holds is same))

    def _variable(self, name: str, holds: bool, depth: int) -> None:
        frame = self._run.frames[depth]
        if (frame.number, name, holds) in self._names:
            return
        self._names.add((frame.number, name, holds))
        bound = self._run.names_bound_in(frame).get(name, ())
        for binding in bound:
            if binding.how == "value":
                self.follow(binding.expr, holds, depth)
            elif binding.how != "item":
                self.anything = True
        given = under_way.handed(self._run, depth, name)
        if given is not None:
            self.follow(given, holds, depth - 1)
        elif not bound:
            self.anything = True


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
