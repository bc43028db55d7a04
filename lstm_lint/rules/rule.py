"""What a rule is: a code, its prose in the docstring, and one query over the trace."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from lstm_lint.model import Because, Finding, Fix, Level, Span

if TYPE_CHECKING:
    from lstm_lint.typestate.paths import Site
    from lstm_lint.typestate.trace import Trace, Verdict


class Rule(ABC):
    """One rule; its docstring is its only prose, which ``--explain``, the docs and the tests of the examples read."""

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    default_level: ClassVar[str]
    fixable: ClassVar[str]

    @property
    def explanation(self) -> str:
        """The docstring, unindented."""
        return inspect.cleandoc(type(self).__doc__ or "")

    @abstractmethod
    def check(self, trace: Trace) -> Iterable[Finding]:
        """The findings of this rule."""

    def finding(
        self,
        trace: Trace,
        verdict: Verdict,
        level: Level,
        message: str,
        because: tuple[Because, ...] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding at the place of a verdict, suppressible anywhere on its statement's header."""
        return self.finding_at(trace, verdict.site.path, verdict.site.span, level, message, because, fix)

    def finding_at(
        self,
        trace: Trace,
        path: str,
        span: Span,
        level: Level,
        message: str,
        because: tuple[Because, ...] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding at any place, suppressible anywhere on its statement's header."""
        at = trace.layout.at(path, span)
        return Finding(self.code, self.name, level, path, span, message, because, fix, at[1].header if at else span)


def reported(trace: Trace, *outcomes: str) -> Iterable[Verdict]:
    """The verdicts with these outcomes in the files reported on."""
    for verdict in trace.verdicts:
        if verdict.outcome in outcomes and verdict.site.path in trace.report_on:
            yield verdict


def because(site: Site, message: str) -> Because:
    """A note at a place."""
    return Because(site.path, site.span.line, site.span.column, message)


def span_of(site: Site) -> Span:
    """The span of a place."""
    return site.span
