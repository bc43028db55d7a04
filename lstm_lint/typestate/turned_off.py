"""Methods that replace weights and, where they do not reset, turn their object off: who turns it on resets it.

``self.active = False; return`` where a load fails, and ``if not self.active: self.h = None`` where it is set again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Loop, Sequence, Shape, Step, Try
from lstm_lint.model import Span
from lstm_lint.typestate import remedy, switched

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict


def turns_off(trace: Trace, verdict: Verdict) -> bool:
    """Whether the method that replaces the weights leaves a stale state only where nothing steps it by then.

    It may have asked before, and replaces none while the object is on.
    """
    entry, _, klass_id = verdict.record.event.entry.partition("|")
    klass, method = trace.layout.klass(klass_id), trace.layout.function(entry)
    if klass is None or method is None or len(verdict.entries) != 1:
        return False
    names = {slotted.name for slotted in verdict.record.remedies if klass in slotted.classes}
    resets = remedy.every_reset(trace, klass)
    sites = (site for chain in (*verdict.chains, verdict.loads) for site in chain)
    spans = frozenset(site.span for site in sites if site.function == method.id)
    bodies = [other.fact.body for other in switched.others(trace, klass, resets) if other is not method]
    always = switched.stepped_where(bodies, names)
    switches = [_Switch(name, names, resets.keys(), spans) for name, on in sorted(always) if on]
    off = {name for name, on in switched.at_load(verdict, method) if not on}
    return any((each.name in off or each.ends_off(method.fact.body)) and each.begins_anew(bodies) for each in switches)


class _Switch(NamedTuple):
    """An attribute without which nothing steps the states, what resets them, and where the weights are replaced."""

    name: str
    states: Collection[str]
    resets: Collection[str]
    loads: frozenset[Span]

    def begins_anew(self, bodies: Iterable[Shape]) -> bool:
        """Whether each of the methods that may turn it on resets the states where it is not on yet."""
        for body in bodies:
            met = list(switched.met(body))
            resets = [known for action, known in met if switched.is_reset(action, self.states, self.resets)]
            turns_on = any(self._sets(action) not in (None, False) for action, _ in met)
            if turns_on and all((self.name, True) in known for known in resets):
                return False
        return True

    def ends_off(self, body: Shape) -> bool:
        """Whether every way out of a method that replaces weights resets the states, or turns it off."""
        if any(self._sets(action) not in (None, False) for action in walk.actions(body)):
            return False
        ways: list[bool] = []
        return self._after(body, True, ways) is not False and all(ways)

    def _sets(self, action: object) -> bool | None:
        """What an action makes of it: None for nothing, and on for what cannot be told."""
        if not isinstance(action, facts.Assign) or all(walk.chain(t) != self.name for t in walk.flat(action.targets)):
            return None
        return not (isinstance(action.value, facts.Constant) and action.value.value is False)

    def _replaces(self, action: object) -> bool:
        """Whether an action replaces the weights: by a call, or as it puts another network in an attribute."""
        targets = walk.flat(action.targets) if isinstance(action, facts.Assign) else ()
        return any(part.span in self.loads for part in (*walk.calls_in(action), *targets))

    def _step(self, action: object, settled: bool) -> bool:
        if self._replaces(action):
            return False
        return settled or self._sets(action) is False or switched.is_reset(action, self.states, self.resets)

    def _after(self, shape: Shape, settled: bool, ways: list[bool]) -> bool | None:
        """Whether all is well where a shape ends, None where it never does; jumps out of it add to the ``ways``."""
        if isinstance(shape, Step):
            return self._step(shape.action, settled)
        if isinstance(shape, Leave):
            ways.append(settled)
            return None
        if isinstance(shape, Sequence):
            now: bool | None = settled
            for part in shape.shapes:
                now = None if now is None else self._after(part, now, ways)
            return now
        if isinstance(shape, Branch):
            settled = self._step(shape.test, settled)
            off = (self.name, False)
            then, orelse = (settled or off in switched.tells(shape.test, holds) for holds in (True, False))
            return _both(self._after(shape.then, then, ways), self._after(shape.orelse, orelse, ways))
        if isinstance(shape, Loop):
            return _both(settled, self._after(shape.body, settled, ways))
        return self._after_try(shape, settled, ways)

    def _after_try(self, shape: Try, settled: bool, ways: list[bool]) -> bool | None:
        body = self._after(shape.body, settled, ways)
        ended = body if body is None else self._after(shape.orelse, body, ways)
        thrown = settled and not any(not self._step(action, True) for action in walk.actions(shape.body))
        for handler in shape.handlers:
            ended = _both(ended, self._after(handler.body, thrown, ways))
        return ended if ended is None else self._after(shape.final, ended, ways)


def _both(left: bool | None, right: bool | None) -> bool | None:
    """Whether all is well where two ways meet, of which one or both may never come there."""
    if left is None or right is None:
        return right if left is None else left
    return left and right
