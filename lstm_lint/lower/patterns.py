"""The patterns of ``match``: what a case asks of its subject, and what it binds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from lstm_lint.facts import Expr, Match, Operation
from lstm_lint.lower.unit import Unit
from lstm_lint.model import Span


def matched(unit: Unit, subject: Expr, case: cst.MatchCase) -> Match:
    """The test of one case."""
    pattern, whole = _unwrapped(case.pattern)
    alternatives = list(_alternatives(pattern))
    classes = [unit.expression(one.cls) for one in alternatives if isinstance(one, cst.MatchClass)]
    values = [_value(unit, one) for one in alternatives if isinstance(one, (cst.MatchValue, cst.MatchSingleton))]
    binds = tuple(dict.fromkeys(name for name in _bound(unit, case.pattern) if name not in whole))
    guard = None if case.guard is None else unit.expression(case.guard)
    always = guard is None and any(_irrefutable(one) for one in alternatives)
    return Match(subject, tuple(classes), _any_of(values), binds, whole, guard, always)


def _unwrapped(pattern: cst.MatchPattern) -> tuple[cst.MatchPattern, tuple[str, ...]]:
    """The pattern without its ``as`` names, and those names: each is the subject itself."""
    whole: list[str] = []
    while isinstance(pattern, cst.MatchAs):
        if pattern.name is not None:
            whole.append(pattern.name.value)
        if pattern.pattern is None:
            break
        pattern = pattern.pattern
    return pattern, tuple(whole)


def _alternatives(pattern: cst.MatchPattern) -> Iterator[cst.MatchPattern]:
    pattern, _ = _unwrapped(pattern)
    if isinstance(pattern, cst.MatchOr):
        for element in pattern.patterns:
            yield from _alternatives(element.pattern)
    else:
        yield pattern


def _irrefutable(pattern: cst.MatchPattern) -> bool:
    return isinstance(pattern, cst.MatchAs) and pattern.pattern is None


def _value(unit: Unit, pattern: cst.MatchValue | cst.MatchSingleton) -> Expr:
    return unit.expression(pattern.value)


def _any_of(values: Sequence[Expr]) -> Expr | None:
    """One value as it is, several as ``a | b``."""
    if len(values) < 2:
        return values[0] if values else None
    first, last = values[0].span, values[-1].span
    return Operation("|", tuple(values), Span(first.line, first.column, last.end_line, last.end_column))


def _bound(unit: Unit, pattern: cst.CSTNode) -> list[str]:
    """Every name that the pattern binds, in order; what it only mentions is noted on the way."""
    names: list[str] = []
    _gather(unit, pattern, names)
    unit.frame.mentions.update(names)
    return names


def _gather(unit: Unit, node: cst.CSTNode, names: list[str]) -> None:
    kind = type(node)
    if kind in (cst.MatchValue, cst.MatchSingleton):
        unit.expression(node.value)  # type: ignore[attr-defined]
        return
    if kind is cst.MatchClass:
        unit.expression(node.cls)  # type: ignore[attr-defined]
    if kind in (cst.MatchAs, cst.MatchStar) and node.name is not None:  # type: ignore[attr-defined]
        names.append(node.name.value)  # type: ignore[attr-defined]
    for child in node.children:
        if isinstance(child, _PATTERN_NODES):
            _gather(unit, child, names)
    if kind is cst.MatchMapping and node.rest is not None:  # type: ignore[attr-defined]
        names.append(node.rest.value)  # type: ignore[attr-defined]


_PATTERN_NODES = (
    cst.MatchPattern,
    cst.MatchStar,
    cst.MatchSequenceElement,
    cst.MatchMappingElement,
    cst.MatchKeywordElement,
    cst.MatchOrElement,
)
