"""What assignments write to: the place an expression names, and what names say about places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import sessions
from lstm_lint.typestate.globals import place_in
from lstm_lint.typestate.paths import FieldPlace, Local, Place
from lstm_lint.vocabulary import names

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def is_key(index: facts.Expr) -> bool:
    """Whether a subscript names one entry rather than a mask or some rows."""
    return isinstance(index, facts.Name) or (isinstance(index, facts.Constant) and isinstance(index.value, str))


def place_of(run: Interpreter, expr: facts.Expr, state: State) -> Place | None:
    """The one place that an expression names, for a weak update of what is in it."""
    if isinstance(expr, facts.Name):
        place = run.local_place(expr.id, state)
        if place in state.env:
            return place
        around = run.lookup_place(expr.id, state)
        if around is not None:
            return around  # of a function around this one, or of the module under way
        shared = run.globals.is_shared(run.frame.module, expr.id)
        return place_in(run.frame.module.name, expr.id) if shared else place
    if isinstance(expr, facts.Subscript) and (kept := sessions.attribute(run, expr, state)) is not None:
        expr = kept
    if isinstance(expr, facts.Attribute):
        base = run.quiet().evaluate(expr.value, state)
        if base.module:
            return place_in(base.module, expr.attr)
        if len(base.refs) == 1:
            return FieldPlace(next(iter(base.refs)), expr.attr)
    if isinstance(expr, facts.Subscript):
        return place_of(run, expr.value, state)
    return None


def looks_like_state(place: Place) -> bool:
    """Whether the name does not speak against a place holding recurrent state; a name alone never speaks for it."""
    return names.looks_like_state(place.name if isinstance(place, Local) else place.attr)


def cannot_be_state(place: Place) -> bool:
    """Whether the name says that the place holds something else: an action, an observation, a token."""
    return names.cannot_be_state(place.name if isinstance(place, Local) else place.attr)
