"""Calls that may replace no weights: ``maybe_reload(net)`` looks for a newer file first, and mostly finds none.

A reset behind such a call, whatever it did, would wipe the state each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.model import Span

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict


def may_load_nothing(trace: Trace, verdict: Verdict) -> bool:
    """Whether a test decides inside of the call that is reported, or of its statement, if weights are replaced."""
    event = verdict.record.event
    sites = [*event.chain, event.site]
    here = next((at for at, site in enumerate(sites) if (site.path, site.span) == _place(verdict)), None)
    if here is None:
        return False
    for site in sites[here + 1 :]:
        function = trace.layout.function(site.function)
        if function is not None and _found(function.fact.body, site.span):
            return True
    return _may_be_skipped(trace, verdict)


def _place(verdict: Verdict) -> tuple[str, Span]:
    return verdict.site.path, verdict.site.span


def _may_be_skipped(trace: Trace, verdict: Verdict) -> bool:
    """Whether the call is a part of an expression that need not be evaluated: ``net.load(new) if new else None``."""
    function = trace.layout.function(verdict.site.function)
    body = trace.layout.module(verdict.site.path).facts.body if function is None else function.fact.body
    return any(_is_optional(action, verdict.site.span) for action in walk.actions(body))


def _found(shape: Shape, span: Span) -> bool | None:
    """Whether what stands there is under a test; None where it is not in the shape."""
    if isinstance(shape, Step):
        return _is_optional(shape.action, span) if walk.has(shape.action, span) else None
    if isinstance(shape, Sequence):
        may_have_left = False
        for part in shape.shapes:
            found = _found(part, span)
            if found is not None:
                return found or may_have_left
            may_have_left = may_have_left or (isinstance(part, Branch) and _leaves(part))
        return None
    if isinstance(shape, Branch):
        if walk.has(shape.test, span):
            return _is_optional(shape.test, span)
        for arm, other in ((shape.then, shape.orelse), (shape.orelse, shape.then)):
            found = _found(arm, span)
            if found is not None:
                return found or not (_raises(other) or _does_the_same(arm, other, span))
        return None
    if isinstance(shape, Loop):
        return next((found for part in (shape.body, shape.orelse) if (found := _found(part, span)) is not None), None)
    if isinstance(shape, Try):
        for part in (shape.body, shape.orelse, shape.final):
            if (found := _found(part, span)) is not None:
                return found
        return True if any(_found(handler.body, span) is not None for handler in shape.handlers) else None
    return None


def _is_optional(node: object, span: Span) -> bool:
    """Whether what stands there is a part of an expression that is not always evaluated with it."""
    parts: list[object] = []
    for expr in walk.expressions(node):
        if isinstance(expr, facts.BoolOp):
            parts.append(expr.right)
        elif isinstance(expr, facts.Conditional):
            parts += [expr.then, expr.orelse]
    return any(walk.has(part, span) for part in parts)


def _leaves(branch: Branch) -> bool:
    """Whether one arm goes back to the caller, and raises nothing."""
    ends = (walk.ending(branch.then), walk.ending(branch.orelse))
    return any(end is not None and end.kind != "raise" for end in ends)


def _raises(arm: Shape) -> bool:
    end = walk.ending(arm)
    return end is not None and end.kind == "raise"


def _does_the_same(arm: Shape, other: Shape, span: Span) -> bool:
    """Whether the other arm calls the same method: ``if path: net.load(path)`` and ``else: net.load(first)``."""
    call = walk.call_at(arm, span)
    names = {walk.last_name(each.func) for each in walk.calls(other)}
    return call is not None and walk.last_name(call.func) in names
