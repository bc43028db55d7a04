"""A source line with a caret underline, by the columns that a terminal shows."""

from __future__ import annotations

import unicodedata

from lstm_lint.model import Span

_TAB = 4
_WIDEST = 160


def snippet(line: str, span: Span) -> tuple[str, str]:
    """The line as it can be shown, and the underline of the part of ``span`` on it."""
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    if end <= start:
        end = start + 1
    cells = _cells(line)
    text = "".join(shown for shown, _ in cells)
    before = sum(width for _, width in cells[:start]) + max(0, start - len(cells))
    inside = cells[start:end]
    while span.end_line != span.line and inside and inside[-1][0].isspace():
        inside.pop()
    under = max(1, sum(width for _, width in inside))
    if before + under > _WIDEST:
        text, before, under = _window(cells, start, under)
    return text.rstrip(), " " * before + "^" * under


def _cells(line: str) -> list[tuple[str, int]]:
    """What is shown for each character, and how many columns it takes."""
    cells = []
    column = 0
    for char in line:
        if char == "\t":
            width = _TAB - column % _TAB
            shown = " " * width
        else:
            width = _width(char)
            shown = char if width or not _is_control(char) else "\N{REPLACEMENT CHARACTER}"
            width = width or int(shown != char)
        column += width
        cells.append((shown, width))
    return cells


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cc", "Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _is_control(char: str) -> bool:
    # Bidirectional overrides can make a line look like another one; a report shows that they are there.
    return unicodedata.category(char) == "Cc" or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _window(cells: list[tuple[str, int]], start: int, under: int) -> tuple[str, int, int]:
    """The part of a very long line that begins a little before the finding."""
    first = max(0, start - 20)
    kept: list[tuple[str, int]] = []
    room = _WIDEST - 2
    for cell in cells[first:]:
        room -= cell[1]
        if room < 0:
            break
        kept.append(cell)
    lead = "…" if first else ""
    text = lead + "".join(shown for shown, _ in kept)
    if first + len(kept) < len(cells):
        text += "…"
    before = len(lead) + sum(width for _, width in kept[: start - first])
    return text, before, max(1, min(under, sum(width for _, width in kept[start - first :])))
