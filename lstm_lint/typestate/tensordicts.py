"""Tensordicts: a network of TorchRL takes its state out of one by key and puts the next one in.

``td = policy(td)`` and ``_, td = env.step_and_maybe_reset(td)``: whoever steps an environment by hand carries the state
on with everything else, and the environment gives it back initial where an episode has ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.keyed import NETWORK, takes_keys
from lstm_lint.project.types import Type
from lstm_lint.typestate import phases
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.row_tests import Test, call_around
from lstm_lint.typestate.targets import cannot_be_state, place_of
from lstm_lint.typestate.values import Value, derived, packed

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_STEPS = frozenset({"step", "step_and_maybe_reset"})
_END = re.compile(r"(^|_)(dones?|term\w*|trunc\w*|over|end|ended|finished|is_init)(_|$)|episode", re.IGNORECASE)
CARRIES = frozenset({"next", "root"})


def network(run: Interpreter, name: str, parts: tuple[Value, ...], state: State) -> Type | None:
    """What a library's class of this name makes of these parts: a recurrent network where one of them is."""
    if not takes_keys(name):
        return None
    each = (t.ref for part in parts for ref in part.refs for t in run.types_of(ref, state))
    return Type(NETWORK) if any(run.project.recurrence.of(ref) == "yes" for ref in each) else None


def written(run: Interpreter, owner: Path, call: facts.Call, state: State) -> None:
    """A call of a network writes the next state into the tensordict that it is handed."""
    first = call.arguments[0].value if call.arguments else None
    if isinstance(first, (facts.Name, facts.Attribute)) and is_network(run, owner, state):
        place = place_of(run, first, state)
        if place is not None and not cannot_be_state(place):
            phases.advanced_in_place(run, place, frozenset({owner}), state)


def stepped(run: Interpreter, name: str, arguments: Arguments, state: State) -> Value | None:
    """What the step of an environment gives that was handed a tensordict with a state in it; None: it was not."""
    given = arguments.positional[0] if name in _STEPS and len(arguments.positional) == 1 else None
    if given is None or not carries(run, given, state):
        return None
    out = derived(given)
    return packed((out, out), (out, out)) if name == "step_and_maybe_reset" else out


def entry(run: Interpreter, base: Value, index: facts.Expr, state: State) -> Value | None:
    """What an entry of a tensordict is, where it is not the state that the whole carries: an action, a reward."""
    keys = index.items if isinstance(index, facts.Display) else (index,)
    named = [key.value for key in keys if isinstance(key, facts.Constant) and isinstance(key.value, str)]
    if not named or len(named) < len(keys) or named[-1] in CARRIES or "recurrent" in named[-1]:
        return None
    return Value(known=False) if carries(run, base, state) else None


def begins_anew(run: Interpreter, owner: Path, span: Span, state: State) -> bool:
    """Whether a line runs where an episode has ended, with which a state in a tensordict begins anew."""
    return is_network(run, owner, state) and any(
        _tells_of_an_end(each) for test in _around(run, span) for ways in test.ways() for each in ways
    )


def _around(run: Interpreter, span: Span) -> Iterator[Test]:
    """The tests that a line stands under, in the functions that led to it too."""
    for frame in reversed(run.frames):
        here = call_around(frame.body, span)
        yield from here.tests if here is not None else ()
        if frame.call is None:
            return
        span = frame.call.span


def _tells_of_an_end(test: Test) -> bool:
    return test.holds and any(_END.search(word) for word in _words(test.expr))


def _words(expr: facts.Expr) -> Iterator[str]:
    for part in walk.expressions(expr):
        if isinstance(part, facts.Constant):
            yield str(part.value)
        elif isinstance(part, (facts.Name, facts.Attribute)):
            yield walk.last_name(part)


def carries(run: Interpreter, value: Value, state: State) -> bool:
    """Whether a value is, or came out of, what a network that takes its state by keys wrote that into."""
    owners = {mark.owner for mark in value.calls} | {tag.owner for tag in value.tags if tag.owner is not None}
    return any(is_network(run, owner, state) for owner in owners)


def is_network(run: Interpreter, owner: Path, state: State) -> bool:
    """Whether an object takes and gives its state by keys: what carries that is never None."""
    return any(NETWORK in run.project.classes.lineage(t.ref) for t in run.types_of(owner, state))
