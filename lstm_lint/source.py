"""Bytes, text and offsets of one file: the only place that knows byte order marks, encodings and newlines."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lstm_lint.model import Edit, Span

NEWLINE = re.compile(r"\r\n|\r|\n")
"""What ends a line in Python; form feeds and the Unicode separators do not."""

_CLOSING = re.compile(r"(?:(?:\s|#[^\r\n]*[\r\n])*\))*")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_BYTE_NEWLINE = re.compile(rb"\r\n|\r|\n")


class SourceError(Exception):
    """A file whose bytes are no Python text: where, and why."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Source:
    """One file as bytes and as text; ``text`` has no byte order mark and keeps the newlines of the file."""

    path: str
    data: bytes
    text: str
    encoding: str
    bom: bytes
    newline: str
    """The newline that the file uses most, ``"\\n"`` if it has none."""

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> Source:
        """The source in ``data``; raises SourceError where an edit could not be written back byte for byte."""
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        body = data[len(bom) :]
        if not bom and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise SourceError("the file is UTF-16; Python source must be UTF-8 or name its encoding")
        _refuse_nul(body)
        encoding = _encoding(body, bool(bom))
        text = _decode(body, encoding)
        if _encode(text, encoding) != body:
            raise SourceError(f"the bytes do not survive a round trip through {encoding}")
        return cls(path, data, text, encoding, bom, _dominant_newline(text))

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset of each line's first character."""
        return [0, *(found.end() for found in NEWLINE.finditer(self.text))]

    def offset(self, line: int, column: int) -> int:
        """The index into ``text`` of a 1-based line and column; ValueError where the file has no such place."""
        if not 1 <= line <= len(self.line_starts):
            raise ValueError(f"{self.path}: there is no line {line}")
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        if not 1 <= column <= end - start + 1:
            raise ValueError(f"{self.path}:{line}: there is no column {column}")
        return start + column - 1

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an index into ``text``."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def behind_last(self, argument: Span, call: Span) -> Span:
        """The empty span where one more argument of a call goes: behind the last one and the brackets around it."""
        start = self.offset(argument.end_line, argument.end_column)
        end = self.offset(call.end_line, call.end_column) - 1
        found = _CLOSING.match(self.text, start, end)
        at = self.position(found.end() if found is not None else start)
        return Span(*at, *at)

    def line(self, n: int) -> str:
        """The text of line ``n`` (from 1) without its newline."""
        start = self.offset(n, 1)
        end = self.line_starts[n] if n < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def indent(self, n: int) -> str:
        """The spaces and tabs that the first statement of line ``n`` is indented by: a form feed begins them anew."""
        line = self.line(n)
        return line[: len(line) - len(line.lstrip())].rpartition("\f")[2]

    def ending(self, n: int) -> str:
        """The newline of line ``n``; the one that the file uses most where the line has none, or there is no such."""
        if not 1 <= n < len(self.line_starts):
            return self.newline
        return self.text[self.line_starts[n - 1] + len(self.line(n)) : self.line_starts[n]]

    def line_after(self, n: int) -> int:
        """The first line behind line ``n`` where a statement can begin: not one that a backslash continues into."""
        while n < len(self.line_starts) and self.line(n).endswith("\\"):
            n += 1
        return n + 1

    def apply(self, edits: Sequence[Edit]) -> bytes:
        """The file's bytes after all ``edits``; equal ones count once, overlapping ones are a ValueError."""
        pieces: list[str] = []
        done = 0
        before: tuple[int, int] | None = None
        for start, end, text in sorted({self._placed(edit) for edit in edits}):
            if end < start:
                raise ValueError(f"{self.path}: an edit ends before it starts")
            if before is not None and (start < before[1] or (start, end) == before):
                raise ValueError(f"{self.path}: edits overlap at {':'.join(map(str, self.position(start)))}")
            pieces += (self.text[done:start], text)
            done, before = end, (start, end)
        pieces.append(self.text[done:])
        return self.bom + _encode("".join(pieces), self.encoding)

    def _placed(self, edit: Edit) -> tuple[int, int, str]:
        span = edit.span
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column), edit.text


def _refuse_nul(body: bytes) -> None:
    at = body.find(b"\0")
    if at >= 0:
        raise SourceError("the file contains a NUL byte", *_byte_position(body, at))


def _encoding(body: bytes, marked: bool) -> str:
    """The codec's name: the cookie of PEP 263 in the first two lines, else UTF-8."""
    for number, line in enumerate(_BYTE_NEWLINE.split(body[:4096])[:2], start=1):
        found = _COOKIE.match(line)
        if found:
            return _codec(found.group(1).decode("ascii", "replace"), number, marked)
        if not _BLANK.match(line):
            break
    return "utf-8"


def _codec(cookie: str, line: int, marked: bool) -> str:
    try:
        info = codecs.lookup(cookie)
    except (LookupError, ValueError):
        raise SourceError(f"unknown encoding {cookie!r}", line) from None
    if not getattr(info, "_is_text_encoding", True):
        raise SourceError(f"{cookie!r} is no text encoding", line)
    if marked and info.name != "utf-8":
        raise SourceError(f"the encoding {cookie!r} contradicts the UTF-8 byte order mark", line)
    # utf-8-sig would eat a mark that is not there and write one that was not.
    return "utf-8" if info.name == "utf-8-sig" else info.name


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(f"not {encoding}: {error.reason}", *_byte_position(body, error.start)) from None
    except (UnicodeError, ValueError) as error:
        raise SourceError(f"not {encoding}: {error}") from None


def _encode(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        wrong = error.object[error.start]
        raise SourceError(f"{wrong!r} cannot be written as {encoding}", *_text_position(text, error.start)) from None
    except (UnicodeError, ValueError) as error:
        raise SourceError(f"not {encoding}: {error}") from None


def _byte_position(body: bytes, at: int) -> tuple[int, int]:
    """Line and column of a byte, the column in code points as far as they decode."""
    lines = _BYTE_NEWLINE.split(body[:at])
    return len(lines), len(lines[-1].decode("utf-8", "replace")) + 1


def _text_position(text: str, at: int) -> tuple[int, int]:
    lines = NEWLINE.split(text[:at])
    return len(lines), len(lines[-1]) + 1


def _dominant_newline(text: str) -> str:
    both = text.count("\r\n")
    counts = {"\n": text.count("\n") - both, "\r\n": both, "\r": text.count("\r") - both}
    best = max(counts, key=lambda newline: counts[newline])
    return best if counts[best] else "\n"
