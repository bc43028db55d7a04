"""The words of findings about calls that step a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import because

if TYPE_CHECKING:
    from lstm_lint.rules.rule import Rule
    from lstm_lint.typestate.stepping import Step
    from lstm_lint.typestate.trace import Trace


def stepper(trace: Trace, step: Step) -> str:
    """The call, as the code at the finding writes it."""
    source = trace.layout.source(step.site.path)
    span = step.site.span
    text = source.text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]
    return f"`{text.partition('(')[0].strip()}()`"


def found(rule: Rule, trace: Trace, step: Step, message: str, notes: tuple[Because, ...] = ()) -> Finding:
    """The finding at the place of a verdict; the calls that lead there from the loop go with it."""
    chain = step.record.what.chain
    shown = [site for site in chain if site != step.site]
    notes = (*notes, *(because(site, "called here") for site in shown))
    if step.called:
        notes = (*notes, because(step.record.what.site, "the policy is stepped here"))
    covers = trace.header(step.site) or step.site.span
    fix = trace.fix_step(step)
    return Finding(rule.code, rule.name, Level.WARNING, step.site.path, step.site.span, message, notes, fix, covers)
