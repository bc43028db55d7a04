"""Whether one variable can be the memory of a policy: one policy in the loop, and resets that always happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.facts import Statement
    from lstm_lint.flow import Shape
    from lstm_lint.model import Span
    from lstm_lint.typestate.stepping import Step
    from lstm_lint.typestate.trace import Trace


def one_policy(trace: Trace, step: Step, loop: Statement | None, body: Shape) -> bool:
    """Whether a call is the only one to mend in a loop, and is made on the same object in every round."""
    if loop is None or not isinstance(step.record.call.func, facts.Attribute):
        return False
    for other in trace.steps:
        alike = other.outcome == step.outcome and other.site.path == step.site.path
        if alike and other.site.span != step.site.span and within(loop.span, other.site.span):
            return False
    receiver = walk.chain(step.record.call.func.value)
    if not _all_take_it(trace, step, step.record.call.func):
        return False
    if receiver is None:
        return False  # an element of a collection, or what a call returns: it may be another one in each round
    return not any(
        f"{receiver}.".startswith(f"{bound}.")
        for target in _targets(body)
        if within(loop.span, target.span) and (bound := walk.chain(target)) is not None
    )


def _all_take_it(trace: Trace, step: Step, func: facts.Attribute) -> bool:
    """Whether no class of the project that the policy may be of has a method of that name that takes no state."""
    function, spec = trace.layout.function(step.site.function), step.record.spec
    klass = function.klass if function is not None else None
    scope = Scope(trace.layout.module(step.site.path), klass, function.fact if function is not None else None)
    methods = [trace.project.classes.method(t.ref, func.attr) for t in trace.project.typing.of(func.value, scope)]
    return spec is None or all(
        any(each.name == spec.argument or each.kind == "doublestar" for each in method.fact.parameters)
        for method in methods
        if isinstance(method, FunctionInfo)
    )


def _targets(body: Shape) -> Iterator[facts.Expr]:
    """Whatever is bound in a body, by statements and in expressions."""
    for action in walk.actions(body):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, (facts.Iterate, facts.Augment)):
            targets = (action.target,)
        if isinstance(action, facts.Enter) and action.target is not None:
            targets = (action.target,)
        for target in targets:
            yield from flat(target)
        yield from (each.target for each in walk.expressions(action) if isinstance(each, facts.Walrus))


def flat(target: facts.Expr) -> Iterator[facts.Expr]:
    """The single targets that a target unpacks into."""
    if isinstance(target, facts.Display):
        for item in target.items:
            yield from flat(item)
    else:
        yield target.value if isinstance(target, facts.Starred) else target


def may_be_skipped(body: Shape, span: Span) -> bool:
    """Whether a part of a statement may not be run although the statement is, or be run several times."""
    return any(
        within(expr.span, span)
        for action in walk.actions(body)
        for expr in walk.expressions(action)
        if isinstance(expr, (facts.Conditional, facts.BoolOp, facts.Comprehension, facts.Lambda))
    )


def within(outer: Span, inner: Span) -> bool:
    """Whether one span holds another one."""
    return (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line,
        outer.end_column,
    )
