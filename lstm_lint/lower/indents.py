"""Indentation that Python reads and libcst does not: tabs among spaces, and a backslash where a line begins.

Each level is written as one space instead, and what is read then is compared with what was there.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable

_TAB = 8
_BLANK = re.compile(r"[ \t\f]*")
_INDENT = re.compile(r"^[ \t\f]+", re.MULTILINE)
_BACKSLASH = re.compile(r"[ \t\f]*\\")
_BACKSLASH_ALONE = re.compile(r"^[ \t\f]*\\\r?$", re.MULTILINE)


def own_tree(text: str) -> ast.Module | None:
    """The text as Python itself reads it; None where it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def may_begin_with_backslash(text: str) -> bool:
    """Whether a statement may have a backslash before its first word: libcst can take it for one of another block."""
    return _BACKSLASH_ALONE.search(text) is not None


def plain_indents(text: str) -> tuple[str, dict[int, int]] | None:
    """The text with a space for each level, and by line (from 1) how many characters went from its start.

    White space in strings, in brackets and on continuation lines stays. None where nothing changes, or where Python
    does not read both texts as the same program.
    """
    tree = own_tree(text)
    if tree is None:
        return None
    lines = text.split("\n")
    removed: dict[int, int] = {}
    levels = [0]
    try:
        for first, line, comment in _logical_lines(text, lines):
            level = 0 if comment else _level(levels, _column(lines[first - 1 : line]))
            for number in range(first, line):
                _cut(lines, removed, number, _BACKSLASH, "")
            _cut(lines, removed, line, _BLANK, " " * level)
    except (tokenize.TokenError, SyntaxError):
        return None
    plain = "\n".join(lines)
    if plain == text or not _same(tree, own_tree(plain)):
        return None
    return plain, removed


def _logical_lines(text: str, lines: list[str]) -> Iterable[tuple[int, int, bool]]:
    """Where logical lines and comments alone on theirs begin: the first backslash, the first word, is it a comment."""
    before = 0
    begins = True
    for token in list(tokenize.generate_tokens(io.StringIO(_INDENT.sub("", text), newline="\n").readline)):
        line = token.start[0]
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            begins = True
        elif begins and token.type != tokenize.NL:
            first = line
            while first - 1 > before and _BACKSLASH.fullmatch(lines[first - 2].rstrip("\r")):
                first -= 1
            begins = token.type == tokenize.COMMENT
            yield first, line, begins
        before = token.end[0]


def _column(lines: list[str]) -> int:
    """How far a logical line is indented, as Python counts it: the first backslash behind any blank decides."""
    column = 0
    for number, line in enumerate(lines, 1):
        for blank in line[: len(line) - len(line.lstrip(" \t\f"))]:
            column = 0 if blank == "\f" else column + 1 if blank == " " else (column // _TAB + 1) * _TAB
        if column and number < len(lines):
            break
    return column


def _level(levels: list[int], column: int) -> int:
    """The number of blocks around a line that is indented so far; ``levels`` are the columns of those open before."""
    while levels[-1] > column:
        levels.pop()
    if levels[-1] < column:
        levels.append(column)
    return len(levels) - 1


def _cut(lines: list[str], removed: dict[int, int], number: int, start: re.Pattern[str], instead: str) -> None:
    """Put something else in the place of the start of a line."""
    line = lines[number - 1]
    found = start.match(line)
    end = found.end() if found is not None else 0
    lines[number - 1] = instead + line[end:]
    if end != len(instead):
        removed[number] = end - len(instead)


def _same(tree: ast.Module, other: ast.Module | None) -> bool:
    try:
        return other is not None and ast.dump(tree) == ast.dump(other)
    except RecursionError:
        return False
