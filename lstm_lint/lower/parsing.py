"""Source text to syntax tree, with every way of failing told as a ParseError."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from dataclasses import dataclass
from itertools import accumulate

import libcst as cst

from lstm_lint.lower.indents import may_begin_with_backslash, own_tree, plain_indents
from lstm_lint.lower.nesting import LIMIT, deepest
from lstm_lint.source import Source

_LONE_RETURN = re.compile(r"\r(?!\n)")
_FORM_FEED = re.compile(r"^[ \t\f]*\f", re.MULTILINE)
_INDENT = re.compile(r"^[ \t\f]+", re.MULTILINE)
_NATIVE_POSITION = re.compile(r"error at (\d+):(\d+)")

TOO_DEEP = "nested too deeply to analyse"

_SHALLOW = 100
"""Nesting that fits into the smallest stack of a thread, half a megabyte."""

_DEEP_STACK = 64 << 20


class ParseError(Exception):
    """Text that is no Python, or that is nested deeper than we can follow: where, and why."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Readable:
    """A text as the parser can take it, with as many lines as the file has.

    Lone carriage returns become newlines, and what stands before a form feed at the start of a line goes, as it does
    not count for the indentation. Blank lines and comments that end the file lose their indentation, since the parser
    drops it. ``removed`` maps each line that lost something (from 1) to how many characters; one that a space was put
    before lost less than nothing.
    """

    text: str
    removed: dict[int, int]

    @classmethod
    def from_source(cls, source: Source) -> Readable:
        """What to parse instead of the source's own text."""
        text = source.text
        if "\r" in text:
            text = _LONE_RETURN.sub("\n", text)
        tail = _tail(text)
        lost = [*_FORM_FEED.finditer(text, 0, tail), *_INDENT.finditer(text, tail)]
        if not lost:
            return cls(text, {})
        removed = {source.position(found.start())[0]: len(found[0]) for found in lost}
        return cls(_FORM_FEED.sub("", text[:tail]) + _INDENT.sub("", text[tail:]), removed)

    def offset_in_file(self, offsets: list[int], source: Source) -> list[int]:
        """Each offset into this text (in rising order) as one into the file's."""
        if not self.removed:
            return offsets
        starts = source.line_starts
        lost = list(accumulate(self.removed.get(line, 0) for line in range(1, len(starts) + 1)))
        own_starts = [start - before for start, before in zip(starts, [0, *lost], strict=False)]
        moved: list[int] = []
        line = 0
        for offset in offsets:
            while line + 1 < len(own_starts) and own_starts[line + 1] <= offset:
                line += 1
            moved.append(offset + lost[line])
        return moved


def _tail(text: str) -> int:
    """Where the blank lines and comments start that end the text."""
    end = len(text)
    while end:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start:end].strip()
        if line and not line.startswith("#"):
            break
        end = start
    return end


def check_nesting(source: Source, readable: Readable) -> int:
    """How deeply the text is nested; raises ParseError where that is too deep for the parser."""
    nesting, at = deepest(readable.text)
    if nesting > LIMIT:
        raise ParseError(TOO_DEEP, *source.position(readable.offset_in_file([at], source)[0]))
    return max(nesting, readable.text.count("elif"))


def parse(source: Source, readable: Readable, nesting: int) -> tuple[cst.Module, Readable]:
    """The module's tree, and the text that it is the tree of; raises ParseError."""
    if may_begin_with_backslash(readable.text):
        readable = _with_plain_indents(readable) or readable
    try:
        return _parse_text(readable.text, nesting), readable
    except cst.ParserSyntaxError as error:
        mended = _mended(readable)
        if mended is None:
            raise _explained(error, source, readable) from None
        return parse(source, mended, nesting)
    except cst.CSTValidationError as error:
        own = _own_error(source)
        raise ParseError(_told(str(error), source)) if own is None else _in_own_words(own) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a failed assertion in the native code becomes
            raise
        raise ParseError(_told(f"the parser gave up on this file: {error}", source)) from None


def _mended(readable: Readable) -> Readable | None:
    """A text that says the same, without something that Python reads and libcst does not; None when it has nothing."""
    if plain := _with_plain_indents(readable):
        return plain
    bare = bare_targets(readable.text)
    return None if bare is None else Readable(bare, readable.removed)


def _with_plain_indents(readable: Readable) -> Readable | None:
    plain = plain_indents(readable.text)
    if plain is None:
        return None
    text, removed = plain
    for line, count in readable.removed.items():
        removed[line] = removed.get(line, 0) + count
    return Readable(text, removed)


def _parse_text(text: str, nesting: int) -> cst.Module:
    return cst.parse_module(text) if nesting <= _SHALLOW else _parse_with_room(text)


def bare_targets(text: str) -> str | None:
    """The text, as long as before, without parentheses around annotated targets, which libcst does not read.

    ``(name): int`` becomes ``name  : int``. None when there are none, or when Python does not read the text either.
    """
    tree = own_tree(text)
    lines = text.split("\n")
    found = False
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.AnnAssign) and node.lineno == node.target.end_lineno:
            data = lines[node.lineno - 1].encode()
            start, first, last = node.col_offset, node.target.col_offset, node.target.end_col_offset
            colon = data.find(b":", last)
            if data[start:first].strip(b"( \t") or not data[start:first] or data[last:colon].strip(b") \t"):
                continue
            target = data[first:last]
            lines[node.lineno - 1] = (data[:start] + target.ljust(colon - start) + data[colon:]).decode()
            found = True
    return "\n".join(lines) if found else None


def _parse_with_room(text: str) -> cst.Module:
    """Parses in a thread whose stack is large enough for the deepest nesting allowed."""
    results: list[cst.Module] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(cst.parse_module(text))
        except BaseException as error:
            errors.append(error)

    before = threading.stack_size(_DEEP_STACK)
    try:
        thread = threading.Thread(target=run, name="lstm-lint parser")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _explained(error: cst.ParserSyntaxError, source: Source, readable: Readable) -> ParseError:
    """The error in Python's own words where Python means the same one, else with what the parser knows.

    Python may be older than the file, and so stumble over something else first.
    """
    found = _NATIVE_POSITION.search(error.message)
    line = int(found[1]) if found else None
    own = _own_error(source)
    if own is not None and (line in (None, own.lineno) or own.msg.endswith("was never closed")):
        return _in_own_words(own)
    if found and line:
        column = int(found[2]) + 1 + readable.removed.get(line, 0)
        return ParseError(_told("invalid syntax", source), line, column)
    message = _told(error.message.removeprefix("tokenizer error: "), source)
    return ParseError(message, max(error.raw_line, 1), error.raw_column + 1)


def _told(message: str, source: Source) -> str:
    """What the parser objects to; where Python itself does not, it is no fault of the file."""
    if own_tree(source.text) is None:
        return message
    return f"valid Python that the parser does not read: {message}"


def _in_own_words(error: SyntaxError) -> ParseError:
    return ParseError(error.msg, max(error.lineno or 1, 1), max(error.offset or 1, 1))


def _own_error(source: Source) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source.text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        pass
    return None
