"""libcst to facts: the only package that walks a syntax tree."""

from __future__ import annotations

import pickle

import libcst as cst

from lstm_lint.facts import Expr, ModuleFacts
from lstm_lint.lower import compounds, definitions, expressions, literals
from lstm_lint.lower.imports import import_line
from lstm_lint.lower.parsing import TOO_DEEP, ParseError, Readable, check_nesting, parse
from lstm_lint.lower.positions import Positions
from lstm_lint.lower.statements import block
from lstm_lint.lower.unit import Place, Unit
from lstm_lint.source import Source

__all__ = ["ParseError", "lower", "parse_annotation"]

LOWERED = (compounds, definitions, expressions, literals)
"""The modules that enter their lowerings into the tables when they are imported."""

_PICKLABLE = 30
"""Nesting that can be pickled whatever it is made of."""


def lower(source: Source) -> ModuleFacts:
    """The facts of one file; raises ParseError."""
    readable = Readable.from_source(source)
    nesting = check_nesting(source, readable)
    module, readable = parse(source, readable, nesting)
    positions = Positions(module, source, readable)
    unit = Unit(positions)
    namespace = unit.namespace
    assert namespace is not None
    try:
        body = block(unit, module.body, Place())
    except RecursionError:
        raise ParseError(TOO_DEEP, unit.last_line) from None
    facts = ModuleFacts(
        imports=tuple(unit.imports),
        functions=namespace.functions,
        classes=namespace.classes,
        annotations=namespace.annotations,
        assignments={name: tuple(values) for name, values in namespace.assignments.items()},
        body=body,
        statements=tuple([statement for statement in unit.statements if statement is not None]),
        comments=positions.comments(source, unit.fstrings),
        exports=namespace.exports,
        import_line=import_line(unit, module, source),
        mentions=frozenset(unit.frame.mentions),
    )
    if max(nesting, unit.longest_chain) > _PICKLABLE:
        _refuse_unpicklable(facts)
    return facts


def _refuse_unpicklable(facts: ModuleFacts) -> None:
    """Raises ParseError for facts so deep that no worker process could hand them over."""
    try:
        pickle.dumps(facts)
    except RecursionError:
        raise ParseError(TOO_DEEP) from None


def parse_annotation(text: str) -> Expr | None:
    """The annotation that a string spells, with positions of its own; None if it is no expression."""
    try:
        source = Source.from_bytes("<annotation>", f"({text.strip()})".encode())
        readable = Readable.from_source(source)
        module, readable = parse(source, readable, check_nesting(source, readable))
        unit = Unit(Positions(module, source, readable))
        line = module.body[0]
        assert isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Expr)
        return unit.expression(line.body[0].value)
    except (ParseError, RecursionError, ValueError, AssertionError, IndexError):
        return None
