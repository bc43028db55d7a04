"""Conditions that hold of a variable where a function is called with it: they hold of the parameter as well.

``if done: net.reset(done)``, and ``def reset(self, done): if done: self.hx.zero_()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.typestate.paths import Local

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def convey(run: Interpreter, frame: Frame, span: Span, state: State) -> None:
    """Let a new activation know them; the call that leads to it stands in the innermost one so far."""
    assert frame.function is not None
    known: dict[str, tuple[str, bool]] = {}
    for parameter in frame.function.parameters:
        given = state.env.get(Local(frame.number, parameter.name))
        for place in given.src if given is not None and len(given.src) == 1 else ():
            holds = state.guards.get(f"⟨{place.frame}:{place.name}⟩") if isinstance(place, Local) else None
            if isinstance(place, Local) and holds is not None:
                known[parameter.name] = (place.name, holds)
    if not known:
        return
    call = walk.call_at(run.frame.body, span)
    if call is None or any(argument.star for argument in call.arguments):
        return
    given_as = [argument.value for argument in call.arguments]
    for name, (variable, holds) in known.items():
        # The value came out of this one variable: it is that as it is, unless some argument is computed of it.
        plain = [each for each in given_as if isinstance(each, facts.Name) and each.id == variable]
        mixed = [each for each in given_as if each not in plain and variable in walk.chains(each)]
        if plain and not mixed:
            state.guards[f"⟨{frame.number}:{name}⟩"] = holds
