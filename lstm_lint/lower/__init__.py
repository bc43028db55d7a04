"""libcst to facts: the only package that walks a syntax tree."""

from __future__ import annotations

import libcst as cst

from lstm_lint.facts import Expr, ModuleFacts
from lstm_lint.lower import compounds, definitions, expressions, literals
from lstm_lint.lower.imports import import_line
from lstm_lint.lower.parsing import ParseError, Readable, parse
from lstm_lint.lower.positions import Positions
from lstm_lint.lower.statements import block
from lstm_lint.lower.unit import Place, Unit
from lstm_lint.source import Source

__all__ = ["ParseError", "lower", "parse_annotation"]

LOWERED = (compounds, definitions, expressions, literals)
"""The modules that enter their lowerings into the tables when they are imported."""


def lower(source: Source) -> ModuleFacts:
    """The facts of one file; raises ParseError."""
    readable = Readable.from_source(source)
    module = parse(source, readable)
    positions = Positions(module, source, readable)
    unit = Unit(positions)
    namespace = unit.namespace
    assert namespace is not None
    try:
        body = block(unit, module.body, Place())
    except RecursionError:
        raise ParseError("nested too deeply to analyse", unit.last_line) from None
    return ModuleFacts(
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


def parse_annotation(text: str) -> Expr | None:
    """The annotation that a string spells, with positions of its own; None if it is no expression."""
    try:
        source = Source.from_bytes("<annotation>", f"({text.strip()})".encode())
        readable = Readable.from_source(source)
        module = parse(source, readable)
        unit = Unit(Positions(module, source, readable))
        line = module.body[0]
        assert isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Expr)
        return unit.expression(line.body[0].value)
    except (ParseError, RecursionError, ValueError, AssertionError, IndexError):
        return None
