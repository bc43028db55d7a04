"""Source text to syntax tree, with every way of failing told as a ParseError."""

from __future__ import annotations

import libcst as cst

from lstm_lint.source import Source


class ParseError(Exception):
    """Text that is no Python, or that is nested deeper than we can follow: where, and why."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def parse(source: Source) -> cst.Module:
    """The module's tree; raises ParseError."""
    try:
        return cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        raise ParseError(error.message, error.editor_line, error.editor_column) from None
